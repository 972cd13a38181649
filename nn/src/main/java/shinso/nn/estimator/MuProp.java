package shinso.nn.estimator;

import java.util.List;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Tensor;

/**
 * MuProp: the score function with the first-order expansion of the cost around a mean-field pass as
 * its baseline, whose own gradient is added again. Unbiased, for layers of Bernoulli units.
 *
 * <pre>
 * z̄ = mean-field values, in each layer the probabilities given those below
 * signalₗ = J(z) − J(z̄) − J′(z̄ₗ) · (zₗ − z̄ₗ)
 * ∂ E[J] / ∂ω ≈ Σₗ signalₗ ∂ log p(zₗ; ω) / ∂ω + J′(z̄ₗ) · ∂μₗ / ∂ω
 * </pre>
 *
 * <p>Noise has a price of its own, J(z) − J(z̄), which doesn't vanish in the mean. A constant added
 * to J(z̄), such as a {@link RunningMean} of that price, takes it out of the signal.
 *
 * <p>Source: Gu, Levine, Sutskever and Mnih, "MuProp: unbiased backpropagation for stochastic
 * neural networks" (2016).
 */
public final class MuProp {
  private MuProp() {}

  /**
   * A layer of units.
   *
   * @param draw zₗ, of {@link ScoreFunction}
   * @param probability μₗ, the probabilities that it was drawn with, {@code [b, units]}
   * @param mean z̄ₗ, {@code [b, units]}
   */
  public record Node(Draw draw, Tensor probability, Tensor mean) {}

  /**
   * Returns terms of the surrogate, to be added to the cost of the draws: {@code [b]}.
   *
   * @param cost J(z), {@code [b]}
   * @param atMean J(z̄), computed from the nodes' means, with what else is subtracted, {@code [b]}
   */
  public static Tensor credit(Tensor cost, Tensor atMean, List<Node> nodes) {
    List<Tensor> means = nodes.stream().map(Node::mean).toList();
    List<Tensor> slopes = Autodiff.gradients(atMean.sum(), means);
    Tensor sum = cost.zerosLike();
    for (int l = 0; l < nodes.size(); l++) {
      Node node = nodes.get(l);
      Tensor slope = slopes.get(l).stopGradient(); // [b, units]
      Tensor linear = slope.mul(node.draw().value().sub(node.mean())).sum(1);
      Tensor signal = cost.sub(atMean).sub(linear);
      sum = sum.add(node.draw().credit(signal)).add(slope.mul(node.probability()).sum(1));
    }
    return sum;
  }
}
