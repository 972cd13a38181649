package shinso.zoo.autoencoder;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Distribution;
import shinso.nn.init.Initializer;
import shinso.nn.model.ChainSampler;
import shinso.nn.model.Completer;
import shinso.nn.model.LatentVariableModel;

/**
 * Denoising auto-encoder with tied weights for binary units: from a disturbed example it tells the
 * probabilities of the one that was disturbed.
 *
 * <pre>
 * x̃ ~ C(x̃ | x)
 * h = σ(x̃ W + c)
 * P(xᵢ = 1 | x̃) = σ(h Wᵀ + b)ᵢ
 * L = −E log P(x | x̃)
 * </pre>
 *
 * <p>Examples may have any shape; they are flattened.
 *
 * <p>Sources: Vincent, Larochelle, Bengio and Manzagol, "Extracting and composing robust features
 * with denoising autoencoders" (2008), section 2.3; Bengio, Yao, Alain and Vincent, "Generalized
 * denoising auto-encoders as generative models" (2013); Goodfellow, Bengio and Courville, "Deep
 * learning", section 20.11.
 *
 * @param weight W, {@code [visible, hidden]}
 * @param hiddenBias c, {@code [hidden]}
 * @param visibleBias b, {@code [visible]}
 * @param corruption C
 */
public record DenoisingAutoencoder(
    Param weight, Param hiddenBias, Param visibleBias, Corruption corruption)
    implements LatentVariableModel, ChainSampler, Completer {
  /** Steps of the chain until it is taken to have forgotten where it began. */
  private static final int BURN_IN = 500;

  /** Returns an untrained auto-encoder. */
  public static DenoisingAutoencoder of(int visible, int hidden, Corruption corruption, Rng rng) {
    return new DenoisingAutoencoder(
        Param.of(Initializer.glorotUniform().draw(Shape.of(visible, hidden), rng)),
        Param.of(Tensor.zeros(hidden)),
        Param.of(Tensor.zeros(visible)),
        corruption);
  }

  /**
   * Returns this auto-encoder with visible biases that give each unit its share in the data, bᵢ =
   * log pᵢ / (1 − pᵢ).
   *
   * @param rates p, {@code [visible]}
   */
  public DenoisingAutoencoder withBaseRates(Tensor rates) {
    visibleBias.assign(Bernoulli.ofRates(rates).logits());
    return this;
  }

  @Override
  public Tensor encode(Tensor x) {
    return x.flatten(1).matmul(weight.value()).add(hiddenBias.value()).sigmoid(); // [b, hidden]
  }

  @Override
  public Tensor decode(Tensor h) {
    return logits(h).sigmoid(); // [b, visible]
  }

  private Tensor logits(Tensor h) {
    return h.matmul(weight.value().transpose()).add(visibleBias.value());
  }

  /** Returns P(x | x̃), independent units: {@code [b, *] -> [b]} of vectors. */
  public Distribution denoise(Tensor corrupted) {
    return new Bernoulli(logits(encode(corrupted))).independent(1);
  }

  /** Returns the Markov chain that disturbs and denoises in turn. */
  public DenoisingChain chain() {
    return new DenoisingChain(corruption, this::denoise);
  }

  /** Draws by long chains that begin with noise. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor noise = chainStart(count, rng.split("start")).evaluate();
    return Gibbs.of(noise, chain()).run(BURN_IN, rng.split("chain"));
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    return Tensor.full(Shape.of(count, weight.shape().dim(0)), 0.5).bernoulli(rng);
  }

  @Override
  public Tensor chainFrom(Tensor x, Rng rng) {
    return x.flatten(1).bernoulli(rng);
  }

  /** Disturbs, and draws what may have been disturbed. */
  @Override
  public Tensor chainStep(Tensor states, Rng rng) {
    return chain().next(states, rng);
  }

  /** Returns P(x = 1 | x̃) for one disturbance. */
  @Override
  public Tensor chainShown(Tensor states, Rng rng) {
    return chain().ofMeans().next(states, rng);
  }

  /** Draws what is missing by the chain in which the given units are held. */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor given = x.flatten(1).evaluate();
    Tensor mask = known.broadcastTo(x.shape()).flatten(1).evaluate();
    Tensor noise = given.fullLike(0.5).bernoulli(rng.split("start"));
    Tensor start = Tensor.select(mask, given, noise).evaluate();
    return Gibbs.of(start, chain().clamped(given, mask)).run(BURN_IN, rng.split("chain"));
  }
}
