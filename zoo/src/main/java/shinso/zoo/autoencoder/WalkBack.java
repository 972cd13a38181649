package shinso.zoo.autoencoder;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;

/**
 * The walk-back algorithm: the chain walks away from an example, and from every place where it was
 * disturbed the auto-encoder learns the way back to the example. So it meets and takes away the
 * spurious modes into which the chain would run.
 *
 * <pre>
 * X* ← X
 * repeat: X̃* ~ C(X̃ | X*);   learn the pair (X, X̃*) by −log P(X | X̃*);   X* ~ P(X | X̃*)
 * as long as u ~ U(0, 1) is at most p
 * </pre>
 *
 * <p>With p = 1 all walks have the greatest number of steps, and one step is plain denoising.
 *
 * <p>Source: Bengio, Yao, Alain and Vincent, "Generalized denoising auto-encoders as generative
 * models" (2013), algorithm 2; Goodfellow, Bengio and Courville, "Deep learning", section 20.11.3.
 *
 * @param chain the auto-encoder's
 * @param steps the greatest length of a walk; a longer one ends there
 * @param p the probability to go on; ½ in the paper
 */
public record WalkBack(DenoisingChain chain, int steps, double p) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there is no step, or p is no probability
   */
  public WalkBack {
    if (steps < 1 || !(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException(
          "walk-back: at least one step, and a probability to go on, not %d and %s"
              .formatted(steps, p));
    }
  }

  /**
   * Returns for each example the sum of −log P(X | X̃*) over its pairs, divided by the mean number
   * of pairs of an example, so that the mean over the batch is that over all pairs: {@code [b, d]
   * -> [b]}, in nats.
   */
  public Tensor loss(Tensor x, Rng rng) {
    Tensor walking = Tensor.ones(x.shape().dim(0)).cast(x.dtype()); // [b], 1 until the walk ends
    Tensor pairs = walking.mul(0);
    Tensor loss = pairs;
    Tensor current = x; // X*
    for (int k = 0; k < steps; k++) {
      Rng key = rng.split(k);
      Tensor corrupted = chain.corruption().corrupt(current, key.split(0)).stopGradient(); // X̃*
      Distribution back = chain.denoiser().denoise(corrupted);
      loss = loss.sub(walking.mul(back.logProbability(x)));
      pairs = pairs.add(walking);
      walking = walking.mul(walking.uniformLike(key.split(1)).lessEqual(p));
      current = back.sample(Shape.SCALAR, key.split(2));
    }
    return loss.div(pairs.mean());
  }
}
