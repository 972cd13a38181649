package shinso.zoo.autoencoder;

import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Kl;
import shinso.nn.distribution.Normal;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.model.Completer;
import shinso.nn.model.Sampler;

/**
 * Diffusion that is turned round, for real values: the data dissolves into a normal distribution in
 * small steps, and each step back is a normal distribution that a network knows.
 *
 * <pre>
 * q(xₜ | xₜ₋₁) = N(√αₜ xₜ₋₁, βₜ I),   q(xₜ | x₀) = N(√ᾱₜ x₀, (1 − ᾱₜ) I)
 * q(xₜ₋₁ | xₜ, x₀) = N(μ̃, β̃ₜ I),   β̃ₜ = (1 − ᾱₜ₋₁) / (1 − ᾱₜ) βₜ,
 *     μ̃ = √ᾱₜ₋₁ βₜ / (1 − ᾱₜ) x₀ + √αₜ (1 − ᾱₜ₋₁) / (1 − ᾱₜ) xₜ
 * p(x_T) = N(0, I),   p(xₜ₋₁ | xₜ) = N(μ(xₜ, t), σ²(xₜ, t))
 * log p(x₀) ≥ −KL(q(x_T | x₀) ‖ p(x_T)) − Σ_{t ≥ 2} E KL(q(xₜ₋₁ | xₜ, x₀) ‖ p(xₜ₋₁ | xₜ))
 *             + E log p(x₀ | x₁)
 * </pre>
 *
 * <p>The way back is told in one of two ways, see {@link Target}.
 *
 * <p>Sources: Sohl-Dickstein, Weiss, Maheswaranathan and Ganguli, "Deep unsupervised learning using
 * nonequilibrium thermodynamics" (2015), section 2 and appendix B, with the authors' program; Ho,
 * Jain and Abbeel, "Denoising diffusion probabilistic models" (2020), section 3; Goodfellow, Bengio
 * and Courville, "Deep learning", section 20.13.
 *
 * @param network from an example and the features of a time to numbers of the target, {@code [b, d
 *     + features] -> [b, outputs]}
 * @param schedule β
 * @param target what the network tells
 * @param size d
 */
