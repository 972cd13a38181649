package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import shinso.core.tensor.DType;

/** Makes a program of a seed. */
final class Generator {
  private Generator() {}

  /** Returns the program of a seed, always the same. */
  static FuzzProgram program(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    double kind = random.nextDouble();
    Draft.Kind k =
        kind < 0.6 ? Draft.Kind.ORDINARY : kind < 0.85 ? Draft.Kind.INTEGERS : Draft.Kind.SPECIALS;
    // Most programs are small: they take less time, and find nearly as much.
    double size = random.nextDouble();
    int steps =
        size < 0.7
            ? 20 + random.nextInt(20)
            : size < 0.95 ? 40 + random.nextInt(60) : 100 + random.nextInt(200);
    Draft d = new Draft(random.nextLong(), k, 60 + 6 * steps);
    write(d, steps, random.nextDouble() * 0.3);
    return finish(d);
  }

  /**
   * Writes steps.
   *
   * @param blocks how likely a block is written where it is not a single operation
   */
  private static void write(Draft d, int steps, double blocks) {
    int leaves = d.between(2, 4);
    for (int i = 0; i < leaves; i++) {
      d.leaf(d.chance(0.1) ? DType.I32 : DType.F32, d.dims(d.oneOf(0, 1, 2, 2, 2, 3, 3, 4)));
    }
    List<Operation> rows =
        Operations.all().stream()
            .filter(r -> d.kind != Draft.Kind.INTEGERS || r.exact() || d.chance(0.05))
            .filter(r -> d.kind != Draft.Kind.SPECIALS || !r.linear())
            .toList();
    int total = rows.stream().mapToInt(Operation::weight).sum();
    List<Consumer<Draft>> all = Motifs.of(d.kind);
    for (int attempt = 0; attempt < 3 * steps && d.steps.size() < steps; attempt++) {
      if (d.isFinished()) {
        return;
      }
      if (d.chance(blocks)) {
        d.write(all.get(d.below(all.size())));
      } else {
        d.propose(row(rows, d.below(total)));
      }
    }
  }

  private static Operation row(List<Operation> rows, int at) {
    int left = at;
    for (Operation row : rows) {
      left -= row.weight();
      if (left < 0) {
        return row;
      }
    }
    throw new IllegalStateException("weights don't add up");
  }

  /** Chooses outputs, mostly among the last values, and parameters. */
  private static FuzzProgram finish(Draft d) {
    int n = d.steps.size();
    List<Integer> outputs = new ArrayList<>(List.of(n - 1));
    if (d.isBroken()) {
      return new FuzzProgram(d.steps, outputs, List.of());
    }
    List<Integer> unused = new ArrayList<>(d.unused());
    Collections.shuffle(unused, d.random);
    int count = d.chance(0.2) ? 1 : d.between(2, 10);
    outputs.addAll(unused.subList(0, Math.min(count, unused.size())));
    if (d.chance(0.4)) {
      outputs.add(d.below(n));
    }
    List<FuzzProgram.Update> updates = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (d.steps.get(i) instanceof FuzzProgram.Given && d.isFloat(i) && d.chance(0.5)) {
        int value = like(d, i);
        if (value >= 0) {
          updates.add(new FuzzProgram.Update(i, value));
        }
      }
    }
    return new FuzzProgram(d.steps, outputs.stream().distinct().toList(), updates);
  }

  /** A later value of a leaf's shape, the last ones preferred; −1 if there is none. */
  private static int like(Draft d, int leaf) {
    for (int v = d.steps.size() - 1; v >= 0; v--) {
      if (v != leaf && d.isFloat(v) && d.shape(v).equals(d.shape(leaf)) && d.chance(0.6)) {
        return v;
      }
    }
    return -1;
  }
}
