package shinso.zoo.linear;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.model.Classifier;

/**
 * Logistic regression between two classes: the logarithm of the odds is linear (Cox 1958; Bishop,
 * "Pattern recognition and machine learning", section 4.3.2).
 *
 * <pre>
 * u = wᵀ x + b,   odds P(C₁ | x) / P(C₀ | x) = eᵘ,   P(C₁ | x) = σ(u)
 * E(w, b) = −1/N Σₙ (tₙ log yₙ + (1 − tₙ) log(1 − yₙ)),   yₙ = σ(uₙ)      (4.90)
 * ∇E = 1/N Σₙ (yₙ − tₙ) xₙ                                             (4.91)
 * </pre>
 *
 * @param weight w, {@code [d, 1]}
 * @param bias b, {@code [1]}
 */
public record LogisticRegression(Param weight, Param bias) implements Layer, Classifier {
  /** Returns a model of d inputs that knows nothing: all probabilities are one half. */
  public static LogisticRegression of(int d) {
    return new LogisticRegression(Param.of(Tensor.zeros(d, 1)), Param.of(Tensor.zeros(1)));
  }

  /** Returns the log-odds u: {@code [n, d] -> [n]}. */
  public Tensor logOdds(Tensor x) {
    return x.matmul(weight.value()).add(bias.value()).squeeze(-1);
  }

  /** Returns the odds of class 1, eᵘ: {@code [n, d] -> [n]}. */
  public Tensor odds(Tensor x) {
    return logOdds(x).exp();
  }

  /** Returns P(C₁ | x): {@code [n, d] -> [n]}. */
  public Tensor probability(Tensor x) {
    return logOdds(x).sigmoid();
  }

  /** Returns 0 and u, whose softmax are the probabilities: {@code [n, d] -> [n, 2]}. */
  @Override
  public Tensor logits(Tensor x) {
    Tensor u = logOdds(x);
    return Tensor.stack(1, List.of(u.zerosLike(), u));
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return logits(x);
  }

  /**
   * Returns E, the cross-entropy.
   *
   * @param x {@code [n, d]}
   * @param labels 0 or 1, {@code [n]}, I32
   */
  public Tensor crossEntropy(Tensor x, Tensor labels) {
    Tensor u = logOdds(x);
    return Losses.binaryCrossEntropyFromLogits(u, labels.cast(DType.F32).cast(u.dtype()));
  }
}
