package shinso.nn.layer;

import java.util.Arrays;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Batch normalisation: {@code [b, f] -> [b, f]} or, over images, {@code [b, h, w, f] -> [b, h, w,
 * f]}, each feature on its own.
 *
 * <pre>
 * y = γ (x − μ) / √(σ² + ε) + β
 * </pre>
 *
 * <p>In training μ and σ² are mean and variance (divided by n) of all values of a feature in the
 * batch, otherwise running averages of these, in which the variance is the unbiased one (divided by
 * n − 1), as in PyTorch.
 *
 * <p>Source: Ioffe and Szegedy, "Batch normalization" (2015), algorithms 1 and 2.
 *
 * @param gain γ, {@code [f]}
 * @param bias β, {@code [f]}
 * @param mean the running mean, {@code [f]}
 * @param variance the running variance, {@code [f]}
 * @param momentum the weight of a batch in the running averages, in [0, 1]
 * @param epsilon ε &gt; 0
 */
public record BatchNorm(
    Param gain,
    Param bias,
    @State Param mean,
    @State Param variance,
    double momentum,
    double epsilon)
    implements Layer {
  private static final String NAME = "batchNorm";

  /**
   * Checks the shapes and numbers.
   *
   * @throws IllegalArgumentException if the parameters differ in shape or are no vectors, or a
   *     number is out of its range
   */
  public BatchNorm {
    Normalization.require(NAME, gain, bias, epsilon);
    if (gain.shape().rank() != 1
        || !mean.shape().equals(gain.shape())
        || !variance.shape().equals(gain.shape())) {
      throw new IllegalArgumentException(
          "batchNorm: all parameters are [features], not %s, %s and %s"
              .formatted(gain.shape(), mean.shape(), variance.shape()));
    }
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException("batchNorm: the momentum is in [0, 1], not " + momentum);
    }
  }

  /** Returns a layer with gain 1, bias 0, momentum 0.1 and ε = 10⁻⁵. */
  public static BatchNorm of(int features) {
    return of(features, 0.1, 1e-5);
  }

  /** Returns a layer with gain 1 and bias 0. */
  public static BatchNorm of(int features, double momentum, double epsilon) {
    return new BatchNorm(
        Param.of(Tensor.ones(features)),
        Param.of(Tensor.zeros(features)),
        Param.of(Tensor.zeros(features)),
        Param.of(Tensor.ones(features)),
        momentum,
        epsilon);
  }

  /**
   * Returns the normalised batch.
   *
   * @throws IllegalArgumentException if the last axis is not that of the features, or, in training,
   *     if there is one value of each feature only
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape s = x.shape();
    Normalization.requireFeatures(NAME, s, gain.shape());
    if (!pass.isTraining()) {
      Tensor factor = gain.value().div(variance.value().add(epsilon).sqrt()); // [f]
      return x.sub(mean.value()).mul(factor).add(bias.value());
    }
    int n = s.size() / s.dim(-1);
    if (n < 2) {
      throw new IllegalArgumentException(
          "batchNorm: one value of each feature, %s, has no variance; train on larger batches"
              .formatted(s));
    }
    int[] axes = new int[s.rank() - 1];
    Arrays.setAll(axes, i -> i);
    Normalization.Moments m = Normalization.Moments.of(x, t -> t.mean(axes)); // [f]
    if (pass.updatesStatistics()) {
      pass.update(mean, average(mean, m.shift()));
      pass.update(variance, average(variance, m.variance().mul((double) n / (n - 1))));
    }
    return m.normalized(gain, bias, epsilon);
  }

  private Tensor average(Param running, Tensor batch) {
    Tensor old = running.value();
    return old.add(batch.stopGradient().sub(old).mul(momentum));
  }

  @Override
  public Shape outputShape(Shape input) {
    Normalization.requireFeatures(NAME, input, gain.shape());
    return input;
  }

  /** Returns the name and the number of features. */
  @Override
  public String toString() {
    return "BatchNorm(" + gain.shape().dim(0) + ")";
  }
}
