package shinso.zoo.energy;

import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * The shifter problem: a row of bits, the same row shifted to the left, not at all, or to the right
 * with wrap-around, and which of the three it was. No pair of bits says anything about the shift
 * (Ackley, Hinton and Sejnowski 1985, section 4.2).
 *
 * @param bits of a row
 */
record Shifter(int bits) {
  private static final int SHIFTS = 3;

  static Shifter of(int bits) {
    return new Shifter(bits);
  }

  /** Returns all patterns as training and as test set. */
  DataSource data() {
    return DataSource.generated("shifter-" + bits, () -> Split.of(patterns(), patterns()));
  }

  private int shifted(int row, int shift) {
    int mask = (1 << bits) - 1;
    return switch (shift) {
      case 0 -> (row >> 1 | row << bits - 1) & mask;
      case 1 -> row;
      default -> (row << 1 | row >> bits - 1) & mask;
    };
  }

  /**
   * Returns the 3 · 2ᵇⁱᵗˢ equally probable patterns: the row {@code [bits]}, the shifted row {@code
   * [bits]}, and the shift as class 0, 1 or 2.
   */
  Dataset patterns() {
    int n = SHIFTS << bits;
    float[] first = new float[n * bits];
    float[] second = new float[n * bits];
    int[] labels = new int[n];
    for (int e = 0; e < n; e++) {
      labels[e] = e % SHIFTS;
      for (int i = 0; i < bits; i++) {
        first[e * bits + i] = e / SHIFTS >> i & 1;
        second[e * bits + i] = shifted(e / SHIFTS, labels[e]) >> i & 1;
      }
    }
    return InMemoryDataset.of(
        "shifter of %d bits".formatted(bits),
        List.of(
            Column.floats("row", Shape.of(bits), first),
            Column.floats("shifted row", Shape.of(bits), second),
            Column.labels("shift", labels, SHIFTS)));
  }

  /** How many of the three shifts of a row give what this one gives. */
  private int alike(int row, int shift) {
    return (int)
        Arrays.stream(new int[] {0, 1, 2})
            .filter(s -> shifted(row, s) == shifted(row, shift))
            .count();
  }

  /** Returns the share of patterns whose shift the best classifier tells. */
  double bayesRecognition() {
    double right = 0;
    for (int e = 0; e < SHIFTS << bits; e++) {
      right += 1.0 / alike(e / SHIFTS, e % SHIFTS);
    }
    return right / (SHIFTS << bits);
  }

  /** Returns H(shift | both rows) in nats. */
  double labelEntropy() {
    double sum = 0;
    for (int e = 0; e < SHIFTS << bits; e++) {
      sum += Math.log(alike(e / SHIFTS, e % SHIFTS));
    }
    return sum / (SHIFTS << bits);
  }
}
