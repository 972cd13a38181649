package shinso.zoo.directed;

import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Mmd;
import shinso.nn.model.Decoder;
import shinso.nn.model.Sampler;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Generative moment matching network (Li, Swersky and Zemel, "Generative moment matching networks",
 * 2015): a generator whose samples have the moments of the data in the space of features of a
 * kernel. There is no other network to play against.
 *
 * <pre>
 * z ~ U(−1, 1)ᵈ,   x = f(z)
 * L = √ MMD²({f(z)}, {x})                              in the space of the data
 * L = √ MMD²({f(z)}, {encode(x)}),   x = decode(f(z))   in the code space of an auto-encoder
 * </pre>
 *
 * @param generator f, {@code [b, noise] -> [b, *]}
 * @param encoder from data to the space in which moments are matched; it is not changed
 * @param decoder back; it is not changed
 * @param noise z
 */
public record Gmmn(Layer generator, Layer encoder, Layer decoder, Noise noise)
    implements Sampler, Decoder {
  /** Under the root: its slope is infinite at 0. */
  private static final double LEAST = 1e-10;

  /** Returns a network that matches moments of the data themselves. */
  public static Gmmn of(Layer generator, Noise noise) {
    return new Gmmn(generator, Activation.IDENTITY, Activation.IDENTITY, noise);
  }

  @Override
  public Tensor sample(int count, Rng rng) {
    return decoder.forward(codes(count, rng, Pass.inference()), Pass.inference());
  }

  /** Returns draws of the noise. */
  @Override
  public Tensor drawCodes(int count, Rng rng) {
    return noise.draw(count, rng);
  }

  /** Returns what both networks make of noise. */
  @Override
  public Tensor decode(Tensor z) {
    return decoder.forward(generator.forward(z, Pass.inference()), Pass.inference());
  }

  private Tensor codes(int count, Rng rng, Pass pass) {
    return generator.forward(noise.draw(count, rng), pass);
  }

  /** How MMD² is estimated. */
  public enum Estimate {
    /** From all pairs of a batch, never negative: its root is made small, as published. */
    ALL_PAIRS,
    /**
     * In linear time, for batches that are too large for all pairs. It may be negative, so that it
     * is made small without the root.
     */
    LINEAR
  }

  /**
   * Descent on the discrepancy of a batch of samples and a batch of the data.
   *
   * @param gmmn whose generator learns
   * @param mmd with a mixture of kernels
   * @param estimate of MMD²
   * @param rule moves the parameters of the generator
   */
  public record Matching(Gmmn gmmn, Mmd mmd, Estimate estimate, Optimizer rule) implements Learner {
    @Override
    public Map<String, Param> model() {
      return Parameters.all(gmmn);
    }

    @Override
    public Map<String, Param> state() {
      return rule.state(Parameters.trainable(gmmn.generator));
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      Tensor y = gmmn.encoder.forward(batch.getFirst(), Pass.inference()).stopGradient();
      Pass pass = Pass.training(rng.split(1));
      Tensor x = gmmn.codes(y.shape().dim(0), rng.split(0), pass);
      Tensor loss =
          switch (estimate) {
            case ALL_PAIRS -> mmd.biased(x, y).maximum(LEAST).sqrt();
            case LINEAR -> mmd.linear(x, y);
          };
      List<Param> theta = List.copyOf(Parameters.trainable(gmmn.generator).values());
      return Step.of(rule.update(theta, Autodiff.gradients(loss, theta)))
          .and(pass.updates())
          .metric("loss", loss);
    }

    /** Returns the unbiased estimate of MMD². */
    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      Tensor y = gmmn.encoder.forward(batch.getFirst(), Pass.inference());
      Tensor x = gmmn.codes(y.shape().dim(0), rng, Pass.inference());
      return Step.of(List.of()).metric("mmd", mmd.unbiased(x, y));
    }
  }
}
