package shinso.nn.estimator;

import shinso.core.random.Rng;
import shinso.nn.distribution.Distribution;

/**
 * Draws y = f(ε; ω) with noise ε, through which gradients pass: unbiased, for distributions of
 * smooth variables (Kingma and Welling, "Auto-encoding variational Bayes", 2014, section 2.4).
 */
public record Reparameterized() implements Estimator {
  @Override
  public Draw draw(Distribution p, Rng rng) {
    if (!p.isReparameterized()) {
      throw new IllegalArgumentException(
          ("reparameterized: no gradient flows through draws of %s; use ScoreFunction, or"
                  + " GumbelSoftmax or StraightThrough for Bernoulli and categorical variables")
              .formatted(Relaxed.name(p)));
    }
    return new Draw(p.sample(rng), null);
  }
}
