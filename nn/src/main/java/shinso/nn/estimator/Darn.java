package shinso.nn.estimator;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Independent;

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
public record Darn() implements Estimator {
  @Override
  public Draw draw(Distribution p, Rng rng) {
    return new Draw(bits(p, rng), null);
  }

  private static Tensor bits(Distribution p, Rng rng) {
    return switch (p) {
      case Independent i -> bits(i.base(), rng);
      case Bernoulli b -> {
        Tensor y = b.sample(rng).stopGradient();
        yield Relaxed.withGradientOf(y, y.sub(0.5).mul(b.logProbability(y)));
      }
      default ->
          throw new IllegalArgumentException(
              "darn: draws Bernoulli variables, not %s; use %s"
                  .formatted(
                      Relaxed.name(p),
                      p.isReparameterized() ? "Reparameterized" : "ScoreFunction"));
    };
  }
}
