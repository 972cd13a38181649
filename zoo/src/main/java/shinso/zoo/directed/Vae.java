package shinso.zoo.directed;

import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Kl;
import shinso.nn.distribution.Normal;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.model.Decoder;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Sampler;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Variational auto-encoder (Kingma and Welling, "Auto-encoding variational Bayes", 2014; Rezende,
 * Mohamed and Wierstra 2014; Goodfellow, Bengio and Courville, "Deep learning", section 20.10.3)
 * and importance-weighted auto-encoder (Burda, Grosse and Salakhutdinov, "Importance weighted
 * autoencoders", 2016).
 *
 * <pre>
 * p(x) = ∫ p(x | z) p(z) dz,   p(z) = N(0, I)
 * q(z | x) = N(μ(x), diag σ(x)²),   z = μ + σ ε,  ε ~ N(0, I)
 * log p(x) ≥ E_q log p(x | z) − KL(q(z | x) ‖ p(z))                        (1)
 * log p(x) ≥ L_k = E log 1/k Σᵢ wᵢ,   wᵢ = p(x, zᵢ) / q(zᵢ | x),  zᵢ ~ q   (2)
 * L₁ ≤ L₂ ≤ … ≤ log p(x)                                                   (3)
 * </pre>
 *
 * <p>Encoder and generator are networks of any kind. Examples may have any shape.
 *
 * @param encoder the means and the logarithms of the deviations of q, {@code [b, *] -> [b, 2 z]}
 * @param generator p(x | z), whose noise is z
 */
public record Vae(Layer encoder, Generator generator)
    implements Sampler, LatentVariableModel, Decoder {
  /** Units whose mean varies less than this over the data are idle (Burda et al., section 5). */
  private static final double IDLE = 0.01;

  /** Lower bounds on log p(x), estimated with k draws of q(z | x). */
  public enum Bound {
    /** 1/k Σᵢ log p(x | zᵢ) − KL(q(z | x) ‖ p(z)) (Kingma and Welling, equation 7). */
    ANALYTIC,
    /** 1/k Σᵢ log wᵢ, whose divergence is estimated as well (equation 6). */
    SAMPLED,
    /** log 1/k Σᵢ wᵢ (Burda et al., equation 8). */
    IMPORTANCE_WEIGHTED
  }

  // ---- distributions

  /** Returns q(z | x), one distribution of {@code [z]} for each of the examples {@code [b, *]}. */
  public Distribution posterior(Tensor x) {
    return posterior(x, Pass.inference());
  }

  private Distribution posterior(Tensor x, Pass pass) {
    Tensor h = encoder.forward(x, pass); // [b, 2 z]
    int z = generator.noise();
    if (h.shape().rank() != 2 || h.shape().dim(1) != 2 * z) {
      throw new IllegalArgumentException(
          "variational auto-encoder: for %d latent variables the encoder gives %d means and log"
                  .formatted(z, z)
              + " deviations, [b, %d], not %s".formatted(2 * z, h.shape()));
    }
    return new Normal(h.slice(1, 0, z), h.slice(1, z, 2 * z)).independent(1);
  }

  /** Returns log w of codes {@code [k, b, z]} drawn from q: {@code [k, b]}. */
  Tensor logWeights(Tensor x, Tensor z, Distribution q, Pass pass) {
    Tensor joint = generator.logConditional(x, z, pass).add(Generator.prior(z).logProbability(z));
    return joint.sub(q.logProbability(z));
  }

  /**
   * Returns log wᵢ of k draws, whose exponentials have the mean p(x): {@code [b, *] -> [k, b]}.
   *
   * @param x as {@link Observation#prepare} gives it
   */
  public Tensor logWeights(Tensor x, int k, Rng rng) {
    Distribution q = posterior(x);
    return logWeights(x, q.sample(k, rng), q, Pass.inference());
  }

  // ---- bounds

  /**
   * Returns an unbiased estimate of a lower bound on log p(x) in nats: {@code [b, *] -> [b]}.
   *
   * @param x as {@link Observation#prepare} gives it
   * @param k draws for each example
   */
  public Tensor bound(Bound bound, Tensor x, int k, Rng rng) {
    return bound(bound, x, k, rng, Pass.inference());
  }

  private Tensor bound(Bound bound, Tensor x, int k, Rng rng, Pass pass) {
    if (k < 1) {
      throw new IllegalArgumentException("a bound takes at least 1 draw, not " + k);
    }
    Distribution q = posterior(x, pass);
    Tensor z = q.sample(k, rng); // [k, b, z]
    return switch (bound) {
      case ANALYTIC -> generator.logConditional(x, z, pass).mean(0).sub(divergence(q));
      case SAMPLED -> logWeights(x, z, q, pass).mean(0);
      case IMPORTANCE_WEIGHTED -> logWeights(x, z, q, pass).logSumExp(0).sub(Math.log(k));
    };
  }

  private static Tensor divergence(Distribution q) {
    return Kl.of(q, Generator.prior(q.mean())); // [b]
  }

  /**
   * Returns how many latent variables the model uses: those whose means vary over the data, Var_x
   * E_q z &gt; 0.01 (Burda et al., section 5).
   *
   * @param codes the codes of examples, {@code [n, z]}
   */
  public static int activeUnits(Tensor codes) {
    return (int) codes.variance(0).greater(IDLE).sum().item();
  }

  // ---- abilities

  /** Draws z from the prior, and x from p(x | z). */
  @Override
  public Tensor sample(int count, Rng rng) {
    return generator.sample(count, rng);
  }

  /** Returns the means of q(z | x). */
  @Override
  public Tensor encode(Tensor x) {
    return posterior(x).mean();
  }

  /** Returns draws of N(0, I). */
  @Override
  public Tensor drawCodes(int count, Rng rng) {
    return generator.drawCodes(count, rng);
  }

  /** Returns the means of p(x | z). */
  @Override
  public Tensor decode(Tensor z) {
    return generator.mean(z);
  }

  /**
   * Ascent of a bound, through the draws: gradients reach the encoder by z = μ + σ ε.
   *
   * @param vae the networks
   * @param bound what is made large
   * @param k draws for each example
   * @param rule moves the parameters of both networks
   */
  public record Learning(Vae vae, Bound bound, int k, Optimizer rule) implements Learner {
    @Override
    public Map<String, Param> model() {
      return Parameters.all(vae);
    }

    @Override
    public Map<String, Param> state() {
      return rule.state(Parameters.trainable(vae));
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      Tensor x = prepared(batch, rng);
      Pass pass = Pass.training(rng.split(2));
      Tensor loss = vae.bound(bound, x, k, rng.split(1), pass).mean().neg();
      Tensor objective = pass.penalties().stream().reduce(loss, Tensor::add);
      List<Param> theta = List.copyOf(Parameters.trainable(vae).values());
      return Step.of(rule.update(theta, Autodiff.gradients(objective, theta)))
          .and(pass.updates())
          .metric("loss", loss);
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      Tensor x = prepared(batch, rng);
      return Step.of(List.of())
          .metric("loss", vae.bound(bound, x, k, rng.split(1)).mean().neg())
          .metric("divergence", divergence(vae.posterior(x)).mean());
    }

    private Tensor prepared(List<Tensor> batch, Rng rng) {
      return vae.generator.observation().prepare(batch.getFirst(), rng.split(0));
    }
  }
}
