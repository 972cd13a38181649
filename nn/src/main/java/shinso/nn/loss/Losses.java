package shinso.nn.loss;

import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Losses of supervised learning. Those named {@code …Each} give one number for each example. */
public final class Losses {
  private Losses() {}

  /**
   * Mean squared error, the mean of (y − t)² over all elements.
   *
   * @throws IllegalArgumentException if prediction and target differ in shape
   */
  public static Tensor mse(Tensor prediction, Tensor target) {
    Check.sameShape("mse", prediction.shape(), target.shape());
    return prediction.sub(target).square().mean();
  }

  /**
   * Cross-entropy of sigmoid(z) with targets in [0, 1], the mean over all elements of log(1 + eᶻ) −
   * t z. Its gradient by z is (sigmoid(z) − t) / elements.
   *
   * @throws IllegalArgumentException if logits and targets differ in shape
   */
  public static Tensor binaryCrossEntropyFromLogits(Tensor logits, Tensor target) {
    return bernoulli("binaryCrossEntropyFromLogits", logits, target).mean();
  }

  /**
   * Cross-entropy of sigmoid(z) with targets in [0, 1], summed over all axes but the first: {@code
   * [batch, *] -> [batch]}.
   *
   * @throws IllegalArgumentException if logits and targets differ in shape
   */
  public static Tensor binaryCrossEntropyFromLogitsEach(Tensor logits, Tensor target) {
    String name = "binaryCrossEntropyFromLogitsEach";
    Check.rankAtLeast(name, logits.shape(), 1);
    Tensor all = bernoulli(name, logits, target);
    return all.reshape(all.shape().dim(0), all.shape().slice(1, all.shape().rank()).size()).sum(1);
  }

  private static Tensor bernoulli(String name, Tensor logits, Tensor target) {
    Check.sameShape(name, logits.shape(), target.shape());
    // log(1 + eᶻ) − t z as log(1 + e^−|z|) + z ([z > 0] − t): a large z that the target agrees with
    // doesn't take the digits of the small rest.
    Tensor positive = logits.greater(0);
    Tensor rest = logits.mul(Tensor.select(positive, logits.fullLike(-1), 1)).softplus();
    return rest.add(logits.mul(positive.sub(target)));
  }

  /**
   * Cross-entropy of softmax(z) with a target, the mean over the batch. With classes, the gradient
   * by z is (softmax(z) − one-hot(t)) / batch.
   *
   * @param logits {@code [*, classes]}
   * @param target I32 classes {@code [*]}, or probabilities {@code [*, classes]}
   * @throws IllegalArgumentException if the shapes don't fit; when it runs, if a class is not in 0
   *     to classes − 1
   */
  public static Tensor softmaxCrossEntropy(Tensor logits, Tensor target) {
    return softmaxCrossEntropyEach(logits, target).mean();
  }

  /**
   * Cross-entropy of softmax(z) with a target for each example: {@code [*, classes] -> [*]}.
   *
   * @param logits {@code [*, classes]}
   * @param target I32 classes {@code [*]}, or probabilities {@code [*, classes]}
   * @throws IllegalArgumentException if the shapes don't fit; when it runs, if a class is not in 0
   *     to classes − 1
   */
  public static Tensor softmaxCrossEntropyEach(Tensor logits, Tensor target) {
    requireFit("softmaxCrossEntropy", logits.shape(), target);
    // Shifted first: log Σ eᶻ of large logits would lose the digits that the difference is made of.
    Tensor shifted = logits.sub(logits.maxKeep(-1).stopGradient());
    Tensor logSum = shifted.exp().sumKeep(-1).log(); // [*, 1]
    if (target.dtype() != DType.I32) {
      return target.mul(logSum.sub(shifted)).sum(-1);
    }
    // One-hot rather than a comparison with iota, because it refuses classes that don't exist.
    // Selected, not multiplied: a class that is ruled out by a logit of −∞ would make 0 · ∞.
    Tensor hot = target.oneHot(logits.shape().dim(-1));
    return logSum.squeeze(-1).sub(Tensor.select(hot, shifted, 0).sum(-1));
  }

  static void requireFit(String name, Shape logits, Tensor target) {
    Check.rankAtLeast(name, logits, 1);
    Shape batch = logits.slice(0, logits.rank() - 1);
    if (!target.shape().equals(target.dtype() == DType.I32 ? batch : logits)) {
      throw new IllegalArgumentException(
          "%s: logits %s go with I32 classes %s or probabilities %s, not with %s%s"
              .formatted(name, logits, batch, logits, target.dtype(), target.shape()));
    }
  }
}
