package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Makes a program smaller as long as it fails in the same manner. */
final class Shrinker {
  private final Predicate<FuzzProgram> fails;
  private int left;

  /** Whether the program has values without elements. */
  private boolean empty;

  /**
   * Takes a test.
   *
   * @param attempts how many programs may be tried
   */
  Shrinker(Predicate<FuzzProgram> fails, int attempts) {
    this.fails = fails;
    this.left = attempts;
  }

  /** Returns the smallest program found. */
  FuzzProgram shrink(FuzzProgram program) {
    FuzzProgram best = program;
    boolean progress = true;
    while (progress && left > 0) {
      progress = false;
      empty = hasEmpty(best);
      for (Pass pass :
          List.<Pass>of(
              this::fewerUpdates,
              this::fewerOutputs,
              this::leavesForSteps,
              this::operandsForSteps,
              this::smallerArgs,
              this::shorterDims,
              this::simplerLeaves)) {
        FuzzProgram smaller = pass.run(best);
        progress |= !smaller.equals(best);
        best = smaller;
      }
    }
    return best;
  }

  private interface Pass {
    FuzzProgram run(FuzzProgram p);
  }

  /**
   * Whether a smaller program fails too. Values don't become empty on the way: that would be
   * simpler, but hides what the fault is about.
   */
  private boolean still(FuzzProgram p) {
    return left > 0 && (empty || !hasEmpty(p)) && left-- > 0 && fails.test(p);
  }

  private static boolean hasEmpty(FuzzProgram p) {
    return values(p).stream().anyMatch(t -> t.shape().size() == 0);
  }

  private FuzzProgram first(FuzzProgram best, Stream<FuzzProgram> candidates) {
    return candidates.filter(this::still).findFirst().orElse(best);
  }

  /** The first value that fails as the only output, or some of the outputs. */
  private FuzzProgram fewerOutputs(FuzzProgram p) {
    FuzzProgram best =
        first(
            p,
            IntStream.range(0, p.steps().size())
                .mapToObj(o -> used(new FuzzProgram(p.steps(), List.of(o), p.updates())))
                .filter(q ->
                    q.steps().size() < p.steps().size()
                        || q.outputs().size() < p.outputs().size()));
    for (int i = best.outputs().size() - 1;
        i >= 0 && best.outputs().size() + best.updates().size() > 1;
        i--) {
      List<Integer> outputs = new ArrayList<>(best.outputs());
      outputs.remove(/* index */ i);
      FuzzProgram smaller = used(new FuzzProgram(best.steps(), outputs, best.updates()));
      best = still(smaller) ? smaller : best;
    }
    return best;
  }

  private FuzzProgram fewerUpdates(FuzzProgram p) {
    FuzzProgram best = p;
    List<Integer> outputs = new ArrayList<>(p.outputs());
    p.updates().forEach(u -> outputs.add(u.value()));
    FuzzProgram none =
        used(new FuzzProgram(p.steps(), outputs.stream().distinct().toList(), List.of()));
    if (!p.updates().isEmpty() && still(none)) {
      return none;
    }
    for (int i = best.updates().size() - 1;
        i >= 0 && best.outputs().size() + best.updates().size() > 1;
        i--) {
      List<FuzzProgram.Update> updates = new ArrayList<>(best.updates());
      updates.remove(i);
      FuzzProgram smaller = used(new FuzzProgram(best.steps(), best.outputs(), updates));
      best = still(smaller) ? smaller : best;
    }
    return best;
  }

  /** A leaf of its shape for a step, the late ones first; or another step's value of that shape. */
  private FuzzProgram leavesForSteps(FuzzProgram p) {
    FuzzProgram best = p;
    for (int i = p.steps().size() - 1; i >= 0; i--) {
      if (i >= best.steps().size() || !(best.steps().get(i) instanceof FuzzProgram.Call)) {
        continue;
      }
      Tensor t = values(best).get(i);
      FuzzProgram.Step leaf = leaf(t.shape(), t.dtype());
      FuzzProgram smaller = used(replaced(best, i, leaf));
      best = still(smaller) ? smaller : best;
    }
    return best;
  }

  private FuzzProgram operandsForSteps(FuzzProgram p) {
    FuzzProgram best = p;
    for (int i = p.steps().size() - 1; i >= 0; i--) {
      if (i >= best.steps().size() || !(best.steps().get(i) instanceof FuzzProgram.Call c)) {
        continue;
      }
      List<Tensor> values = values(best);
      FuzzProgram from = best;
      int at = i;
      best =
          first(
              best,
              Stream.concat(
                      c.operands().stream()
                          .distinct()
                          .filter(o ->
                              values.get(o).shape().equals(values.get(at).shape())
                                  && values.get(o).dtype() == values.get(at).dtype())
                          .map(o -> redirected(from, at, o)),
                      fewerOperands(from, at, c))
                  .map(Shrinker::used));
    }
    return best;
  }

