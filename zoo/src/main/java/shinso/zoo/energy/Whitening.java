package shinso.zoo.energy;

import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;
import shinso.train.data.Dataset;
import shinso.train.loop.Learner;

/**
 * Principal components of examples, each scaled to one deviation κ: for the covariance V D Vᵀ,
 *
 * <pre>
 * x = κ D^−½ Vᵀ (p − m),   p = m + V D^½ x / κ
 * </pre>
 *
 * @param mean m, {@code [pixels]}
 * @param whiten κ V D^−½ of the largest components, {@code [pixels, components]}
 * @param colour D^½ Vᵀ / κ, {@code [components, pixels]}
 * @param axes V, {@code [pixels, components]}
 */
public record Whitening(Tensor mean, Tensor whiten, Tensor colour, Tensor axes) {
  /**
   * Measures examples.
   *
   * @param components how many to keep, those with the largest variances
   * @param deviation κ
   * @throws IllegalArgumentException if there are fewer components with some variance
   */
  static Whitening of(Dataset data, int components, double deviation) {
    Tensor p = data.whole().getFirst().flatten(1); // [n, pixels]
    Tensor mean = p.mean(0).evaluate();
    Tensor centred = p.sub(mean);
    Tensor covariance = centred.transpose().matmul(centred).div(p.shape().dim(0));
    Tensor symmetric = covariance.add(covariance.transpose()).mul(0.5).evaluate();
    LinearAlgebra.Eigen e = LinearAlgebra.symmetricEigen(symmetric);
    int pixels = mean.shape().dim(0);
    int first = Math.max(0, pixels - components);
    Tensor variance = e.values().slice(0, first, pixels);
    if (components > pixels || !(variance.min().item() > 1e-9)) {
      throw new IllegalArgumentException(
          "whitening: the examples have less than %d components that vary; keep fewer"
              .formatted(components));
    }
    Tensor v = e.vectors().slice(1, first, pixels).evaluate();
    Tensor root = variance.sqrt();
    return new Whitening(
        mean,
        v.div(root).mul(deviation).evaluate(),
        v.mul(root).div(deviation).transpose().evaluate(),
        v);
  }

  /** Returns the components of examples: {@code [n, *] -> [n, components]}. */
  Tensor components(Tensor p) {
    return p.flatten(1).sub(mean).matmul(whiten);
  }

  /** Returns a learner of examples that gives their components to another one. */
  Learner before(Learner learner) {
    return new Before(this, learner);
  }

  private record Before(Whitening whitening, Learner learner) implements Learner {
    @Override
    public Map<String, Param> model() {
      return learner.model();
    }

    @Override
    public Map<String, Param> state() {
      return learner.state();
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      return learner.train(List.of(whitening.components(batch.getFirst())), rng);
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      return learner.evaluate(List.of(whitening.components(batch.getFirst())), rng);
    }
  }

  /** Returns the examples of components: {@code [n, components] -> [n, pixels]}. */
  Tensor pictures(Tensor x) {
    return x.matmul(colour).add(mean);
  }

  /** Returns weights of components as weights of whitened pixels: {@code [pixels, units]}. */
  Tensor filters(Tensor weights) {
    return axes.matmul(weights);
  }
}
