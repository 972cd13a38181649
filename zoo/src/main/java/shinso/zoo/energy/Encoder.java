package shinso.zoo.energy;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * The encoder problem: of two groups of v visible units the same one is on in both, and the groups
 * are connected only by way of h hidden units, which have to find a code of v words (Ackley, Hinton
 * and Sejnowski 1985, section 4.1). Units are visible group, visible group, hidden group.
 *
 * @param v units of a visible group
 * @param h hidden units
 */
record Encoder(int v, int h) {
  /** A unit that is on is clamped on with this probability: the noisy clamping of section 3.2. */
  private static final float ON = 0.85f;

  private static final float OFF = 0.05f;

  /** Returns the graph: groups are connected within, and with the hidden group. */
  Connections connections() {
    return Connections.groups(
        new int[] {v, v, h}, new int[][] {{0, 0}, {1, 1}, {2, 2}, {0, 2}, {1, 2}});
  }

  /** Returns the v examples as probabilities with which units are clamped on. */
  DataSource data() {
    return DataSource.generated(
        "encoder-%d-%d-%d".formatted(v, h, v),
        () -> Split.of(examples(ON, OFF), examples(ON, OFF)));
  }

  private Dataset examples(float on, float off) {
    float[] units = new float[v * 2 * v];
    for (int i = 0; i < units.length; i++) {
      units[i] = i % (2 * v) % v == i / (2 * v) ? on : off;
    }
    return InMemoryDataset.of(
        "encoder of %d".formatted(v), List.of(Column.floats("units", Shape.of(2 * v), units)));
  }

  /**
   * Returns how many words the code of each machine has: hidden states that are the most probable
   * ones of at least one clean example. {@code [*]}
   */
  Tensor words(BoltzmannMachine machine) {
    Tensor eye = Tensor.eye(v);
    Tensor clean = Tensor.concat(1, List.of(eye, eye)); // [v, 2v]
    int codes = 1 << h;
    Tensor each = clean.unsqueeze(1).tile(1, codes).reshape(v * codes, 2 * v);
    Tensor hidden = Tensor.bits(h).tile(0, v); // [v codes, h]
    Tensor energy = machine.energy(each, hidden); // [*, v codes]
    Shape machines = energy.shape().slice(0, energy.shape().rank() - 1);
    Tensor best = energy.reshape(machines.concat(Shape.of(v, codes))).argmin(-1); // [*, v]
    return best.oneHot(codes).max(-2).sum(-1);
  }

  /** Returns 1 for machines whose code has a word for each example, 0 for others: {@code [*]}. */
  Tensor solved(BoltzmannMachine machine) {
    return words(machine).equal(v).cast(machine.weight().dtype());
  }
}
