package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import shinso.cpu.fuse.Instruction;
import shinso.cpu.fuse.Ref;
import shinso.cpu.simd.TileKernel;
import shinso.cpu.simd.TileProgram;

/**
 * Orders the instructions of a pass so that as much element-wise arithmetic as possible stands
 * together, and joins what stands together: its intermediate values then stay in registers of the
 * processor instead of going through the first-level cache.
 */
final class Segments {
  /** Instructions that are done in one go; a single one unless all are element-wise arithmetic. */
  private record Segment(List<Instruction> instructions) {}

  private final List<Instruction> program;
  private final List<Ref> refs;

  /** The scalar that fills a register, by register. */
  private final Map<Integer, Integer> fills = new HashMap<>();

  /** The instructions that read a reference, by reference. */
  private final Map<Integer, List<Integer>> readers = new HashMap<>();

  private final List<Segment> segments = new ArrayList<>();

  /**
   * Cuts a program.
   *
   * @param refs what the program's references are, registers being written once each
   */
  Segments(List<Instruction> program, List<Ref> refs, List<Instruction.Fill> fills) {
    this.program = program;
    this.refs = refs;
    fills.forEach(f -> this.fills.put(f.target(), f.a()));
    for (int i = 0; i < program.size(); i++) {
      for (int s : program.get(i).sources()) {
        readers.computeIfAbsent(s, k -> new ArrayList<>()).add(i);
      }
    }
    cut();
  }