public record GaussianDiffusion(Layer network, NoiseSchedule schedule, Target target, int size)
    implements Sampler, Completer {
  /** What the network tells of a step back. */
  public enum Target {
    /**
     * Means and variances (Sohl-Dickstein et al. 2015): with two outputs m and c an element, μ =
     * √αₜ xₜ + √βₜ m and σ² = sigmoid(logit βₜ + c / √T). They say how the step differs from one in
     * equilibrium, and there is nothing to tell of the first step. Learned by the bound.
     */
    MEAN_AND_VARIANCE,
    /**
     * The noise (Ho et al. 2020): with one output ε̂ an element, μ = (xₜ − βₜ / √(1 − ᾱₜ) ε̂) / √αₜ
     * and σ² = βₜ. Learned by E |ε − ε̂|², equation 14.
     */
    NOISE;

    /** Returns the numbers of outputs of the network for one element of an example. */
    public int outputs() {
      return this == NOISE ? 1 : 2;
    }
  }

  /**
   * Checks the schedule.
   *
   * @throws IllegalArgumentException if its last step leaves nothing
   */
  public GaussianDiffusion {
    if (schedule.left() == 0) {
      throw new IllegalArgumentException(
          "Gaussian diffusion: the last β is below 1; take NoiseSchedule.linear or .geometric");
    }
  }

  /** Returns how many numbers the network is given. */
  public static int inputs(int size) {
    return size + NoiseSchedule.featureCount();
  }

  // ---- the way there

  /**
   * Returns xₜ = √ᾱₜ x₀ + √(1 − ᾱₜ) ε.
   *
   * @param t the steps, I32 {@code [b]}
   * @param noise ε, {@code [b, d]}
   */
  public Tensor diffuse(Tensor x0, Tensor t, Tensor noise) {
    DType type = x0.dtype();
    return x0.mul(schedule.alphaBar(t, type).sqrt()).add(noise.mul(schedule.noise(t, type).sqrt()));
  }

  /** Returns q(xₜ₋₁ | xₜ, x₀) for t ≥ 2, a batch {@code [b]} of vectors. */
  public Distribution posterior(Tensor x0, Tensor xt, Tensor t) {
    DType type = x0.dtype();
    Tensor beta = schedule.beta(t, type); // [b, 1]
    Tensor before = schedule.noise(t.sub(1), type); // 1 − ᾱₜ₋₁
    Tensor now = schedule.noise(t, type);
    Tensor ofData = schedule.alphaBar(t.sub(1), type).sqrt().mul(beta).div(now);
    Tensor ofNow = beta.rsub(1).sqrt().mul(before).div(now);
    Tensor mean = x0.mul(ofData).add(xt.mul(ofNow));
    Tensor logScale = before.mul(beta).div(now).log().mul(0.5);
    return new Normal(mean, logScale).independent(1);
  }

  // ---- the way back

  /**
   * Returns p(xₜ₋₁ | xₜ), a batch {@code [b]} of vectors.
   *
   * @param t the steps, I32 {@code [b]}
   */
  public Distribution reverse(Tensor xt, Tensor t) {
    DType type = xt.dtype();
    Tensor beta = schedule.beta(t, type); // [b, 1]
    Tensor out = output(xt, t);
    return switch (target) {
      case MEAN_AND_VARIANCE -> {
        Tensor later = t.greater(1).cast(type).unsqueeze(1);
        Tensor m = out.slice(1, 0, size).mul(later);
        Tensor c = out.slice(1, size, 2 * size).mul(later);
        Tensor mean = xt.mul(beta.rsub(1).sqrt()).add(m.mul(beta.sqrt()));
        Tensor logit = beta.log().sub(beta.rsub(1).log());
        Tensor variance = logit.add(c.div(Math.sqrt(schedule.steps()))).neg().softplus().neg();
        yield new Normal(mean, variance.mul(0.5)).independent(1); // log σ² = −softplus(−·)
      }
      case NOISE -> {
        Tensor share = beta.div(schedule.noise(t, type).sqrt());
        Tensor mean = xt.sub(out.mul(share)).div(beta.rsub(1).sqrt());
        yield new Normal(mean, beta.log().mul(0.5)).independent(1);
      }
    };
  }

  private Tensor output(Tensor xt, Tensor t) {
    Tensor in = Tensor.concat(1, List.of(xt, schedule.features(t, xt.dtype())));
    return network.forward(in, Pass.inference());
  }

  // ---- the bound

  /** Returns −KL(q(x_T | x₀) ‖ p(x_T)): {@code [b, d] -> [b]}. */
  public Tensor end(Tensor x0) {
    double left = schedule.left();
    Tensor mean = x0.mul(Math.sqrt(left));
    Tensor logScale = x0.zerosLike().add(0.5 * Math.log1p(-left));
    Tensor zero = x0.zerosLike();
    return Kl.of(new Normal(mean, logScale), new Normal(zero, zero)).sum(1).neg();
  }

  /**
   * Returns −KL(q(xₜ₋₁ | xₜ, x₀) ‖ p(xₜ₋₁ | xₜ)) at the xₜ of a noise: {@code [b]}.
   *
   * @param t at least 2, I32 {@code [b]}
   */
  public Tensor middle(Tensor x0, Tensor t, Tensor noise) {
    Tensor xt = diffuse(x0, t, noise);
    return Kl.of(posterior(x0, xt, t), reverse(xt, t)).neg();
  }

  /** Returns log p(x₀ | x₁) at the x₁ of a noise: {@code [b]}. */
  public Tensor first(Tensor x0, Tensor noise) {
    Tensor one = time(x0, 1);
    return reverse(diffuse(x0, one, noise), one).logProbability(x0);
  }

  /**
   * Returns an unbiased estimate of the bound on log p(x₀) in nats: {@code [b, d] -> [b]}.
   *
   * @param draws how many of the steps from 2 on are looked at, spread over all; T − 1 for all
   */
  public Tensor bound(Tensor x0, int draws, Rng rng) {
    int steps = schedule.steps() - 1;
    Tensor u = NoiseSchedule.places(x0.shape().dim(0), rng.split("places")); // [b]
    Tensor sum = end(x0).add(first(x0, x0.normalLike(rng.split("first"))));
    for (int j = 0; j < draws; j++) {
      // The j-th of equal parts of 2 … T, so that draws = T − 1 takes each step once.
      Tensor t = u.add(j).mul((double) steps / draws).floor().add(2).minimum(schedule.steps());
      Tensor piece = middle(x0, t.cast(DType.I32), x0.normalLike(rng.split(j)));
      sum = sum.add(piece.mul((double) steps / draws));
    }
    return sum;
  }

  /** Returns what is made small for the target, of each example: {@code [b, d] -> [b]}. */
  public Tensor loss(Tensor x0, Rng rng) {
    if (target == Target.MEAN_AND_VARIANCE) {
      return bound(x0, 1, rng).neg();
    }
    Tensor u = NoiseSchedule.places(x0.shape().dim(0), rng.split("places"));
    Tensor t = u.mul(schedule.steps()).floor().add(1).minimum(schedule.steps()).cast(DType.I32);
    Tensor noise = x0.normalLike(rng.split("noise"));
    return noise.sub(output(diffuse(x0, t, noise), t)).square().sum(1);
  }

  private static Tensor time(Tensor x, int t) {
    return Tensor.zeros(x.shape().dim(0)).add(t).cast(DType.I32);
  }

  // ---- samples

  /** Draws x_T, then one step back after the other, all by one program. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor x = Tensor.normal(rng.split("start"), count, size).evaluate();
    return back(x, schedule.steps(), 0, rng.split("steps"));
  }

  /**
   * Draws steps back from xₜ. The last step of all takes the mean for the target NOISE, as
   * algorithm 2 of Ho et al. does.
   *
   * @param from t of x, {@code [b, d]}
   * @param to t of the result
   */
  public Tensor back(Tensor x, int from, int to, Rng rng) {
    Program step = Program.of((in, key) -> Step.outputs(before(in.get(0), in.get(1), key)));
    Tensor now = x;
    for (int t = from; t > to; t--) {
      now = step.run(rng.split(t), now, time(x, t).evaluate()).output(0);
    }
    return now;
  }

  /** Draws xₜ₋₁ ~ p(xₜ₋₁ | xₜ). */
  private Tensor before(Tensor xt, Tensor t, Rng rng) {
    Distribution p = reverse(xt, t);
    Tensor drawn = p.sample(rng);
    Tensor isLast = t.equal(1).unsqueeze(1);
    return target == Target.NOISE ? Tensor.select(isLast, p.mean(), drawn) : drawn;
  }

  /**
   * Draws steps back, after each of which what is known is set to a draw of q(xₜ | x₀), the way
   * there (Sohl-Dickstein et al., section 2.5). It is not an exact conditional: a step back sees of
   * the known values only what is left of them at its time.
   */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor x0 = x.flatten(1).evaluate(); // [b, d]
    Tensor given = known.broadcastTo(x.shape()).flatten(1).evaluate();
    Program step =
        Program.of((in, key) -> {
          Tensor t = in.get(1);
          Tensor drawn = before(in.get(0), t, key.split("unknown"));
          Tensor noise = drawn.normalLike(key.split("known"));
          Tensor there = diffuse(in.get(2), t.sub(1), noise);
          return Step.outputs(Tensor.select(in.get(3), there, drawn));
        });
    Tensor now = x0.normalLike(rng.split("start")).evaluate();
    for (int t = schedule.steps(); t > 0; t--) {
      now = step.run(rng.split(t), now, time(x0, t).evaluate(), x0, given).output(0);
    }
    return now.reshape(x.shape());
  }
}
