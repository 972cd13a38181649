package shinso.nn.penalty;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Differentiable;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Soft weight-sharing: weights are drawn to the centres of a few groups, and centres, widths and
 * sizes of the groups are learned with them. The penalty is the negative log-density of the weights
 * under a mixture of M Gaussians,
 *
 * <pre>
 * Ω(w) = − Σᵢ ln Σⱼ πⱼ N(wᵢ | μⱼ, σⱼ²),      σⱼ² = exp ξⱼ,      π = softmax(η)
 * </pre>
 *
 * <p>A group may close in on a single weight, where Ω has no bound. The parameter ξ keeps that far
 * away; the floor excludes it.
 *
 * <pre>{@code
 * SoftWeightSharing prior = SoftWeightSharing.of(4, 1.0);
 * SupervisedLearner.of(network, Losses::mse, rule)
 *     .penalty("prior", prior, () -> prior.penalty(lambda, weights));      // the prior learns as well
 * }</pre>
 *
 * <p>Source: Nowlan and Hinton, "Simplifying neural networks by soft weight-sharing" (1992);
 * Bishop, "Pattern recognition and machine learning" (2006), section 5.5.7, equations 5.136 to
 * 5.147.
 *
 * @param means the centres μ, {@code [M]}
 * @param logVariances ξ, {@code [M]}
 * @param logits η, {@code [M]}
 * @param floor the least deviation that a group has; 0 for none
 */
public record SoftWeightSharing(Param means, Param logVariances, Param logits, double floor) {
  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they are not {@code [M]} all three, or the floor is
   *     negative
   */
  public SoftWeightSharing {
    Shape m = means.shape();
    if (m.rank() != 1 || !m.equals(logVariances.shape()) || !m.equals(logits.shape())) {
      throw new IllegalArgumentException(
          "soft weight-sharing: three parameters [groups], not %s, %s and %s"
              .formatted(m, logVariances.shape(), logits.shape()));
    }
    if (!(floor >= 0 && floor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "soft weight-sharing: the floor of a deviation is not negative: " + floor);
    }
  }

  /**
   * Returns groups of equal size whose centres lie evenly in [−range, range], one of them at 0 if
   * their number is odd, each as wide as they are apart. No group gets narrower than a tenth of the
   * range: a narrower one hardly lets go of a weight that it has caught too early.
   *
   * @throws IllegalArgumentException if there is no group or the range is not positive
   */
  public static SoftWeightSharing of(int groups, double range) {
    if (groups < 1 || !(range > 0 && range < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "soft weight-sharing: at least one group in a positive range, not %d in ±%s"
              .formatted(groups, range));
    }
    double distance = 2 * range / Math.max(1, groups - 1);
    float[] centres = new float[groups];
    for (int j = 0; j < groups; j++) {
      centres[j] = groups == 1 ? 0 : (float) (-range + j * distance);
    }
    return new SoftWeightSharing(
        Param.of(Tensor.of(centres, groups)),
        Param.of(Tensor.full(Shape.of(groups), 2 * Math.log(distance))),
        Param.of(Tensor.zeros(groups)),
        range / 10);
  }

  /** Returns the deviations σ, {@code [M]}. */
  public Tensor deviations() {
    return xi().mul(0.5).exp();
  }

  /** Returns the mixing coefficients π, {@code [M]}. */
  public Tensor mixing() {
    return logits.value().softmax(0);
  }

  /** ξ, above its floor. */
  private Tensor xi() {
    return floor == 0 ? logVariances.value() : logVariances.value().maximum(2 * Math.log(floor));
  }

  /**
   * Returns λ Ω, a scalar (equation 5.139).
   *
   * @param lambda λ, how much the prior counts beside the error
   * @param weights all of them share the groups
   * @throws IllegalArgumentException if λ is negative or there are no weights
   */
  public Tensor penalty(double lambda, List<? extends Differentiable> weights) {
    if (!(lambda >= 0)) {
      throw new IllegalArgumentException(
          "soft weight-sharing: the strength is not negative: " + lambda);
    }
    return joint(vector(weights)).logSumExp(1).sum().mul(-lambda);
  }

  /**
   * Returns the responsibilities γⱼ(wᵢ) of the groups for weights (equation 5.140): {@code [n, M]}.
   *
   * @throws IllegalArgumentException if there are no weights
   */
  public Tensor responsibilities(List<? extends Differentiable> weights) {
    return joint(vector(weights)).softmax(1);
  }

  /** ln πⱼ N(wᵢ | μⱼ, σⱼ²): {@code [n] -> [n, M]}. */
  private Tensor joint(Tensor w) {
    Tensor xi = xi();
    Tensor distance = w.unsqueeze(1).sub(means.value()).square().mul(xi.neg().exp()); // [n, M]
    return logits.value().logSoftmax(0).sub(distance.add(xi).mul(0.5)).sub(HALF_LOG_2_PI);
  }

  /**
   * Returns the values after one round of expectation and maximisation with the weights as they
   * are, which never makes Ω larger: for groups that are fitted to a network that has been trained.
   *
   * <pre>
   * Nⱼ = Σᵢ γⱼ(wᵢ)     μⱼ = Σᵢ γⱼ(wᵢ) wᵢ / Nⱼ     σⱼ² = Σᵢ γⱼ(wᵢ) (wᵢ − μⱼ)² / Nⱼ     πⱼ = Nⱼ / n
   * </pre>
   *
   * <p>Source: Bishop (2006), equations 9.24 to 9.26.
   *
   * @throws IllegalArgumentException if there are no weights
   */
  public List<Update> expectationMaximization(List<? extends Differentiable> weights) {
    Tensor w = vector(weights);
    Tensor gamma = responsibilities(weights); // [n, M]
    // A group that nothing belongs to any more stays where it is.
    Tensor n = gamma.sum(0);
    Tensor some = n.greater(1e-12);
    Tensor safe = n.maximum(1e-12);
    Tensor mean = gamma.mul(w.unsqueeze(1)).sum(0).div(safe); // [M]
    Tensor spread = w.unsqueeze(1).sub(mean).square();
    Tensor variance = gamma.mul(spread).sum(0).div(safe).maximum(Math.max(1e-30, floor * floor));
    return List.of(
        new Update(means, Tensor.select(some, mean, means.value())),
        new Update(logVariances, Tensor.select(some, variance.log(), logVariances.value())),
        new Update(logits, safe.log()));
  }

  private static Tensor vector(List<? extends Differentiable> weights) {
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("soft weight-sharing: there are no weights");
    }
    return Tensor.concat(
        0,
        weights.stream()
            .map(Differentiable::asTensor)
            .map(w -> w.reshape(w.shape().size()))
            .toList());
  }

  /** Returns how many weights belong to each group more than to any other. */
  public int[] sizes(List<? extends Differentiable> weights) {
    int[] sizes = new int[means.shape().size()];
    IntStream.of(responsibilities(weights).argmax(1).toIntArray()).forEach(j -> sizes[j]++);
    return sizes;
  }
}
