package shinso.zoo.directed;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * What generators begin with: independent numbers z.
 *
 * @param size how many
 * @param kind how they are distributed
 */
public record Noise(int size, Kind kind) {
  /** Distributions with mean 0. */
  public enum Kind {
    /** N(0, 1). */
    NORMAL,
    /** Between −1 and 1. */
    UNIFORM
  }

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if there are no numbers
   */
  public Noise {
    if (size < 1) {
      throw new IllegalArgumentException("noise: there is at least one number, not " + size);
    }
  }

  /** Returns z ~ N(0, 1). */
  public static Noise normal(int size) {
    return new Noise(size, Kind.NORMAL);
  }

  /** Returns z ~ U(−1, 1). */
  public static Noise uniform(int size) {
    return new Noise(size, Kind.UNIFORM);
  }

  /** Draws z of some examples: {@code [count, size]}. */
  public Tensor draw(int count, Rng rng) {
    return switch (kind) {
      case NORMAL -> Tensor.normal(rng, count, size);
      case UNIFORM -> Tensor.uniform(rng, count, size).mul(2).sub(1);
    };
  }
}
