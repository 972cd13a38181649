package shinso.train.judge;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.Kernel;
import shinso.nn.loss.Mmd;

/**
 * The squared maximum mean discrepancy of features of examples and of samples, with the kernel (xᵀy
 * / d + 1)³. Other than the {@link FrechetDistance}, its estimate is right in the mean for any
 * number of examples, and it assumes no distribution.
 *
 * <p>Source: Bińkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs" (2018).
 */
public final class KernelDistance {
  private KernelDistance() {}

  /**
   * Returns the mean of unbiased estimates on random parts of the two sets, {@code [m, d]} and
   * {@code [n, d]}, and its standard error.
   *
   * @param part examples in a part, drawn without replacement
   * @param parts how many parts are drawn
   * @param rng draws them
   * @throws IllegalArgumentException if a part is larger than a set or has less than two examples,
   *     or features have different sizes
   */
  public static Estimate of(Tensor x, Tensor y, int part, int parts, Rng rng) {
    int m = x.shape().dim(0);
    int n = y.shape().dim(0);
    if (part < 2 || part > Math.min(m, n) || parts < 1) {
      throw new IllegalArgumentException(
          "kernel distance: %d parts of %d examples can't be drawn of %d and %d"
              .formatted(parts, part, m, n));
    }
    Mmd mmd = new Mmd(Kernel.cubic());
    Program estimate = Program.compile((Tensor a, Tensor b) -> Step.outputs(mmd.unbiased(a, b)));
    double[] numbers = new double[parts];
    for (int i = 0; i < parts; i++) {
      RandomGenerator random = rng.split(i).generator();
      Tensor a = x.gather(0, Tensor.of(chosen(m, part, random)));
      Tensor b = y.gather(0, Tensor.of(chosen(n, part, random)));
      numbers[i] = estimate.run(a, b).output(0).item();
    }
    return Estimate.mean(numbers);
  }

  /** Returns some of n positions: the beginning of a shuffle. */
  private static int[] chosen(int n, int some, RandomGenerator random) {
    int[] all = IntStream.range(0, n).toArray();
    for (int i = 0; i < some; i++) {
      int other = i + (int) Math.unsignedMultiplyHigh(random.nextLong(), n - i);
      int at = all[i];
      all[i] = all[other];
      all[other] = at;
    }
    return Arrays.copyOf(all, some);
  }
}
