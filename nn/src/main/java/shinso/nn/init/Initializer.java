package shinso.nn.init;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A distribution of initial weights.
 *
 * <p>The scaled ones have the mean 0 and a variance given by the fans; normal is N(0, variance) and
 * uniform is U(−√(3 variance), √(3 variance)).
 */
@FunctionalInterface
public interface Initializer {
  /** Returns F32 draws of a shape for units with these connections. */
  Tensor draw(Shape shape, Fans fans, Rng rng);

  /**
   * Returns F32 draws for weights {@code [in, out]} or filters {@code [kh, kw, in, out]}.
   *
   * @throws IllegalArgumentException for another number of axes
   */
  default Tensor draw(Shape shape, Rng rng) {
    return draw(shape, Fans.of(shape), rng);
  }

  /** Variance 1 / in, normal: LeCun et al., "Efficient BackProp" (1998), section 4.6. */
  static Initializer lecunNormal() {
    return (shape, fans, rng) -> gaussian(shape, 1.0 / fans.in(), rng);
  }

  /** Variance 1 / in, uniform: LeCun et al., "Efficient BackProp" (1998), section 4.6. */
  static Initializer lecunUniform() {
    return (shape, fans, rng) -> symmetric(shape, 1.0 / fans.in(), rng);
  }

  /**
   * Variance 2 / (in + out), normal: Glorot and Bengio, "Understanding the difficulty of training
   * deep feedforward neural networks" (2010), equation 12.
   */
  static Initializer glorotNormal() {
    return (shape, fans, rng) -> gaussian(shape, glorot(fans), rng);
  }

  /** Variance 2 / (in + out), uniform: Glorot and Bengio (2010), equation 16. */
  static Initializer glorotUniform() {
    return (shape, fans, rng) -> symmetric(shape, glorot(fans), rng);
  }

  /**
   * Variance 2 / in, normal, for rectifiers: He et al., "Delving deep into rectifiers" (2015),
   * equation 10.
   */
  static Initializer heNormal() {
    return heNormal(0);
  }

  /**
   * Variance 2 / ((1 + a²) in), normal, for rectifiers with slope a below 0: He et al. (2015),
   * equation 15.
   */
  static Initializer heNormal(double slope) {
    return (shape, fans, rng) -> gaussian(shape, he(fans, slope), rng);
  }

  /** Variance 2 / in, uniform, for rectifiers: He et al. (2015). */
  static Initializer heUniform() {
    return heUniform(0);
  }

  /** Variance 2 / ((1 + a²) in), uniform, for rectifiers with slope a below 0: He et al. (2015). */
  static Initializer heUniform(double slope) {
    return (shape, fans, rng) -> symmetric(shape, he(fans, slope), rng);
  }

  /**
   * Normal with mean 0 and this standard deviation, whatever the fans.
   *
   * @throws IllegalArgumentException if it is negative or no number
   */
  static Initializer normal(double standardDeviation) {
    if (!(standardDeviation >= 0)) {
      throw new IllegalArgumentException(
          "a standard deviation is not negative: " + standardDeviation);
    }
    return (shape, fans, rng) -> gaussian(shape, standardDeviation * standardDeviation, rng);
  }

  /**
   * Uniform on [low, high), whatever the fans.
   *
   * @throws IllegalArgumentException if low is above high or one is no number
   */
  static Initializer uniform(double low, double high) {
    if (!(low <= high)) {
      throw new IllegalArgumentException("an interval from %s to %s is empty".formatted(low, high));
    }
    return (shape, fans, rng) -> Tensor.uniform(rng, shape.dims()).mul(high - low).add(low);
  }

  /** The same value everywhere. */
  static Initializer constant(double value) {
    return (shape, fans, rng) -> Tensor.full(shape, value);
  }

  /** Zeros. */
  static Initializer zeros() {
    return constant(0);
  }

  private static double glorot(Fans fans) {
    return 2.0 / ((double) fans.in() + fans.out());
  }

  private static double he(Fans fans, double slope) {
    return 2 / ((1 + slope * slope) * fans.in());
  }

  private static Tensor gaussian(Shape shape, double variance, Rng rng) {
    return Tensor.normal(rng, shape.dims()).mul(Math.sqrt(variance));
  }

  private static Tensor symmetric(Shape shape, double variance, Rng rng) {
    double limit = Math.sqrt(3 * variance);
    return Tensor.uniform(rng, shape.dims()).mul(2 * limit).sub(limit);
  }
}
