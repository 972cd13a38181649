package shinso.nn.penalty;

import java.util.function.UnaryOperator;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * A layer that hands its input on and, in training, adds a penalty on it to the loss: {@code [*] ->
 * [*]}.
 *
 * <pre>{@code
 * Network.of(784).dense(100).sigmoid()
 *     .layer("sparse", new ActivationPenalty(0.1, h -> Sparsity.kl(h, 0.05)))
 *     .dense(784).build(rng);
 * }</pre>
 *
 * @param alpha the strength α
 * @param penalty a scalar of the activations, such as {@code Sparsity::l1}
 */
public record ActivationPenalty(double alpha, UnaryOperator<Tensor> penalty) implements Layer {
  /**
   * Checks the strength.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ActivationPenalty {
    if (!(alpha >= 0)) {
      throw new IllegalArgumentException(
          "activation penalty: the strength is not negative: " + alpha);
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    if (pass.isTraining()) {
      pass.penalize(penalty.apply(x).mul(alpha));
    }
    return x;
  }

  /** Returns the name and the strength. */
  @Override
  public String toString() {
    return "ActivationPenalty(" + alpha + ")";
  }
}
