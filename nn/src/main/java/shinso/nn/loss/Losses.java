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
   * Mean absolute error, the mean of |y − t| over all elements.
   *
   * @throws IllegalArgumentException if prediction and target differ in shape
   */
  public static Tensor mae(Tensor prediction, Tensor target) {
    Check.sameShape("mae", prediction.shape(), target.shape());
    return prediction.sub(target).abs().mean();
  }

  /**
   * Huber's loss, the mean over all elements of ½ e² where |e| ≤ δ and of δ (|e| − ½ δ) elsewhere,
   * with e = y − t: its gradient is that of the squared error, but no longer than δ.
   *
   * <p>Source: Huber, "Robust estimation of a location parameter" (1964).
   *
   * @throws IllegalArgumentException if the shapes differ or δ is not positive
   */
  public static Tensor huber(Tensor prediction, Tensor target, double delta) {
    Check.sameShape("huber", prediction.shape(), target.shape());
    if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("huber: δ is positive, not " + delta);
    }
    Tensor e = prediction.sub(target);
    // c (e − c / 2) with the error c brought into [−δ, δ] is both formulas.
    Tensor c = e.clip(-delta, delta);
    return c.mul(e.sub(c.mul(0.5))).mean();
  }

  /**
   * Hinge loss of a score and a target of −1 or 1, the mean over all elements of max(0, 1 − t y).
   *
   * @throws IllegalArgumentException if scores and targets differ in shape
   */
  public static Tensor hinge(Tensor score, Tensor target) {
    Check.sameShape("hinge", score.shape(), target.shape());
    return score.mul(target).rsub(1).relu().mean();
  }

  /**
   * Negative log-likelihood of numbers under normal distributions, the mean over all elements of ½
   * (log 2π + s + (t − m)² e^−s).
   *
   * @param mean m
   * @param logVariance s
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Tensor gaussianNll(Tensor mean, Tensor logVariance, Tensor target) {
    Check.sameShape("gaussianNll", mean.shape(), target.shape());
    Check.sameShape("gaussianNll", mean.shape(), logVariance.shape());
    Tensor distance = target.sub(mean).square().mul(logVariance.neg().exp());
    return logVariance.add(distance).mul(0.5).mean().add(0.5 * Math.log(2 * Math.PI));
  }

  /**
   * Negative log-likelihood of counts under Poisson distributions but for log t!, which no
   * parameter changes: the mean over all elements of e^z − t z.
   *
   * @param logRate z
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Tensor poissonNll(Tensor logRate, Tensor target) {
    Check.sameShape("poissonNll", logRate.shape(), target.shape());
    return logRate.exp().sub(target.mul(logRate)).mean();
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

  /**
   * Cross-entropy of sigmoid(z) with targets in [0, 1] where positive ones count w times, the mean
   * over all elements of −w t log σ(z) − (1 − t) log(1 − σ(z)): for what is rare.
   *
   * @param positiveWeight w, such as the number of negative examples for each positive one
   * @throws IllegalArgumentException if the shapes differ or w is not positive
   */
  public static Tensor binaryCrossEntropyFromLogits(
      Tensor logits, Tensor target, double positiveWeight) {
    if (!(positiveWeight > 0 && positiveWeight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "binaryCrossEntropyFromLogits: the weight of positive targets is positive, not "
              + positiveWeight);
    }
    Tensor all = bernoulli("binaryCrossEntropyFromLogits", logits, target);
    // −log σ(z) is the same with a target of 1.
    Tensor positive = bernoulli("binaryCrossEntropyFromLogits", logits, target.fullLike(1));
    return all.add(positive.mul(target).mul(positiveWeight - 1)).mean();
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

  /**
   * Cross-entropy of softmax(z) with classes that count differently, Σ w(t) l(t) / Σ w(t).
   *
   * @param logits {@code [*, classes]}
   * @param target I32 classes {@code [*]}
   * @param classWeights w, {@code [classes]}
   * @throws IllegalArgumentException if the shapes don't fit or the target is not I32
   */
  public static Tensor softmaxCrossEntropy(Tensor logits, Tensor target, Tensor classWeights) {
    Check.indices("softmaxCrossEntropy with class weights", target.dtype());
    Check.sameShape(
        "softmaxCrossEntropy, the class weights",
        Shape.of(logits.shape().dim(-1)),
        classWeights.shape());
    return mean(softmaxCrossEntropyEach(logits, target), classWeights.gather(0, target));
  }

  /**
   * Returns weights with which all classes count the same in a training set, n / (k n_c) for n
   * examples of k classes: {@code [classes]}, 1 on average over the examples. A class without
   * examples has weight 0 and is none of the k.
   *
   * @param counts n_c, how many examples each class has, such as {@code Dataset.labelCounts()} says
   * @throws IllegalArgumentException if a count is negative or all are 0
   */
  public static Tensor balancedWeights(int... counts) {
    long n = 0;
    int k = 0;
    for (int count : counts) {
      if (count < 0) {
        throw new IllegalArgumentException("balancedWeights: a class has " + count + " examples");
      }
      n += count;
      k += count > 0 ? 1 : 0;
    }
    if (n == 0) {
      throw new IllegalArgumentException("balancedWeights: no class has an example");
    }
    float[] weights = new float[counts.length];
    for (int c = 0; c < counts.length; c++) {
      weights[c] = counts[c] == 0 ? 0 : (float) ((double) n / k / counts[c]);
    }
    return Tensor.of(weights);
  }

  /**
   * Returns the probabilities of classes after label smoothing, 1 − ε + ε / classes for the class
   * itself and ε / classes for the others: {@code [*] -> [*, classes]}.
   *
   * <p>Source: Szegedy et al., "Rethinking the Inception architecture" (2016), section 7.
   *
   * @param target I32 classes {@code [*]}
   * @throws IllegalArgumentException if ε is not in [0, 1]
   */
  public static Tensor smooth(Tensor target, int classes, double epsilon) {
    if (!(epsilon >= 0 && epsilon <= 1)) {
      throw new IllegalArgumentException("smooth: ε is in [0, 1], not " + epsilon);
    }
    return target.oneHot(classes).mul(1 - epsilon).add(epsilon / classes);
  }

  /**
   * Kullback–Leibler divergence of softmax(z) from target probabilities, the mean over the batch of
   * Σ t (log t − log softmax(z)); its gradient by z is that of the cross-entropy.
   *
   * @param logits {@code [*, classes]}
   * @param target probabilities {@code [*, classes]}
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Tensor klDivergence(Tensor logits, Tensor target) {
    Check.rankAtLeast("klDivergence", logits.shape(), 1);
    Check.sameShape("klDivergence", logits.shape(), target.shape());
    // 0 log 0 is 0.
    Tensor none = target.equal(0);
    Tensor log = Tensor.select(none, 0, Tensor.select(none, 1, target).log());
    return softmaxCrossEntropyEach(logits, target).add(target.mul(log).sum(-1)).mean();
  }

  /**
   * The mean of losses that count differently, Σ w l / Σ w: for masks, with 0 where something
   * doesn't count.
   *
   * @param each one loss for each example, {@code [*]}
   * @param weights not negative and not all 0, {@code [*]}
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Tensor mean(Tensor each, Tensor weights) {
    Check.sameShape("mean of losses, the weights", each.shape(), weights.shape());
    // A loss that doesn't count may be infinite or no number.
    Tensor counted = Tensor.select(weights, each.mul(weights), 0);
    return counted.sum().div(weights.sum());
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
