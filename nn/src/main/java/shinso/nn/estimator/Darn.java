package shinso.nn.estimator;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Distribution;

/**
 * Draws of 0 and 1 with the score function, whose baseline is the cost expanded around the draw and
 * taken in the middle. What is left of the cost is its slope, which passes the draw.
 *
 * <pre>
 * b = J(y) + J′(y) (½ − y)
 * ∂ E[J(y)] / ∂ω ≈ (J(y) − b) ∂ log p(y; ω) / ∂ω = J′(y) (y − ½) ∂ log p(y; ω) / ∂ω
 * </pre>
 *
 * <p>In the mean it is ½ (J′(0) + J′(1)) ∂p / ∂ω: right where the cost is quadratic in each draw,
 * biased elsewhere. For Bernoulli variables, also in an {@link shinso.nn.distribution.Independent}.
 *
 * <p>Source: Gregor, Danihelka, Mnih, Blundell and Wierstra, "Deep autoregressive networks" (2014),
 * whose networks, called DARN, are learned with it.
 */
public record Darn() implements Relaxed {
  @Override
  public Draw draw(Distribution p, Rng rng) {
    Tensor y =
        Relaxed.units(
            "darn",
            p,
            z -> {
              Tensor bit = z.sigmoid().bernoulli(rng).stopGradient();
              Tensor log = new Bernoulli(z).logProbability(bit);
              return Relaxed.withGradientOf(bit, bit.sub(0.5).mul(log));
            },
            z -> {
              throw new IllegalArgumentException(
                  "darn: draws Bernoulli variables, not Categorical; use StraightThrough or"
                      + " GumbelSoftmax");
            });
    return new Draw(y, null);
  }
}
