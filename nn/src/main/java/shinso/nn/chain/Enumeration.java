package shinso.nn.chain;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.EnergyModel;

/**
 * Sums over all 2ⁿ states of n binary units: what a model's probabilities must be compared with
 * while it is small. Log-weights are added in double.
 *
 * {@snippet :
 * Enumeration visible = Enumeration.of(16);
 * double logZ = visible.logPartition(model);
 * double[] marginals = visible.sums(v -> model.freeEnergy(v).neg(), v -> v).mean();
 * List<Tensor> slope = visible.gradients(v -> model.freeEnergy(v).neg(), params); // of log Z
 * }
 *
 * <p>Units that can be summed out in closed form need no enumeration: a restricted Boltzmann
 * machine of 784 and 16 units is summed over the 16. Up to about 24 units take seconds.
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
    int rows = rows();
    double max = Double.NEGATIVE_INFINITY;
    double total = 0;
    double[] weighted = new double[0];
    for (int from = 0; from < 1 << units; from += rows) {
      Tensor x = states(from); // [rows, n]
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

  /** Returns log Z = log Σᵥ exp(−F(v)) of a model of n visible units. */
  public double logPartition(EnergyModel model) {
    return logPartition(v -> model.freeEnergy(v).neg());
  }

  /**
   * Returns the probabilities exp(log-weight) / Z of all states, in the order of {@link #states}.
   *
   * @param logWeight {@code [states, n] -> [states]}
   * @throws IllegalArgumentException if there are more than 24 units
   */
  public double[] probabilities(UnaryOperator<Tensor> logWeight) {
    if (units > 24) {
      throw new IllegalArgumentException(
          "enumeration: the probabilities of %d units are too many for one array".formatted(units));
    }
    double[] p = new double[1 << units];
    for (int from = 0; from < p.length; from += rows()) {
      double[] w = logWeight.apply(states(from)).toDoubleArray();
      System.arraycopy(w, 0, p, from, w.length);
    }
    double max = Arrays.stream(p).max().orElseThrow();
    double total = Arrays.stream(p).map(w -> Math.exp(w - max)).sum();
    Arrays.setAll(p, i -> Math.exp(p[i] - max) / total);
    return p;
  }

  /**
   * Returns independent draws of the distribution: {@code [count, n]}.
   *
   * @param logWeight {@code [states, n] -> [states]}
   * @throws IllegalArgumentException if there are more than 24 units
   */
  public Tensor sample(UnaryOperator<Tensor> logWeight, int count, Rng rng) {
    double[] below = probabilities(logWeight);
    for (int i = 1; i < below.length; i++) {
      below[i] += below[i - 1];
    }
    RandomGenerator uniform = rng.generator();
    double[] x = new double[count * units];
    for (int i = 0; i < count; i++) {
      double u = uniform.nextDouble() * below[below.length - 1];
      int found = Arrays.binarySearch(below, u);
      int state = Math.min(found < 0 ? -found - 1 : found + 1, below.length - 1);
      for (int j = 0; j < units; j++) {
        x[i * units + j] = state >> j & 1;
      }
    }
    return Tensor.of(x, count, units).cast(dtype).evaluate();
  }

  /**
   * Returns the entropy −Σₓ p(x) log p(x) in nats.
   *
   * @param logWeight {@code [states, n] -> [states]}, finite
   */
  public double entropy(UnaryOperator<Tensor> logWeight) {
    Sums sums = sums(logWeight, logWeight);
    return sums.logPartition - sums.mean[0];
  }

  /**
   * Returns the gradient of log Σₓ exp(log-weight(x)), the mean of the gradients of the log-weights
   * under the normalised weights. Memory is that of some thousand states at a time, and sums are
   * added in double.
   *
   * @param logWeight {@code [states, n] -> [states]}, finite
   * @return one for each parameter, of its shape and type
   */
  public List<Tensor> gradients(UnaryOperator<Tensor> logWeight, List<Param> params) {
    double logZ = logPartition(logWeight);
    Tensor normalizer = Tensor.of(new double[] {logZ}).reshape(Shape.of()).cast(dtype);
    double[][] sums = new double[params.size()][];
    Arrays.setAll(sums, i -> new double[params.get(i).shape().size()]);
    for (int from = 0; from < 1 << units; from += rows()) {
      Tensor w = logWeight.apply(states(from)); // [rows]
      Tensor p = w.sub(normalizer).exp().stopGradient();
      List<Tensor> parts = Tensor.evaluate(Autodiff.gradients(p.mul(w).sum(), params));
      for (int i = 0; i < sums.length; i++) {
        double[] sum = sums[i];
        double[] part = parts.get(i).toDoubleArray();
        Arrays.setAll(sum, j -> sum[j] + part[j]);
      }
    }
    return IntStream.range(0, sums.length)
        .mapToObj(i -> {
          Param p = params.get(i);
          return Tensor.of(sums[i]).reshape(p.shape()).cast(p.dtype()).evaluate();
        })
        .toList();
  }

  /**
   * Returns the free energies F(v) = −log Σₕ exp(−E(v, h)) of a batch by a sum over all states of n
   * hidden units, as an expression with gradients: {@code [b, visible] -> [b]}. It is for models
   * whose hidden units depend on each other, and takes the memory of b 2ⁿ pairs.
   */
  public Tensor freeEnergy(EnergyModel model, Tensor v) {
    return negativeEnergies(model, v).logSumExp(1).neg();
  }

  /**
   * Returns p(h | v) of all states of n hidden units, in the order of {@link #states}, as an
   * expression: {@code [b, visible] -> [b, 2ⁿ]}.
   */
  public Tensor posterior(EnergyModel model, Tensor v) {
    return negativeEnergies(model, v).softmax(1);
  }

  /** −E(v, h) of each example with each hidden state: {@code [b, 2ⁿ]}. */
  private Tensor negativeEnergies(EnergyModel model, Tensor v) {
    Tensor h = states(); // [2ⁿ, n]
    int b = v.shape().dim(0);
    int all = h.shape().dim(0);
    Shape pairs = Shape.of(b, all, v.shape().dim(1));
    Tensor each = v.unsqueeze(1).broadcastTo(pairs).reshape(b * all, v.shape().dim(1));
    return model.energy(each, h.tile(0, b)).reshape(b, all).neg();
  }

  private int rows() {
    return 1 << Math.min(units, CHUNK);
  }

  private Tensor states(int from) {
    return bits(rows(), Tensor.of(new int[] {from}));
  }
}
