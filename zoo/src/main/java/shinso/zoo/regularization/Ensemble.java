package shinso.zoo.regularization;

import java.util.List;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.model.Classifier;
import shinso.nn.model.Regressor;

/**
 * Several networks whose predictions are averaged. Trained on bootstrap samples of the data, it is
 * bagging.
 *
 * <p>Source: Breiman, "Bagging predictors" (1996); Goodfellow, Bengio and Courville, "Deep
 * learning" (2016), section 7.11.
 *
 * @param members take the same input and give outputs of the same shape
 */
public record Ensemble(List<Layer> members) implements Regressor, Classifier {
  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException if there are no members
   */
  public Ensemble {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("an ensemble has at least one member");
    }
  }

  /** Returns the ensemble of the first members. */
  public Ensemble first(int count) {
    return new Ensemble(members.subList(0, count));
  }

  /** Returns what each member gives: {@code [b, *] -> [members, b, *]}. */
  public Tensor each(Tensor x) {
    return Tensor.stack(0, members.stream().map(m -> m.forward(x, Pass.inference())).toList());
  }

  /** Returns the mean of the members' outputs: {@code [b, *] -> [b, *]}. */
  @Override
  public Tensor predict(Tensor x) {
    return each(x).mean(0);
  }

  /**
   * Returns the logarithm of the mean of the members' probabilities: {@code [b, *] -> [b,
   * classes]}.
   */
  @Override
  public Tensor logits(Tensor x) {
    return each(x).logSoftmax(-1).logSumExp(0).sub(Math.log(members.size()));
  }

  /**
   * How the errors of regressors hang together. With errors εᵢ of mean square v and mean product c
   * of two different ones, the mean of k of them has the expected squared error
   *
   * <pre>
   * E[(1/k Σᵢ εᵢ)²] = v / k + (k − 1) c / k
   * </pre>
   *
   * <p>For all members together that is an identity; for k of them it is the mean over all choices.
   *
   * @param variance v
   * @param covariance c
   */
  public record Errors(double variance, double covariance) {
    /**
     * Measures errors of at least two members: {@code [members, n]}.
     *
     * @throws IllegalArgumentException if the shape is another
     */
    public static Errors of(Tensor errors) {
      Check.rank("ensemble, the errors", errors.shape(), 2, "[members, n]");
      int m = errors.shape().dim(0);
      if (m < 2) {
        throw new IllegalArgumentException("the errors of one member have no covariance");
      }
      double own = errors.square().mean().item();
      double all = errors.mean(0).square().mean().item(); // Σᵢⱼ εᵢ εⱼ / m²
      return new Errors(own, (m * all - own) / (m - 1));
    }

    /** Returns the expected squared error of the mean of k members. */
    public double ofMean(int k) {
      return (variance + (k - 1) * covariance) / k;
    }
  }
}
