package shinso.zoo.autoencoder;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * How much is destroyed in each of the T steps of a diffusion.
 *
 * <pre>
 * αₜ = 1 − βₜ,   ᾱₜ = Π_{s ≤ t} αₛ,   ᾱ₀ = 1
 * </pre>
 *
 * @param betas β₁ … β_T, each in (0, 1]; only the last may be 1
 */
public record NoiseSchedule(double[] betas) {
  private static final int BASIS = 10;

  /**
   * Checks the rates, and keeps a copy.
   *
   * @throws IllegalArgumentException if there are none or one is out of range
   */
  public NoiseSchedule {
    betas = betas.clone();
    for (int i = 0; i < betas.length; i++) {
      if (!(betas[i] > 0 && (betas[i] < 1 || (betas[i] == 1 && i == betas.length - 1)))) {
        throw new IllegalArgumentException(
            "noise schedule: β of step %d is between 0 and 1, not %s".formatted(i + 1, betas[i]));
      }
    }
    if (betas.length == 0) {
      throw new IllegalArgumentException("noise schedule: at least one step");
    }
  }

  private static NoiseSchedule of(int steps, IntToDoubleFunction beta) {
    return new NoiseSchedule(IntStream.rangeClosed(1, steps).mapToDouble(beta).toArray());
  }

  /**
   * Returns βₜ = 1 / (T − t + 1): each step erases a T-th of the signal, and the last one the rest
   * (Sohl-Dickstein et al. 2015, section 2.4.1).
   */
  public static NoiseSchedule erasing(int steps) {
    return of(steps, t -> 1.0 / (steps - t + 1));
  }

  /**
   * Returns βₜ that grows linearly from 10⁻⁴ to 0.02 for 1,000 steps (Ho, Jain and Abbeel 2020,
   * section 4). For another number of steps the rates are changed in proportion, so that about as
   * little is left.
   *
   * @throws IllegalArgumentException if there are fewer than 25 steps
   */
  public static NoiseSchedule linear(int steps) {
    if (steps < 25) {
      throw new IllegalArgumentException(
          "noise schedule: a linear one has 25 steps or more, not " + steps);
    }
    double scale = 1000.0 / steps;
    return of(steps, t -> scale * (1e-4 + (0.02 - 1e-4) * (t - 1) / (steps - 1)));
  }

  /** Returns βₜ that grows by the same factor in each step, from the first to the last. */
  public static NoiseSchedule geometric(int steps, double first, double last) {
    return of(steps, t -> first * Math.pow(last / first, (t - 1.0) / Math.max(1, steps - 1)));
  }

  /**
   * Returns a place on [0, 1) for each example, uniform for each alone and evenly spread over all
   * of a batch: {@code [n]}.
   */
  static Tensor places(int n, Rng rng) {
    return Tensor.iota(n).cast(DType.F32).div(n).add(Tensor.uniform(rng, 1)).mod(1);
  }

  /** Returns T. */
  public int steps() {
    return betas.length;
  }

  private double[] alphaBars() {
    double[] alphaBar = new double[betas.length + 1];
    alphaBar[0] = 1;
    for (int t = 1; t <= betas.length; t++) {
      alphaBar[t] = alphaBar[t - 1] * (1 - betas[t - 1]);
    }
    return alphaBar;
  }

  /** Returns ᾱ_T, what is left of the signal at the end. */
  double left() {
    return alphaBars()[betas.length];
  }

  /** Returns βₜ: I32 {@code [b] -> [b, 1]}. */
  Tensor beta(Tensor t, DType dtype) {
    double[] from0 = new double[betas.length + 1];
    System.arraycopy(betas, 0, from0, 1, betas.length);
    return look(from0, t, dtype);
  }

  /** Returns ᾱₜ, also for t = 0: I32 {@code [b] -> [b, 1]}. */
  Tensor alphaBar(Tensor t, DType dtype) {
    return look(alphaBars(), t, dtype);
  }

  /** Returns 1 − ᾱₜ, also for t = 0, without loss of digits: I32 {@code [b] -> [b, 1]}. */
  Tensor noise(Tensor t, DType dtype) {
    return look(Arrays.stream(alphaBars()).map(a -> 1 - a).toArray(), t, dtype);
  }

  private static Tensor look(double[] table, Tensor t, DType dtype) {
    return constants(table, dtype, table.length).gather(0, t).unsqueeze(1);
  }

  /**
   * Returns what networks are told of the time: normalised bumps whose centres are spread evenly
   * over the steps, as in the program of Sohl-Dickstein et al.: I32 {@code [b] -> [b, features]}.
   */
  Tensor features(Tensor t, DType dtype) {
    double[] table = new double[(betas.length + 1) * BASIS];
    for (int step = 0; step <= betas.length; step++) {
      double sum = 0;
      for (int k = 0; k < BASIS; k++) {
        double distance = (double) step / betas.length * (BASIS - 1) - k;
        table[step * BASIS + k] = Math.exp(-2 * distance * distance);
        sum += table[step * BASIS + k];
      }
      for (int k = 0; k < BASIS; k++) {
        table[step * BASIS + k] /= sum;
      }
    }
    return constants(table, dtype, betas.length + 1, BASIS).gather(0, t);
  }

  /** Returns the number of features of the time. */
  static int featureCount() {
    return BASIS;
  }

  /** Returns constants in the wanted type, not converted by the program. */
  private static Tensor constants(double[] values, DType dtype, int... dims) {
    if (dtype == DType.F64) {
      return Tensor.of(values, dims);
    }
    float[] singles = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      singles[i] = (float) values[i];
    }
    return Tensor.of(singles, dims);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoiseSchedule(double[] b) && Arrays.equals(betas, b);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(betas);
  }

  /** Returns the number of steps and the rates at the ends. */
  @Override
  public String toString() {
    return "NoiseSchedule(%d steps, β %s to %s)"
        .formatted(betas.length, betas[0], betas[betas.length - 1]);
  }
}
