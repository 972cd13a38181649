package shinso.zoo.linear;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.layer.Dense;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.model.Classifier;
import shinso.nn.model.ConditionalSampler;
import shinso.nn.model.DensityModel;
import shinso.nn.model.Sampler;

/**
 * Classification by a generative model: a Gaussian for each class, and Bayes' rule (Fisher 1936;
 * Bishop, "Pattern recognition and machine learning", sections 4.2.1 and 4.2.2).
 *
 * <pre>
 * p(x | Cₖ) = N(x; μₖ, Σₖ),   p(Cₖ | x) = p(x | Cₖ) πₖ / Σⱼ p(x | Cⱼ) πⱼ
 * πₖ = Nₖ / N,   μₖ = 1/Nₖ Σ_{n in k} xₙ                       (4.73), (4.75)
 * Sₖ = 1/Nₖ Σ_{n in k} (xₙ − μₖ)(xₙ − μₖ)ᵀ,   Σₖ = Sₖ, or Σ = Σₖ Nₖ/N Sₖ   (4.78) to (4.80)
 * </pre>
 *
 * <p>With one covariance for all classes (linear discriminant analysis) the posterior is that of
 * logistic or softmax regression, with weights that follow from the Gaussians: see {@link #linear}.
 * With one for each class (quadratic discriminant analysis) boundaries are conic sections.
 *
 * @param logPrior log πₖ, {@code [k]}
 * @param mean μₖ, {@code [k, d]}
 * @param scale lower triangular factors L of the covariances L Lᵀ, {@code [1, d, d]} for a common
 *     one or {@code [k, d, d]}
 */
public record GaussianClassifier(Param logPrior, Param mean, Param scale)
    implements Classifier, DensityModel, Sampler, ConditionalSampler {
  /** Returns a model with standard normal classes, and one covariance for all of them. */
  public static GaussianClassifier shared(int classes, int d) {
    return of(classes, d, 1);
  }

  /** Returns a model with standard normal classes, each with a covariance of its own. */
  public static GaussianClassifier separate(int classes, int d) {
    return of(classes, d, classes);
  }

  private static GaussianClassifier of(int classes, int d, int covariances) {
    Shape scales = Shape.of(covariances, d, d);
    return new GaussianClassifier(
        Param.of(Tensor.full(Shape.of(classes), -Math.log(classes))),
        Param.of(Tensor.zeros(classes, d)),
        Param.of(Tensor.eye(d).cast(DType.F32).broadcastTo(scales)));
  }

  /** Returns whether all classes have one covariance. */
  public boolean isShared() {
    return scale.shape().dim(0) == 1;
  }

  @Override
  public int classes() {
    return mean.shape().dim(0);
  }

  /**
   * Gives the parameters the values of greatest likelihood, in closed form.
   *
   * @param x {@code [n, d]}
   * @param labels {@code [n]}, I32
   * @return this
   * @throws IllegalArgumentException if a class has no examples, or a covariance is singular
   */
  public GaussianClassifier fit(Tensor x, Tensor labels) {
    Check.rank("gaussian classifier", x.shape(), 2, "[n, d]");
    Tensor x64 = x.cast(DType.F64);
    Tensor member = labels.oneHot(classes()).cast(DType.F64); // [n, k]
    Tensor count = member.sum(0); // [k]
    if (count.min().item() == 0) {
      throw new IllegalArgumentException(
          "gaussian classifier: the class %d has no examples"
              .formatted(count.argmin(0).toIntArray()[0]));
    }
    Tensor mu = member.transpose().matmul(x64).div(count.unsqueeze(1)); // [k, d]
    Tensor rest = x64.unsqueeze(0).sub(mu.unsqueeze(1)); // [k, n, d]
    Tensor weighted = rest.mul(member.transpose().unsqueeze(2)); // [k, n, d]
    Tensor scatter = weighted.transpose().matmul(rest); // Nₖ Sₖ, [k, d, d]
    Tensor covariance =
        isShared()
            ? scatter.sum(0).unsqueeze(0).div(x.shape().dim(0))
            : scatter.div(count.reshape(classes(), 1, 1));
    logPrior.assign(count.div(x.shape().dim(0)).log().cast(logPrior.dtype()));
    mean.assign(mu.cast(mean.dtype()));
    scale.assign(LinearAlgebra.cholesky(covariance).cast(scale.dtype()));
    return this;
  }

  /** Returns log p(x, Cₖ) = log p(x | Cₖ) + log πₖ: {@code [n, d] -> [n, k]}. */
  @Override
  public Tensor logits(Tensor x) {
    MultivariateNormal classes = new MultivariateNormal(mean.value(), scale.value());
    return classes.logProbability(x.unsqueeze(1)).add(logPrior.value());
  }

  /** Returns log p(x) = log Σₖ p(x, Cₖ): {@code [n, d] -> [n]}. */
  @Override
  public Tensor logProbability(Tensor x) {
    return logits(x).logSumExp(-1);
  }

  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor k =
        logPrior.value().broadcastTo(Shape.of(count, classes())).categorical(rng.split(0)); // [n]
    return sampleGiven(k, rng.split(1));
  }

  @Override
  public Tensor sampleGiven(Tensor k, Rng rng) {
    Tensor l = isShared() ? scale.value() : scale.value().gather(0, k); // [n or 1, d, d]
    return new MultivariateNormal(mean.value().gather(0, k), l).sample(Shape.SCALAR, rng);
  }

  /**
   * Returns the affine map whose softmax is the posterior, for a common covariance:
   *
   * <pre>
   * wₖ = Σ⁻¹ μₖ,   bₖ = −½ μₖᵀ Σ⁻¹ μₖ + log πₖ                 (4.69), (4.70)
   * </pre>
   *
   * @throws IllegalStateException if each class has a covariance of its own
   */
  public Dense linear() {
    if (!isShared()) {
      throw new IllegalStateException(
          "the posterior is softmax of an affine map only where the classes have one covariance");
    }
    Tensor l = scale.value().squeeze(0);
    Tensor muT = mean.value().transpose(); // [d, k]
    Tensor w = LinearAlgebra.solve(l.matmul(l.transpose()).evaluate(), muT); // [d, k]
    Tensor b = logPrior.value().sub(w.mul(muT).sum(0).mul(0.5));
    return new Dense(Param.of(w), Param.of(b));
  }
}
