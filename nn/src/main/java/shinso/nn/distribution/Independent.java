package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Independent distributions side by side as one: the last axes of the batch belong to the event,
 * and log-probabilities are summed over them.
 *
 * @param base the distributions, of batch shape {@code [batch.., axes..]}
 * @param axes the number of axes that join the event
 */
public record Independent(Distribution base, int axes) implements Distribution {
  /**
   * Checks the number of axes.
   *
   * @throws IllegalArgumentException if the batch doesn't have so many
   */
  public Independent {
    if (axes < 0 || axes > base.batchShape().rank()) {
      throw new IllegalArgumentException(
          "independent: %d axes of the batch %s".formatted(axes, base.batchShape()));
    }
  }

  @Override
  public Shape batchShape() {
    Shape s = base.batchShape();
    return s.slice(0, s.rank() - axes);
  }

  @Override
  public Shape eventShape() {
    Shape s = base.batchShape();
    return s.slice(s.rank() - axes, s.rank()).concat(base.eventShape());
  }

  /** The sum over the axes that joined the event. */
  Tensor total(Tensor each) {
    return axes == 0 ? each : each.sum(Parts.last(axes));
  }

  @Override
  public Tensor logProbability(Tensor x) {
    return total(base.logProbability(x));
  }

  /** Returns draws; gradients flow where they do for the base. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    return base.sample(samples, rng);
  }

  @Override
  public boolean isReparameterized() {
    return base.isReparameterized();
  }

  @Override
  public Tensor entropy() {
    return total(base.entropy());
  }

  @Override
  public Tensor mean() {
    return base.mean();
  }

  @Override
  public Tensor variance() {
    return base.variance();
  }
}