  /** Whether an instruction can be a step of a tile program. */
  private static boolean isStep(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Apply1 i -> !i.integer() && TileProgram.isStep(i.function());
      case Instruction.Apply2 i -> !i.integer() && TileProgram.isStep(i.function());
      case Instruction.Choose i -> !i.integerCondition();
      default -> false;
    };
  }

  private static boolean isRow(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Apply1 i -> i.row();
      case Instruction.Apply2 i -> i.row();
      case Instruction.Choose i -> i.row();
      default -> false;
    };
  }

  private void cut() {
    int[] missing = new int[program.size()];
    Map<Integer, Integer> writer = new HashMap<>();
    for (int i = 0; i < missing.length; i++) {
      if (program.get(i).target() >= 0) {
        writer.put(program.get(i).target(), i);
      }
    }
    for (int i = 0; i < missing.length; i++) {
      for (int s : program.get(i).sources()) {
        missing[i] += writer.containsKey(s) ? 1 : 0;
      }
    }
    // What isn't arithmetic comes first, so that arithmetic finds all it needs.
    PriorityQueue<Integer> others = new PriorityQueue<>();
    List<PriorityQueue<Integer>> steps = List.of(new PriorityQueue<>(), new PriorityQueue<>());
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] == 0) {
        queue(i, others, steps).add(i);
      }
    }
    while (true) {
      Integer next = others.poll();
      if (next != null) {
        segments.add(new Segment(List.of(program.get(next))));
        release(next, missing, others, steps);
        continue;
      }
      PriorityQueue<Integer> ready =
          steps.stream()
              .filter(q -> !q.isEmpty())
              .min(Comparator.comparingInt(PriorityQueue::element))
              .orElse(null);
      if (ready == null) {
        return;
      }
      segments.add(new Segment(collect(ready, missing, others, steps)));
    }
  }

  private static PriorityQueue<Integer> queue(
      Instruction i, PriorityQueue<Integer> others, List<PriorityQueue<Integer>> steps) {
    return isStep(i) ? steps.get(isRow(i) ? 1 : 0) : others;
  }

  private PriorityQueue<Integer> queue(
      int i, PriorityQueue<Integer> others, List<PriorityQueue<Integer>> steps) {
    return queue(program.get(i), others, steps);
  }

  private void release(
      int done, int[] missing, PriorityQueue<Integer> others, List<PriorityQueue<Integer>> steps) {
    int target = program.get(done).target();
    if (target < 0) {
      return;
    }
    for (int r : readers.getOrDefault(target, List.of())) {
      if (--missing[r] == 0) {
        queue(r, others, steps).add(r);
      }
    }
  }

  /** Takes steps that are ready, and those that become ready by them, as long as they fit. */
  private List<Instruction> collect(
      PriorityQueue<Integer> ready,
      int[] missing,
      PriorityQueue<Integer> others,
      List<PriorityQueue<Integer>> steps) {
    List<Instruction> taken = new ArrayList<>();
    Set<Integer> operands = new LinkedHashSet<>();
    Set<Integer> made = new LinkedHashSet<>();
    int cost = 0;
    while (!ready.isEmpty()) {
      Instruction next = program.get(ready.element());
      int more = TileKernel.cost(step(next, s -> 0));
      more += refs.get(next.target()) instanceof Ref.Memory ? 1 : 0;
      for (int s : next.sources()) {
        more += isScalar(s) || made.contains(s) || operands.contains(s) ? 0 : 1;
      }
      if (!taken.isEmpty() && cost + more > TileKernel.MAX_COST) {
        break;
      }
      cost += more;
      int number = ready.remove();
      for (int s : next.sources()) {
        if (!isScalar(s) && !made.contains(s)) {
          operands.add(s);
        }
      }
      made.add(next.target());
      taken.add(next);
      release(number, missing, others, steps);
    }
    return taken;
  }

  private boolean isScalar(int ref) {
    return fills.containsKey(ref)
        || refs.get(ref) instanceof Ref.Immediate
        || refs.get(ref) instanceof Ref.Scalar;
  }

  /** Returns the instructions one by one in their new order. */
  List<Instruction> order() {
    return segments.stream().flatMap(s -> s.instructions.stream()).toList();
  }

  /** Returns the instructions with what stands together joined. */
  List<Instruction> joined() {
    return segments.stream()
        .map(s -> s.instructions.size() == 1 ? s.instructions.getFirst() : join(s.instructions))
        .toList();
  }

  private Instruction join(List<Instruction> steps) {
    List<Integer> operands = new ArrayList<>();
    List<Integer> scalars = new ArrayList<>();
    Set<Integer> made = new LinkedHashSet<>();
    for (Instruction i : steps) {
      for (int s : i.sources()) {
        if (isScalar(s)) {
          int scalar = fills.getOrDefault(s, s);
          if (!scalars.contains(scalar)) {
            scalars.add(scalar);
          }
        } else if (!made.contains(s) && !operands.contains(s)) {
          operands.add(s);
        }
      }
      made.add(i.target());
    }
    Map<Integer, Integer> values = new HashMap<>();
    operands.forEach(o -> values.put(o, values.size()));
    Map<Integer, Integer> scalarValues = new HashMap<>();
    scalars.forEach(s -> scalarValues.put(s, operands.size() + scalarValues.size()));
    int next = operands.size() + scalars.size();
    List<TileProgram.Step> code = new ArrayList<>();
    for (Instruction i : steps) {
      code.add(
          step(
              i,
              s -> isScalar(s) ? value(scalarValues, fills.getOrDefault(s, s)) : value(values, s)));
      values.put(i.target(), next++);
    }
    List<Integer> results = made.stream().filter(m -> isNeeded(m, steps)).toList();
    TileProgram tile =
        new TileProgram(
            operands.size(),
            scalars.size(),
            code,
            results.stream().map(r -> value(values, r)).toList());
    return new Instruction.Fused(
        TileKernel.of(tile), operands, scalars, results, isRow(steps.getFirst()));
  }

  private static int value(Map<Integer, Integer> values, int ref) {
    Integer value = values.get(ref);
    if (value == null) {
      throw new IllegalStateException("reference " + ref + " has no value");
    }
    return value;
  }

  /** Whether a value is wanted in memory or by instructions other than these. */
  private boolean isNeeded(int ref, List<Instruction> steps) {
    return refs.get(ref) instanceof Ref.Memory
        || readers.getOrDefault(ref, List.of()).stream()
            .anyMatch(r -> steps.stream().noneMatch(s -> s.equals(program.get(r))));
  }

  /** How references become the numbers of values. */
  @FunctionalInterface
  private interface Numbering {
    int of(int ref);
  }

  private static TileProgram.Step step(Instruction instruction, Numbering number) {
    return switch (instruction) {
      case Instruction.Apply1 i -> new TileProgram.Step.Apply1(i.function(), number.of(i.a()));
      case Instruction.Apply2 i ->
          new TileProgram.Step.Apply2(i.function(), number.of(i.a()), number.of(i.b()));
      case Instruction.Choose i ->
          new TileProgram.Step.Choose(number.of(i.condition()), number.of(i.a()), number.of(i.b()));
      default -> throw new IllegalArgumentException("not element-wise arithmetic: " + instruction);
    };
  }
}
