package shinso.zoo.directed;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Logistic;
import shinso.nn.distribution.Normal;

/** What a generator's output y says about x: the conditional p(x | y), of independent elements. */
public sealed interface Observation {
  /**
   * Returns log p(x | y) in nats: {@code [k, b]}.
   *
   * @param x {@code [b, *]}
   * @param y k outputs for each example, {@code [k, b, *]}
   */
  Tensor logProbability(Tensor x, Tensor y);

  /** Returns the means of x: {@code [b, *] -> [b, *]}. */
  Tensor mean(Tensor y);

  /** Returns draws of x: {@code [b, *] -> [b, *]}. */
  Tensor sample(Tensor y, Rng rng);

  /** Returns examples as they are learned and judged, drawn anew at each use: {@code [b, *]}. */
  default Tensor prepare(Tensor x, Rng rng) {
    return x;
  }

  /**
   * Elements that are 0 or 1: y are logits. Values of data between 0 and 1 are the probabilities by
   * which elements are drawn, anew at each use.
   */
  record Binary() implements Observation {
    @Override
    public Tensor logProbability(Tensor x, Tensor y) {
      return new Bernoulli(y.flatten(2)).independent(1).logProbability(x.flatten(1));
    }

    @Override
    public Tensor mean(Tensor y) {
      return y.sigmoid();
    }

    @Override
    public Tensor sample(Tensor y, Rng rng) {
      return y.sigmoid().bernoulli(rng);
    }

    @Override
    public Tensor prepare(Tensor x, Rng rng) {
      return x.bernoulli(rng);
    }
  }

  /**
   * Real elements, normal with a learned deviation that stays above a limit:
   *
   * <pre>
   * σ = σ₀ (1 + eˢ) &gt; σ₀
   * </pre>
   *
   * <p>Without a limit the likelihood has no maximum: around one example that is met exactly, or
   * for an element that never changes, σ goes to 0 and the density to ∞ (Mattei and Frellsen,
   * "Leveraging the exact likelihood of deep latent variable models", 2018).
   *
   * @param scale s of all elements, {@code []}, or of each one, {@code [elements]}; null if the
   *     output has twice as many features on its last axis, first means and then s
   * @param least σ₀ &gt; 0
   */
  record Real(@Nullable Param scale, double least) implements Observation {
    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Real {
      if (!(least > 0 && least < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "real observations: the least deviation is %s; without a positive one, such as"
                    + " 0.01, the likelihood has no maximum",
                least));
      }
    }

    /**
     * Returns observations with one learned deviation.
     *
     * @param sigma its first value, above the limit
     * @throws IllegalArgumentException if it is not
     */
    public static Real ofOne(double sigma, double least) {
      return of(Tensor.scalar(raw(sigma, least)), least);
    }

    /** Returns observations with a learned deviation for each of so many elements. */
    public static Real ofEach(int elements, double sigma, double least) {
      return of(Tensor.full(Shape.of(elements), raw(sigma, least)), least);
    }

    /** Returns observations whose means and deviations the generator gives. */
    public static Real ofGenerator(double least) {
      return new Real(null, least);
    }

    private static Real of(Tensor raw, double least) {
      return new Real(Param.of(raw), least);
    }

    /** Solves σ = σ₀ (1 + eˢ) for s. */
    static double raw(double sigma, double least) {
      if (!(sigma > least)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "real observations: the first deviation, %s, is above the least one, %s",
                sigma,
                least));
      }
      return Math.log(sigma / least - 1);
    }

    @Override
    public Tensor mean(Tensor y) {
      return scale != null ? y : y.slice(-1, 0, elements(y));
    }

    /** Returns the distributions of the elements that lie behind the first axes, in a row. */
    private Normal normal(Tensor y, int axes) {
      Tensor s = scale != null ? scale.value() : y.slice(-1, elements(y), 2 * elements(y));
      Tensor rows = scale != null ? s : s.flatten(axes);
      return new Normal(mean(y).flatten(axes), rows.softplus().add(Math.log(least)));
    }

    private static int elements(Tensor y) {
      int features = y.shape().dim(-1);
      if (features % 2 != 0) {
        throw new IllegalArgumentException(
            "real observations: the generator gives means and deviations, twice as many features"
                + " as examples have, not "
                + y.shape());
      }
      return features / 2;
    }

    @Override
    public Tensor logProbability(Tensor x, Tensor y) {
      return normal(y, 2).independent(1).logProbability(x.flatten(1));
    }

    @Override
    public Tensor sample(Tensor y, Rng rng) {
      return normal(y, 1).sample(rng).reshape(mean(y).shape());
    }
  }

  /**
   * Elements on so many levels from 0 to 1, as pixels have 256: a logistic distribution around y,
   * cut into a bin for each level (Kingma et al., "Improved variational inference with inverse
   * autoregressive flow", 2016; Salimans et al., "PixelCNN++", 2017, equation 2).
   *
   * @param logScale log s, the logarithm of the logistic scale, {@code []}
   * @param levels how many there are
   */
  record Levels(Param logScale, int levels) implements Observation {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if there are less than two levels
     */
    public Levels {
      if (levels < 2) {
        throw new IllegalArgumentException("levels: at least 2, not " + levels);
      }
    }

    /** Returns 256 levels with a scale to begin with. */
    public static Levels ofBytes(double scale) {
      return new Levels(Param.of(Tensor.scalar(Math.log(scale))), 256);
    }

    private Logistic logistic(Tensor y) {
      return new Logistic(y, logScale.value());
    }

    @Override
    public Tensor logProbability(Tensor x, Tensor y) {
      return logistic(y.flatten(2)).logMass(x.flatten(1), 1.0 / (levels - 1), 0, 1).sum(-1);
    }

    @Override
    public Tensor mean(Tensor y) {
      return y.clip(0, 1);
    }

    @Override
    public Tensor sample(Tensor y, Rng rng) {
      return logistic(y).sample(rng).clip(0, 1).mul(levels - 1).round().div(levels - 1);
    }
  }
}
