package shinso.zoo.autoencoder;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Transition;
import shinso.nn.distribution.Distribution;

/**
 * The Markov chain of a denoising auto-encoder: disturb, then draw what it may have been.
 *
 * <pre>
 * X̃ₜ ~ C(X̃ | Xₜ₋₁),   Xₜ ~ P(X | X̃ₜ)
 * </pre>
 *
 * <p>If P(X | X̃) is the one that follows from C and the distribution of the data, the latter is
 * what the chain comes to (theorem 1). The mean of P(X | X̃) in place of a draw doesn't do: the
 * chain then comes to something narrower.
 *
 * <p>Source: Bengio, Yao, Alain and Vincent, "Generalized denoising auto-encoders as generative
 * models" (2013), section 3; Goodfellow, Bengio and Courville, "Deep learning", section 20.11.1.
 *
 * @param corruption C
 * @param denoiser gives P(X | X̃)
 */
public record DenoisingChain(Corruption corruption, Denoiser denoiser) implements Transition {
  /** Knows what a disturbed example may have been. */
  @FunctionalInterface
  public interface Denoiser {
    /** Returns P(X | X̃) for disturbed examples {@code [b, d]}, a batch {@code [b]} of vectors. */
    Distribution denoise(Tensor corrupted);
  }

  @Override
  public Tensor next(Tensor x, Rng rng) {
    Tensor corrupted = corruption.corrupt(x, rng.split(0));
    return denoiser.denoise(corrupted).sample(rng.split(1));
  }

  /** Returns the chain that goes on from the mean of P(X | X̃). */
  public Transition ofMeans() {
    return (x, rng) -> denoiser.denoise(corruption.corrupt(x, rng.split(0))).mean();
  }

  /**
   * Returns the chain in which some elements are held, so that the others are drawn given these
   * (Goodfellow, Bengio and Courville, section 20.11.2).
   *
   * @param given {@code [chains, d]}
   * @param known 1 for the elements that are held, else 0, {@code [chains, d]}
   */
  public Transition clamped(Tensor given, Tensor known) {
    return (x, rng) -> Tensor.select(known, given, next(x, rng));
  }
}
