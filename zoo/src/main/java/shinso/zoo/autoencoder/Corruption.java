package shinso.zoo.autoencoder;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * How examples are disturbed: draws of C(X̃ | X), element by element.
 *
 * <p>Source: Vincent, Larochelle, Lajoie, Bengio and Manzagol, "Stacked denoising autoencoders"
 * (2010), section 3.3.
 */
public sealed interface Corruption {
  /** Returns disturbed examples: {@code [b, *] -> [b, *]}. */
  Tensor corrupt(Tensor x, Rng rng);

  /** Returns the corruption that changes nothing. */
  static Corruption none() {
    return new Masking(0);
  }

  /**
   * Returns additive Gaussian noise.
   *
   * @throws IllegalArgumentException if the standard deviation is negative or not finite
   */
  static Corruption gaussian(double sigma) {
    return new Gaussian(sigma);
  }

  /**
   * Returns masking noise.
   *
   * @throws IllegalArgumentException if the share is not in [0, 1]
   */
  static Corruption masking(double share) {
    return new Masking(share);
  }

  /**
   * Returns salt-and-pepper noise.
   *
   * @throws IllegalArgumentException if the share is not in [0, 1]
   */
  static Corruption saltAndPepper(double share) {
    return new SaltAndPepper(share);
  }

  /**
   * x + ε, ε ~ N(0, σ²).
   *
   * @param sigma σ
   */
  record Gaussian(double sigma) implements Corruption {
    /** Checks σ. */
    public Gaussian {
      if (!(sigma >= 0 && sigma < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("corruption: σ is not negative, not " + sigma);
      }
    }

    @Override
    public Tensor corrupt(Tensor x, Rng rng) {
      return x.add(x.normalLike(rng).mul(sigma));
    }
  }

  /**
   * A share of the elements is put to 0.
   *
   * @param share the probability that an element is
   */
  record Masking(double share) implements Corruption {
    /** Checks the share. */
    public Masking {
      requireShare(share);
    }

    @Override
    public Tensor corrupt(Tensor x, Rng rng) {
      return share == 0 ? x : x.mul(x.uniformLike(rng).greaterEqual(share));
    }
  }

  /**
   * A share of the elements is put to 0 or 1, by the toss of a fair coin.
   *
   * @param share the probability that an element is
   */
  record SaltAndPepper(double share) implements Corruption {
    /** Checks the share. */
    public SaltAndPepper {
      requireShare(share);
    }

    @Override
    public Tensor corrupt(Tensor x, Rng rng) {
      // Below share / 2 is salt, from there to share is pepper.
      Tensor u = x.uniformLike(rng);
      return Tensor.select(u.less(share), u.less(share / 2), x);
    }
  }

  private static void requireShare(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "corruption: the share of the elements is from 0 to 1, not " + share);
    }
  }
}
