package shinso.nn.distribution;

import java.util.Arrays;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A mixture of k components of one kind, with the weights softmax(z).
 *
 * <pre>
 * log p(x) = log Σₖ exp(log softmax(z)ₖ + log pₖ(x))
 * </pre>
 *
 * <p>A mixture density network (Bishop, 1994) over vectors {@code [b, d]}: {@code new
 * Mixture(logits, new Normal(means, logScales).independent(1))} with logits {@code [b, k]} and
 * means {@code [b, k, d]}.
 *
 * @param logits z, {@code [batch.., k]}
 * @param components distributions of batch shape {@code [batch.., k]}
 */
public record Mixture(Tensor logits, Distribution components) implements Distribution {
  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if the components' batch is not the shape of the logits
   */
  public Mixture {
    Check.rankAtLeast("mixture", logits.shape(), 1);
    Parts.batch("mixture", logits);
    if (!components.batchShape().equals(logits.shape())) {
      throw new IllegalArgumentException(
          "mixture: logits [batch.., k] and components of that batch shape, not %s and %s"
              .formatted(logits.shape(), components.batchShape()));
    }
  }

  @Override
  public Shape batchShape() {
    return logits.shape().slice(0, logits.shape().rank() - 1);
  }

  @Override
  public Shape eventShape() {
    return components.eventShape();
  }

  /** The axis of the components counted from the end of {@code [.., k, event..]}. */
  private int axis() {
    return -1 - eventShape().rank();
  }

  /** log πₖ + log pₖ(x): {@code [*, batch.., k]}. */
  private Tensor joint(Tensor x) {
    // The new axis lies before those of the event.
    Tensor spread = x.unsqueeze(x.shape().rank() - eventShape().rank());
    return components.logProbability(spread).add(logits.logSoftmax(-1));
  }

  @Override
  public Tensor logProbability(Tensor x) {
    return joint(x).logSumExp(-1);
  }

  /** Returns log p(k | x), the responsibilities of components: {@code [*, batch.., k]}. */
  public Tensor logResponsibilities(Tensor x) {
    return joint(x).logSoftmax(-1);
  }

  /** Returns draws; gradients flow to the drawn components where they do for these, not to z. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    Tensor k = new Categorical(logits).sample(samples, rng.split("component"));
    Tensor all = components.sample(samples, rng.split("draw")); // [samples.., batch.., k, event..]
    return Tensor.select(beside(k.oneHot(logits.shape().dim(-1))), all, 0).sum(axis());
  }

  /** Gives weights of components the axes of the event. */
  private Tensor beside(Tensor weights) {
    int[] dims = new int[eventShape().rank()];
    Arrays.fill(dims, 1);
    return weights.reshape(weights.shape().concat(Shape.of(dims)));
  }

  @Override
  public Tensor mean() {
    return beside(logits.softmax(-1)).mul(components.mean()).sum(axis());
  }

  /** Returns Σₖ πₖ (σₖ² + (μₖ − μ)²). */
  @Override
  public Tensor variance() {
    Tensor mean = mean();
    Tensor spread = mean.unsqueeze(mean.shape().rank() - eventShape().rank());
    Tensor between = components.mean().sub(spread);
    Tensor each = components.variance().add(between.square());
    return beside(logits.softmax(-1)).mul(each).sum(axis());
  }
}
