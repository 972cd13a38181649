package shinso.zoo.directed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.model.Decoder;
import shinso.nn.model.Sampler;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Generative adversarial networks (Goodfellow et al., "Generative adversarial nets", 2014;
 * Goodfellow, Bengio and Courville, "Deep learning", section 20.10.4).
 *
 * <pre>
 * min_G max_D V(D, G) = E_x log D(x) + E_z log(1 − D(G(z)))            (1)
 * </pre>
 *
 * <p>D(x) = σ(discriminator(x)). At the optimum of D the value is −log 4 + 2 JSD(p, p_G).
 *
 * @param generator G, {@code [b, noise] -> [b, *]}
 * @param discriminator the logit of D, {@code [b, *] -> [b, 1]}
 * @param noise z
 */
public record Gan(Layer generator, Layer discriminator, Noise noise)
    implements Sampler, Decoder, Adversaries {
  /** What the generator makes small. */
  public enum Objective {
    /** E log(1 − D(G(z))), the game as it is: flat where the discriminator wins. */
    MINIMAX,
    /** −E log D(G(z)), with the same fixed point and strong gradients early on (section 3). */
    NON_SATURATING
  }

  @Override
  public Tensor sample(int count, Rng rng) {
    return decode(drawCodes(count, rng));
  }

  /** Returns draws of the noise. */
  @Override
  public Tensor drawCodes(int count, Rng rng) {
    return noise.draw(count, rng);
  }

  /** Returns G(z). */
  @Override
  public Tensor decode(Tensor z) {
    return generator.forward(z, Pass.inference());
  }

  @Override
  public Tensor made(List<Tensor> batch, Rng rng, Pass pass) {
    return generator.forward(noise.draw(batch.getFirst().shape().dim(0), rng), pass);
  }

  /**
   * Algorithm 1 of Goodfellow et al. (2014): k steps of the discriminator, then one of the
   * generator on the discriminator that came out.
   *
   * <p>All k steps see the same real examples, with made-up ones drawn anew for each; the algorithm
   * draws both anew.
   *
   * <p>Where the networks normalise over a batch, real and made examples are batches apart. The
   * running statistics of the discriminator are those of real examples.
   *
   * @param players the two networks
   * @param objective what the generator makes small
   * @param k the steps of the discriminator
   * @param gamma γ of the penalty γ/2 E_x |∂ logit(x) / ∂x|² on the discriminator, which keeps it
   *     from growing steep around the data (Mescheder, Geiger and Nowozin, "Which training methods
   *     for GANs do actually converge?", 2018, equation 9); 0 for none
   * @param forDiscriminator its rule
   * @param forGenerator its rule
   */
  public record Game(
      Adversaries players,
      Objective objective,
      int k,
      double gamma,
      Optimizer forDiscriminator,
      Optimizer forGenerator)
      implements Learner {
    /** Names the two rules, so that their states are kept apart. */
    public Game {
      forDiscriminator = forDiscriminator.named("discriminator");
      forGenerator = forGenerator.named("generator");
    }

    @Override
    public Map<String, Param> model() {
      return Parameters.all(players);
    }

    @Override
    public Map<String, Param> state() {
      Map<String, Param> state = new LinkedHashMap<>();
      state.putAll(forDiscriminator.state(Parameters.trainable(players.discriminator())));
      state.putAll(forGenerator.state(Parameters.trainable(players.generator())));
      return state;
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      Step step = discriminate(batch, rng.split(0));
      for (int i = 1; i < k; i++) {
        Rng key = rng.split(i);
        step = step.then(() -> discriminate(batch, key));
      }
      return step.then(() -> generate(batch, rng.split(k)));
    }

    private Tensor made(List<Tensor> batch, Rng rng, Pass pass) {
      return players.made(batch, rng.split(0), pass.drawing(rng.split(1)));
    }

    /** Ascends E log D(x) + E log(1 − D(G(z))), with log σ(a) = −softplus(−a). */
    private Step discriminate(List<Tensor> batch, Rng rng) {
      Layer d = players.discriminator();
      Tensor x = players.real(batch);
      Pass keeping = Pass.training(rng).keepingStatistics();
      Tensor fake = made(batch, rng.split(0), keeping).stopGradient();
      Pass pass = Pass.training(rng.split(1));
      Tensor real = d.forward(x, pass); // [b, 1]
      Tensor made = d.forward(fake, keeping.drawing(rng.split(2))); // [b, 1]
      Tensor loss = real.neg().softplus().mean().add(made.softplus().mean());
      Tensor objective = gamma == 0 ? loss : loss.add(steepness(real, x).mul(gamma / 2));
      List<Param> theta = List.copyOf(Parameters.trainable(d).values());
      return Step.of(forDiscriminator.update(theta, Autodiff.gradients(objective, theta)))
          .and(pass.updates())
          .metric("discriminator loss", loss);
    }

    /** Returns E_x |∂ logit(x) / ∂x|². */
    private static Tensor steepness(Tensor logit, Tensor x) {
      Tensor slope = Autodiff.gradients(logit.sum(), List.of(x)).getFirst(); // [b, *]
      return slope.flatten(1).square().sum(1).mean();
    }

    private Step generate(List<Tensor> batch, Rng rng) {
      Pass pass = Pass.training(rng);
      Tensor fake = made(batch, rng.split(0), pass);
      Pass through = Pass.training(rng.split(1)).keepingStatistics();
      Tensor logit = players.discriminator().forward(fake, through);
      Tensor loss =
          switch (objective) {
            case MINIMAX -> logit.softplus().mean().neg();
            case NON_SATURATING -> logit.neg().softplus().mean();
          };
      List<Param> theta = List.copyOf(Parameters.trainable(players.generator()).values());
      return Step.of(forGenerator.update(theta, Autodiff.gradients(loss, theta)))
          .and(pass.updates())
          .metric("generator loss", loss);
    }

    /** Returns the value of the game, whose optimum is −log 4. */
    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      Layer d = players.discriminator();
      Tensor fake = players.made(batch, rng.split(0), Pass.inference());
      Tensor real = d.forward(players.real(batch), Pass.inference()).neg().softplus().mean();
      Tensor made = d.forward(fake, Pass.inference()).softplus().mean();
      return Step.of(List.of()).metric("value", real.add(made).neg());
    }
  }
}
