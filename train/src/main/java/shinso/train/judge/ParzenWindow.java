package shinso.train.judge;

import java.util.Locale;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;

/**
 * The density that a normal distribution around each sample gives:
 *
 * <pre>
 * p(x) = 1/n Σᵢ N(x; xᵢ, σ² I)
 * </pre>
 *
 * <p><b>Don't choose models by it.</b> In many dimensions the estimate is far from the likelihood
 * of the model that made the samples up, for any number of samples that there is room for, and it
 * puts models in a wrong order: the centres of clusters of the training examples are better by it
 * than the training examples themselves (Theis, van den Oord and Bethge, "A note on the evaluation
 * of generative models", 2016, table 1). It is here because papers report it. It is a density of
 * real values, and is not compared with probabilities of binary ones.
 *
 * <p>Source: Breuleux, Bengio and Vincent, "Quickly generating representative samples from an
 * RBM-derived process" (2011).
 *
 * @param samples xᵢ, {@code [n, d]}
 * @param sigma σ
 */
public record ParzenWindow(Tensor samples, double sigma) {
  private static final double[] WIDTHS = {0.05, 0.1, 0.14, 0.17, 0.2, 0.23, 0.26, 0.3, 0.4};

  /**
   * Keeps the samples' values.
   *
   * @throws IllegalArgumentException if there are none, or σ is not positive
   */
  public ParzenWindow {
    if (samples.shape().rank() < 2 || samples.shape().dim(0) == 0) {
      throw new IllegalArgumentException("parzen: samples [n, *], not " + samples.shape());
    }
    if (!(sigma > 0)) {
      throw new IllegalArgumentException("parzen: σ is positive, not " + sigma);
    }
    samples = samples.flatten(1).evaluate();
  }

  /**
   * Returns the window whose width explains held-out examples best, of widths for values from 0 to
   * 1.
   *
   * @param validation its first field is explained
   */
  public static ParzenWindow fit(Tensor samples, Dataset validation) {
    return fit(samples, WIDTHS, validation);
  }

  /**
   * Returns the window whose width explains held-out examples best.
   *
   * @param sigmas the widths to choose from
   * @param validation its first field is explained
   * @throws IllegalArgumentException if there are no widths
   */
  public static ParzenWindow fit(Tensor samples, double[] sigmas, Dataset validation) {
    ParzenWindow best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (double sigma : sigmas) {
      ParzenWindow window = new ParzenWindow(samples, sigma);
      double mean = window.mean(validation).value();
      if (best == null || mean > most) {
        best = window;
        most = mean;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("parzen: no widths to choose from");
    }
    return best;
  }

  /** Returns log p(x) of each example in nats: {@code [b, *] -> [b]}. */
  public Tensor logDensity(Tensor x) {
    int n = samples.shape().dim(0);
    int d = samples.shape().dim(1);
    Tensor inside = Distances.squared(x, samples).mul(-0.5 / (sigma * sigma)); // [b, n]
    double constant = Math.log(n) + d * (Math.log(sigma) + 0.5 * Math.log(2 * Math.PI));
    return inside.logSumExp(1).sub(constant);
  }

  /** Returns the mean of log p(x) over the examples of a data set. */
  public Estimate mean(Dataset data) {
    return PerExample.mean(data, Rng.of(0), (x, rng) -> logDensity(x));
  }

  /** Returns the number of samples and the width. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "ParzenWindow(%d samples, σ = %.3g)", samples.shape().dim(0), sigma);
  }
}
