package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The uniform distribution of numbers between two ends; {@code independent(1)} of it is that of a
 * box.
 *
 * <pre>
 * p(x) = 1 / (high − low) for low ≤ x ≤ high, else 0
 * </pre>
 *
 * @param low {@code [batch..]}
 * @param high greater than low, of a shape that broadcasts with it
 */
public record Uniform(Tensor low, Tensor high) implements Distribution {
  /**
   * Checks shapes and types.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Uniform {
    Parts.batch("uniform", low, high);
  }

  @Override
  public Shape batchShape() {
    return Parts.batch("uniform", low, high);
  }

  private Tensor length() {
    return high.sub(low);
  }

  /** Returns −log(high − low), −∞ outside. */
  @Override
  public Tensor logProbability(Tensor x) {
    Tensor inside = x.greaterEqual(low).and(x.lessEqual(high));
    return Tensor.select(inside, length().log().neg(), Double.NEGATIVE_INFINITY);
  }

  /** Returns draws low + (high − low) u; gradients flow to both ends. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    return low.add(length().mul(Parts.uniform(low, samples.concat(batchShape()), rng)));
  }

  @Override
  public boolean isReparameterized() {
    return true;
  }

  @Override
  public Tensor entropy() {
    return length().log();
  }

  @Override
  public Tensor mean() {
    return low.add(high).mul(0.5);
  }

  @Override
  public Tensor variance() {
    return length().square().div(12);
  }
}
