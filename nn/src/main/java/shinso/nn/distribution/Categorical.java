package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * One of several classes, with the probabilities softmax(z).
 *
 * @param logits z, {@code [batch.., classes]}
 */
public record Categorical(Tensor logits) implements Distribution {
  /**
   * Checks shape and type.
   *
   * @throws IllegalArgumentException if the logits have no axis or are integers
   */
  public Categorical {
    Check.rankAtLeast("categorical", logits.shape(), 1);
    Parts.batch("categorical", logits);
  }

  /** Returns the number of classes. */
  public int classes() {
    return logits.shape().dim(-1);
  }

  @Override
  public Shape batchShape() {
    return logits.shape().slice(0, logits.shape().rank() - 1);
  }

  /**
   * Returns the log-probability of I32 classes: {@code [*, batch..] -> [*, batch..]}.
   *
   * <p>A class that is negative or doesn't exist is an {@link IndexOutOfBoundsException} when it
   * runs.
   */
  @Override
  public Tensor logProbability(Tensor x) {
    // Selected, not multiplied: an impossible class makes 0 · ∞.
    return Tensor.select(x.oneHot(classes()), logits.logSoftmax(-1), 0).sum(-1);
  }

  /** Returns drawn classes (I32); no gradient flows to the logits. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    return logits.stopGradient().broadcastTo(samples.concat(logits.shape())).categorical(rng);
  }

  @Override
  public Tensor entropy() {
    return Parts.weighted(logits.softmax(-1), logits.logSoftmax(-1)).sum(-1).neg();
  }

  /** Returns the probabilities of the classes: {@code [batch.., classes]}. */
  public Tensor probabilities() {
    return logits.softmax(-1);
  }

  /**
   * Returns this at a temperature T, with the probabilities softmax(z / T): near 0 the most
   * probable class has all, far above 1 all have the same.
   *
   * @throws IllegalArgumentException if T is not positive and finite
   */
  public Categorical tempered(double temperature) {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "categorical: a temperature is positive and finite, not " + temperature);
    }
    return new Categorical(logits.div(temperature));
  }

  /**
   * Returns this with the k most probable classes only; of those that are equally probable the
   * first ones stay.
   *
   * @throws IllegalArgumentException if k is not in 1 to the number of classes
   */
  public Categorical top(int k) {
    if (k < 1 || k > classes()) {
      throw new IllegalArgumentException(
          "categorical: of %d classes the first 1 to %d can stay, not %d"
              .formatted(classes(), classes(), k));
    }
    Tensor rank = logits.argsort(true).argsort(false);
    return new Categorical(Tensor.select(rank.less(k), logits, Double.NEGATIVE_INFINITY));
  }

  /**
   * Fails: classes are names, not numbers.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Tensor mean() {
    throw noNumbers("mean");
  }

  /**
   * Fails: classes are names, not numbers.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Tensor variance() {
    throw noNumbers("variance");
  }

  private static UnsupportedOperationException noNumbers(String what) {
    return new UnsupportedOperationException(
        "Categorical: classes are names and have no %s; use probabilities()".formatted(what));
  }
}