  private static Stream<FuzzProgram> fewerOperands(FuzzProgram p, int at, FuzzProgram.Call c) {
    int least = c.operation().name().equals("concat") ? 2 : 3;
    if (!Set.of("concat", "stack", "gradient").contains(c.operation().name())
        || c.operands().size() < least) {
      return Stream.empty();
    }
    boolean gradient = c.operation().several() != null;
    return Stream.iterate(gradient ? 1 : 0, i -> i < c.operands().size(), i -> i + 1)
        .map(i -> {
          List<Integer> operands = new ArrayList<>(c.operands());
          operands.remove(/* index */ (int) i);
          List<Number> args =
              gradient
                  ? List.of(Math.min(c.args().get(0).intValue(), operands.size() - 2))
                  : c.args();
          return replaced(p, at, new FuzzProgram.Call(c.operation(), operands, args));
        });
  }

  /** Numbers closer to 0 or 1. */
  private FuzzProgram smallerArgs(FuzzProgram p) {
    FuzzProgram best = p;
    for (int i = 0; i < best.steps().size(); i++) {
      if (!(best.steps().get(i) instanceof FuzzProgram.Call)) {
        continue;
      }
      int count = ((FuzzProgram.Call) best.steps().get(i)).args().size();
      for (int a = 0; a < count; a++) {
        for (int value : new int[] {0, 1, 2}) {
          FuzzProgram.Call c = (FuzzProgram.Call) best.steps().get(i);
          Number old = c.args().get(a);
          if (Math.abs(old.doubleValue()) > value
              || (old.doubleValue() != Math.rint(old.doubleValue()))) {
            List<Number> args = new ArrayList<>(c.args());
            args.set(a, old instanceof Double ? (Number) (double) value : (Number) value);
            FuzzProgram smaller =
                replaced(best, i, new FuzzProgram.Call(c.operation(), c.operands(), args));
            if (still(smaller)) {
              best = smaller;
              break;
            }
          }
        }
      }
    }
    return best;
  }

  /** Axes of all leaves of one length made shorter together, or of one leaf. */
  private FuzzProgram shorterDims(FuzzProgram p) {
    FuzzProgram best = p;
    Set<Integer> lengths = new TreeSet<>();
    for (FuzzProgram.Step s : p.steps()) {
      switch (s) {
        case FuzzProgram.Given g -> lengths.addAll(g.dims());
        case FuzzProgram.Call c ->
            c.args().stream()
                .filter(n -> n instanceof Integer)
                .forEach(n -> lengths.add(n.intValue()));
      }
    }
    for (int length : lengths) {
      for (int shorter : new TreeSet<>(List.of(1, 2, 3, length / 2, length - 1))) {
        if (shorter > 0 && shorter < length) {
          FuzzProgram from = best;
          best =
              first(
                  best,
                  Stream.of(
                      mapped(from, length, shorter, true), mapped(from, length, shorter, false)));
          if (!best.equals(from)) {
            break;
          }
        }
      }
    }
    for (int i = 0; i < best.steps().size(); i++) {
      if (best.steps().get(i) instanceof FuzzProgram.Given g) {
        for (int a = 0; a < g.dims().size(); a++) {
          for (int shorter : new TreeSet<>(List.of(1, 2, g.dims().get(a) - 1))) {
            if (shorter > 0 && shorter < g.dims().get(a)) {
              FuzzProgram.Given now = (FuzzProgram.Given) best.steps().get(i);
              List<Integer> dims = new ArrayList<>(now.dims());
              dims.set(a, shorter);
              FuzzProgram smaller =
                  replaced(
                      best, i, new FuzzProgram.Given(now.filling(), now.seed(), now.bound(), dims));
              if (still(smaller)) {
                best = smaller;
                break;
              }
            }
          }
        }
      }
    }
    return best;
  }

  private static FuzzProgram mapped(FuzzProgram p, int length, int shorter, boolean args) {
    List<FuzzProgram.Step> steps = new ArrayList<>();
    for (FuzzProgram.Step s : p.steps()) {
      steps.add(
          switch (s) {
            case FuzzProgram.Given g ->
                new FuzzProgram.Given(
                    g.filling(),
                    g.seed(),
                    g.bound() == length ? shorter : g.bound(),
                    g.dims().stream().map(d -> d == length ? shorter : d).toList());
            case FuzzProgram.Call c ->
                args
                    ? new FuzzProgram.Call(
                        c.operation(),
                        c.operands(),
                        c.args().stream()
                            .map(n -> n instanceof Integer i && i == length ? (Number) shorter : n)
                            .toList())
                    : c;
          });
    }
    return new FuzzProgram(steps, p.outputs(), p.updates());
  }

