package shinso.nn.estimator;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Categorical;
import shinso.nn.distribution.Distribution;

/**
 * Draws of 0 and 1, behind which the gradient goes on as if they were their probabilities: {@code
 * ∂y / ∂ω := ∂E[y] / ∂ω}. Biased, unless the cost is linear in each draw.
 *
 * <p>Bernoulli variables give {@code [batch..]}, categorical ones one-hot vectors {@code [batch..,
 * classes]}, also in a {@link shinso.nn.distribution.Independent}.
 *
 * <p>Source: Bengio, Léonard and Courville, "Estimating or propagating gradients through stochastic
 * neurons for conditional computation" (2013), section 4.
 */
public record StraightThrough() implements Relaxed {
  @Override
  public Draw draw(Distribution p, Rng rng) {
    Tensor y =
        Relaxed.units(
            "straight-through",
            p,
            z -> Relaxed.withGradientOf(z.sigmoid().bernoulli(rng), z.sigmoid()),
            z -> {
              Tensor classes = new Categorical(z).sample(rng);
              Tensor oneHot = classes.oneHot(z.shape().dim(-1)).cast(z.dtype());
              return Relaxed.withGradientOf(oneHot, z.softmax(-1));
            });
    return new Draw(y, null);
  }
}
