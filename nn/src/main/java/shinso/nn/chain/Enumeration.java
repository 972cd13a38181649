package shinso.nn.chain;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * Sums over all 2ⁿ states of n binary units: what a model's probabilities must be compared with
 * while it is small. Log-weights are added in double.
 *
 * {@snippet :
 * double logZ = Enumeration.of(20).logPartition(h -> rbm.freeEnergyOfHidden(h).neg());
 * }
 *
 * @param units n, at most 30
 * @param dtype the type of the states
 */
public record Enumeration(int units, DType dtype) {
  private static final int CHUNK = 14;

  /**
   * Checks the number of units.
   *
   * @throws IllegalArgumentException if it is not in 0 to 30 or the type is I32
   */
  public Enumeration {
    if (units < 0 || units > 30) {
      throw new IllegalArgumentException(
          "enumeration: 0 to 30 units, not %d; sum some of them out, or use Ais".formatted(units));
    }
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException("enumeration: states are F32 or F64");
    }
  }

  /** Returns the enumeration of F32 states. */
  public static Enumeration of(int units) {
    return new Enumeration(units, DType.F32);
  }

  /** Returns the enumeration of F64 states, for models with F64 parameters. */
  public static Enumeration exact(int units) {
    return new Enumeration(units, DType.F64);
  }

  /**
   * Sums over all states.
   *
   * @param logPartition log Σₓ exp(log-weight(x))
   * @param mean the mean of a statistic under the normalised weights
   */
  public record Sums(double logPartition, double[] mean) {}

  /**
   * Returns all states, {@code [2ⁿ, n]}: in row i the bits of i, the lowest first.
   *
   * @throws IllegalArgumentException if there are more than 20 units
   */
  public Tensor states() {
    if (units > 20) {
      throw new IllegalArgumentException(
          "enumeration: the states of %d units are too many for one tensor".formatted(units));
    }
    return bits(1 << units, Tensor.of(new int[] {0}));
  }

  private Tensor bits(int rows, Tensor offset) {
    if (units == 0) {
      return Tensor.zeros(rows, 0).cast(dtype);
    }
    int[] powers = new int[units];
    Arrays.setAll(powers, i -> 1 << i);
    Tensor shifted = Tensor.iota(rows).add(offset).unsqueeze(1).div(Tensor.of(powers)); // [r, n]
    return shifted.sub(shifted.div(Tensor.of(new int[] {2})).mul(2)).cast(dtype);
  }

  /**
   * Returns log Σₓ exp(log-weight(x)).
   *
   * @param logWeight {@code [states, n] -> [states]}
   */
  public double logPartition(UnaryOperator<Tensor> logWeight) {
    return sums(logWeight, x -> x.slice(1, 0, 0)).logPartition;
  }

  /**
   * Returns the normaliser and the mean of a statistic.
   *
   * @param logWeight {@code [states, n] -> [states]}
   * @param statistic {@code [states, n] -> [states, *]}; the mean is that of its elements in
   *     row-major order
   */
  public Sums sums(UnaryOperator<Tensor> logWeight, UnaryOperator<Tensor> statistic) {
    int rows = 1 << Math.min(units, CHUNK);
    double max = Double.NEGATIVE_INFINITY;
    double total = 0;
    double[] weighted = new double[0];
    for (int from = 0; from < 1 << units; from += rows) {
      Tensor x = bits(rows, Tensor.of(new int[] {from})); // [rows, n]
      Tensor f = statistic.apply(x);
      List<Tensor> both = Tensor.evaluate(List.of(logWeight.apply(x), f.reshape(f.shape().size())));
      double[] w = both.getFirst().toDoubleArray();
      double[] values = both.getLast().toDoubleArray();
      if (w.length != rows) {
        throw new IllegalArgumentException(
            "enumeration: log-weights [%d], one for each state, not %s"
                .formatted(rows, both.getFirst().shape()));
      }
      int width = values.length / rows;
      weighted = from == 0 ? new double[width] : weighted;
      double larger = Math.max(max, Arrays.stream(w).max().orElseThrow());
      if (larger == Double.NEGATIVE_INFINITY) {
        continue;
      }
      double shrink = Math.exp(max - larger);
      max = larger;
      total *= shrink;
      for (int j = 0; j < width; j++) {
        weighted[j] *= shrink;
      }
      for (int i = 0; i < rows; i++) {
        double p = Math.exp(w[i] - max);
        total += p;
        for (int j = 0; p != 0 && j < width; j++) {
          weighted[j] += p * values[i * width + j];
        }
      }
    }
    double sum = total;
    return new Sums(max + Math.log(total), Arrays.stream(weighted).map(v -> v / sum).toArray());
  }
}