  private FuzzProgram simplerLeaves(FuzzProgram p) {
    FuzzProgram best = p;
    for (int i = 0; i < best.steps().size(); i++) {
      if (!(best.steps().get(i) instanceof FuzzProgram.Given g)) {
        continue;
      }
      List<Filling> simpler =
          switch (g.filling()) {
            case UNIFORM, POSITIVE, SPECIAL, BITS ->
                List.of(Filling.ONES, Filling.RAMP, Filling.SMALL);
            case SMALL, ZEROS -> List.of(Filling.ONES, Filling.RAMP);
            case RAMP -> List.of(Filling.ONES);
            case POSITIONS, I32_SMALL, KEY -> List.of(Filling.I32_ZEROS);
            case ONES, I32_ZEROS -> List.of();
          };
      int at = i;
      FuzzProgram from = best;
      best =
          first(
              best,
              simpler.stream()
                  .map(f ->
                      replaced(from, at, new FuzzProgram.Given(f, g.seed(), g.bound(), g.dims()))));
    }
    return best;
  }

  // ---- programs made of programs

  private static List<Tensor> values(FuzzProgram p) {
    FuzzProgram.Writer writer = new FuzzProgram.Writer();
    try {
      p.steps().forEach(writer::add);
    } catch (RuntimeException e) {
      // The step that can't be written stays as it is.
      while (writer.values.size() < p.steps().size()) {
        writer.values.add(Tensor.ones());
      }
    }
    return writer.values;
  }

  /** A leaf; none is F64, and the step that makes one of an F32 is kept. */
  private static FuzzProgram.Step leaf(Shape shape, DType type) {
    List<Integer> dims = Arrays.stream(shape.dims()).boxed().toList();
    return new FuzzProgram.Given(type == DType.I32 ? Filling.I32_ZEROS : Filling.RAMP, 1, 1, dims);
  }

  private static FuzzProgram replaced(FuzzProgram p, int at, FuzzProgram.Step step) {
    List<FuzzProgram.Step> steps = new ArrayList<>(p.steps());
    steps.set(at, step);
    return new FuzzProgram(steps, p.outputs(), p.updates());
  }

  /** All uses of a value become uses of another. */
  private static FuzzProgram redirected(FuzzProgram p, int from, int to) {
    List<FuzzProgram.Step> steps = new ArrayList<>();
    for (FuzzProgram.Step s : p.steps()) {
      steps.add(
          s instanceof FuzzProgram.Call c
              ? new FuzzProgram.Call(
                  c.operation(),
                  c.operands().stream().map(o -> o == from ? to : o).toList(),
                  c.args())
              : s);
    }
    return new FuzzProgram(
        steps,
        p.outputs().stream().map(o -> o == from ? to : o).toList(),
        p.updates().stream()
            .map(u -> new FuzzProgram.Update(u.leaf(), u.value() == from ? to : u.value()))
            .filter(u -> u.leaf() != from)
            .toList());
  }

  /** The program without values that nothing needs. */
  static FuzzProgram used(FuzzProgram p) {
    TreeSet<Integer> used = new TreeSet<>(p.outputs());
    p.updates().forEach(u -> used.add(u.leaf()));
    p.updates().forEach(u -> used.add(u.value()));
    for (int i = p.steps().size() - 1; i >= 0; i--) {
      if (used.contains(i) && p.steps().get(i) instanceof FuzzProgram.Call c) {
        used.addAll(c.operands());
      }
    }
    int[] renamed = new int[p.steps().size()];
    List<FuzzProgram.Step> steps = new ArrayList<>();
    for (int i : used) {
      renamed[i] = steps.size();
      steps.add(
          p.steps().get(i) instanceof FuzzProgram.Call c
              ? new FuzzProgram.Call(
                  c.operation(), c.operands().stream().map(o -> renamed[o]).toList(), c.args())
              : p.steps().get(i));
    }
    return new FuzzProgram(
        steps,
        p.outputs().stream().map(o -> renamed[o]).toList(),
        p.updates().stream()
            .filter(u -> p.steps().get(u.leaf()) instanceof FuzzProgram.Given)
            .map(u -> new FuzzProgram.Update(renamed[u.leaf()], renamed[u.value()]))
            .toList());
  }
}
