package shinso.nn.loss;

import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Numbers that people read beside the loss. No gradient flows through them. */
public final class Metrics {
  private Metrics() {}

  /**
   * Returns the share of examples whose largest logit is the target's class; of equal logits the
   * first counts.
   *
   * @param logits {@code [*, classes]}
   * @param target I32 classes {@code [*]}, or probabilities {@code [*, classes]} whose largest is
   *     the class
   */
  public static Tensor accuracy(Tensor logits, Tensor target) {
    return logits.argmax(-1).equal(classes("accuracy", logits, target)).cast(DType.F32).mean();
  }

  /**
   * Returns the share of examples whose class is among the k largest logits.
   *
   * @param logits {@code [*, classes]}
   * @param target I32 classes {@code [*]}, or probabilities {@code [*, classes]} whose largest is
   *     the class
   * @throws IllegalArgumentException if k is not in 1 to classes
   */
  public static Tensor topKAccuracy(Tensor logits, Tensor target, int k) {
    Tensor t = classes("topKAccuracy", logits, target);
    if (k < 1 || k > logits.shape().dim(-1)) {
      throw new IllegalArgumentException(
          "topKAccuracy: k = %d is not in 1 to %d".formatted(k, logits.shape().dim(-1)));
    }
    Tensor best = logits.stopGradient().topK(k).indices(); // [*, k]
    return best.equal(t.unsqueeze(-1)).sum(-1).cast(DType.F32).mean();
  }

  /**
   * Returns the share of elements with sigmoid(z) &gt; ½ exactly where the target is above ½.
   *
   * @throws IllegalArgumentException if logits and targets differ in shape
   */
  public static Tensor binaryAccuracy(Tensor logits, Tensor target) {
    Check.sameShape("binaryAccuracy", logits.shape(), target.shape());
    Tensor predicted = logits.greater(0).cast(DType.F32);
    return predicted.equal(target.greater(0.5).cast(DType.F32)).mean();
  }

  /**
   * Returns how often each class (rows) was taken for each class (columns), as F32 counts {@code
   * [classes, classes]}; matrices of several batches add up.
   *
   * @param logits {@code [*, classes]}
   * @param target I32 classes {@code [*]}, or probabilities {@code [*, classes]} whose largest is
   *     the class
   */
  public static Tensor confusion(Tensor logits, Tensor target) {
    int n = logits.shape().dim(-1);
    Tensor truth = classes("confusion", logits, target).reshape(-1).oneHot(n); // [b, n]
    Tensor guess = logits.argmax(-1).reshape(-1).oneHot(n); // [b, n]
    return truth.transpose().matmul(guess);
  }

  static Tensor classes(String name, Tensor logits, Tensor target) {
    Losses.requireFit(name, logits.shape(), target);
    return target.dtype() == DType.I32 ? target : target.argmax(-1);
  }
}
