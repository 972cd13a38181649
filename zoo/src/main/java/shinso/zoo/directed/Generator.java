package shinso.zoo.directed;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Normal;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.model.Decoder;
import shinso.nn.model.Sampler;

/**
 * A generator network that gives the parameters of a conditional distribution (Goodfellow, Bengio
 * and Courville, "Deep learning", section 20.10.2).
 *
 * <pre>
 * p(z) = N(0, I)
 * p(xᵢ = 1 | z) = g(z)ᵢ
 * p(x) = E_z p(x | z)
 * </pre>
 *
 * <p>This is the case of binary elements; {@link Observation} says what else g may mean.
 *
 * @param network g, {@code [b, noise] -> [b, *]}
 * @param observation what g says about x
 * @param noise the length of z
 */
public record Generator(Layer network, Observation observation, int noise)
    implements Sampler, Decoder {
  /** Returns p(z) for a tensor of codes: one distribution for each code of {@code [.., noise]}. */
  static Distribution prior(Tensor z) {
    return new Normal(z.zerosLike(), z.zerosLike()).independent(1);
  }

  /**
   * Returns log p(x | z): {@code [k, b]}.
   *
   * @param x {@code [b, *]}
   * @param z k codes for each example, {@code [k, b, noise]}
   */
  Tensor logConditional(Tensor x, Tensor z, Pass pass) {
    int k = z.shape().dim(0);
    int b = z.shape().dim(1);
    Tensor y = network.forward(z.reshape(k * b, noise), pass); // [k b, *]
    Shape each = y.shape().slice(1, y.shape().rank());
    return observation.logProbability(x, y.reshape(Shape.of(k, b).concat(each)));
  }

  /**
   * Returns log 1/k Σᵢ p(x | zᵢ) with draws zᵢ of p(z), whose exponential has the mean p(x): {@code
   * [b, *] -> [b]}. Few of the draws say anything about an example of many elements; see {@link
   * Vae} for better ones.
   */
  public Tensor logProbability(Tensor x, int k, Rng rng) {
    Tensor like = Tensor.constant(0, x.dtype());
    Tensor z = like.broadcastTo(Shape.of(k, x.shape().dim(0), noise)).normalLike(rng);
    return logConditional(x, z, Pass.inference()).logSumExp(0).sub(Math.log(k));
  }

  /** Returns the means of x: {@code [b, noise] -> [b, *]}. */
  public Tensor mean(Tensor z) {
    return observation.mean(network.forward(z, Pass.inference()));
  }

  /** Returns draws of N(0, I). */
  @Override
  public Tensor drawCodes(int count, Rng rng) {
    return Tensor.normal(rng, count, noise);
  }

  /** Returns the means of x. */
  @Override
  public Tensor decode(Tensor z) {
    return mean(z);
  }

  /** Draws z, and then x. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor z = drawCodes(count, rng.split(0));
    return observation.sample(network.forward(z, Pass.inference()), rng.split(1));
  }
}
