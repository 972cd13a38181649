package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import shinso.cpu.fuse.Instruction;
import shinso.cpu.fuse.Ref;
import shinso.cpu.fuse.Space;
import shinso.cpu.simd.tile.TileKernel;
import shinso.cpu.simd.tile.TileProgram;

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
  private final Space space;

  /** The instruction that loads a register, by register. */
  private final Map<Integer, Instruction.Load> loads = new HashMap<>();

  /** How many readers of a loaded register read the memory itself, by register. */
  private final Map<Integer, Integer> bypassed = new HashMap<>();

  /** Stores that the instruction which makes their value does. */
  private final Set<Instruction> done = new HashSet<>();

  /**
   * Cuts a program.
   *
   * @param refs what the program's references are, registers being written once each
   */
  Segments(List<Instruction> program, List<Ref> refs, List<Instruction.Fill> fills, Space space) {
    this.program = program;
    this.refs = refs;
    this.space = space;
    fills.forEach(f -> this.fills.put(f.target(), f.a()));
    for (int i = 0; i < program.size(); i++) {
      if (program.get(i) instanceof Instruction.Load l) {
        loads.put(l.target(), l);
      }
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

  private static boolean isOnlyStep(Instruction instruction) {
    return instruction instanceof Instruction.Apply1 i
        && !i.integer()
        && TileProgram.isOnlyStep(i.function());
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
    List<Instruction> all = new ArrayList<>();
    for (Segment s : segments) {
      Instruction first = s.instructions.getFirst();
      int length = rowLength(s.instructions);
      boolean alone =
          s.instructions.size() == 1 && (length == 0 || !isStep(first)) && !isOnlyStep(first);
      all.add(alone ? first : join(s.instructions, length));
    }
    all.removeIf(done::contains);
    all.removeIf(i -> i instanceof Instruction.Load l && isBypassed(l.target()));
    return all;
  }

  private boolean isBypassed(int register) {
    return bypassed.getOrDefault(register, 0) == readers.getOrDefault(register, List.of()).size();
  }

  /**
   * The length of the rows of what some steps load or store with gaps, or repeat, if they can do so
   * themselves; else 0.
   */
  private int rowLength(List<Instruction> steps) {
    for (Instruction i : steps) {
      if (!isStep(i) || isRow(i)) {
        return 0;
      }
      for (int s : i.sources()) {
        Instruction.Load l = loads.get(s);
        if (l != null && !l.row() && fits(l.reader().rowLength())) {
          return l.reader().rowLength();
        }
      }
      for (Instruction.Store store : stores(i.target())) {
        if (fits(store.writer().rowLength())) {
          return store.writer().rowLength();
        }
      }
    }
    return 0;
  }

  private boolean fits(int rowLength) {
    return rowLength > 0 && TileKernel.whole(rowLength) == rowLength && space.cutsAt(rowLength);
  }

  private List<Instruction.Store> stores(int ref) {
    List<Instruction.Store> stores = new ArrayList<>();
    for (int r : readers.getOrDefault(ref, List.of())) {
      if (program.get(r) instanceof Instruction.Store s) {
        stores.add(s);
      }
    }
    return stores;
  }

  private Instruction join(List<Instruction> steps, int rowLength) {
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
    List<Integer> pitches = new ArrayList<>();
    List<Integer> read = new ArrayList<>();
    for (int o : operands) {
      Instruction.Load l = loads.get(o);
      if (l != null && rowLength > 0 && l.reader().rowLength() == rowLength) {
        read.add(l.a());
        pitches.add(l.reader().pitch());
        steps.forEach(i -> bypassed.merge(o, reads(i, o), Integer::sum));
      } else {
        read.add(o);
        pitches.add(rowLength);
      }
    }
    List<Integer> results = new ArrayList<>();
    List<Integer> written = new ArrayList<>();
    for (int m : made) {
      for (Instruction.Store s : stores(m)) {
        if (rowLength > 0 && s.writer().rowLength() == rowLength) {
          done.add(s);
          results.add(value(values, m));
          written.add(s.base());
          pitches.add(s.writer().pitch());
        }
      }
      if (isNeeded(m, steps)) {
        results.add(value(values, m));
        written.add(m);
        pitches.add(rowLength);
      }
    }
    TileProgram tile = new TileProgram(operands.size(), scalars.size(), code, results);
    return new Instruction.Fused(
        TileKernel.of(tile),
        read,
        scalars,
        written,
        isRow(steps.getFirst()),
        rowLength,
        rowLength == 0 ? List.of() : pitches);
  }

  /** How many times an instruction reads a reference. */
  private static int reads(Instruction i, int ref) {
    return (int) IntStream.of(i.sources()).filter(s -> s == ref).count();
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
            .map(program::get)
            .anyMatch(r -> !done.contains(r) && !steps.contains(r));
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
