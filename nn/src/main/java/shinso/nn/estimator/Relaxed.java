package shinso.nn.estimator;

import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Categorical;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Independent;

/** What estimators for variables of two or more classes have in common. */
interface Relaxed extends Estimator {
  /** What is done with the logits of one kind of variable. */
  interface Case {
    Tensor of(Tensor logits);
  }

  /** Treats Bernoulli variables in one way and categorical ones, as one-hot vectors, in another. */
  static Tensor units(String estimator, Distribution p, Case bernoulli, Case categorical) {
    return switch (p) {
      case Bernoulli b -> bernoulli.of(b.logits());
      case Categorical c -> categorical.of(c.logits());
      case Independent i -> units(estimator, i.base(), bernoulli, categorical);
      default ->
          throw new IllegalArgumentException(
              "%s: draws Bernoulli and categorical variables, not %s; use %s"
                  .formatted(
                      estimator,
                      name(p),
                      p.isReparameterized() ? "Reparameterized" : "ScoreFunction"));
    };
  }

  /** Returns the name of a distribution. */
  static String name(Distribution p) {
    return p instanceof Independent i ? name(i.base()) : p.getClass().getSimpleName();
  }

  /** Returns a tensor with the numbers of the one and the gradient of the other. */
  static Tensor withGradientOf(Tensor numbers, Tensor gradient) {
    return numbers.stopGradient().add(gradient.sub(gradient.stopGradient()));
  }

  /** Returns the one-hot vectors of the largest elements on the last axis. */
  static Tensor largest(Tensor x) {
    return x.argmax(-1).oneHot(x.shape().dim(-1)).cast(x.dtype());
  }
}
