package shinso.zoo.autoencoder;

import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.model.Completer;
import shinso.nn.model.Sampler;

/**
 * Diffusion that is turned round, for binary units: the data dissolves into tosses of fair coins in
 * small steps, and each step back is made of Bernoulli distributions that a network knows.
 *
 * <pre>
 * q(xₜ | xₜ₋₁) = B(αₜ xₜ₋₁ + ½ βₜ),   q(xₜ | x₀) = B(ᾱₜ x₀ + ½ (1 − ᾱₜ))
 * q(xₜ₋₁ | xₜ, x₀) ∝ q(xₜ | xₜ₋₁) q(xₜ₋₁ | x₀)
 * p(x_T) = B(½),   p(xₜ₋₁ | xₜ) = B(σ(logit(αₜ xₜ + ½ βₜ) + f(xₜ, t)))
 * f(xₜ, t) = logit(ᾱₜ₋₁ r + ½ (1 − ᾱₜ₋₁)) + network(xₜ, t)
 * log p(x₀) ≥ −KL(q(x_T | x₀) ‖ p(x_T)) − Σₜ E KL(q(xₜ₋₁ | xₜ, x₀) ‖ p(xₜ₋₁ | xₜ))
 * </pre>
 *
 * <p>The term of t = 1 is E log p(x₀ | x₁). With f = 0 the way back is that of equilibrium; f are
 * the log odds of the unit before the step, which the network tells relative to those of
 * independent units.
 *
 * <p>Source: Sohl-Dickstein, Weiss, Maheswaranathan and Ganguli, "Deep unsupervised learning using
 * nonequilibrium thermodynamics" (2015), section 2 and appendix B.
 *
 * @param network from an example and the features of a time, {@code [b, d + features] -> [b, d]}
 * @param schedule β
 * @param rates r, the shares of the units in the data, between 0 and 1, {@code [d]}
 */
public record BinomialDiffusion(Layer network, NoiseSchedule schedule, Tensor rates)
    implements Sampler, Completer {
  /** Below this the logarithm of a probability is taken of it: its product with 0 is 0. */
  private static final double TINY = 1e-30;

  /** Returns how many numbers the network is given. */
  public static int inputs(int size) {
    return size + NoiseSchedule.featureCount();
  }

  // ---- the way there

  /**
   * Returns the probabilities of q(xₜ = 1 | x₀): {@code [b, d]}.
   *
   * @param t the steps, from 0 on, I32 {@code [b]}
   */
  public Tensor diffused(Tensor x0, Tensor t) {
    DType type = x0.dtype();
    return x0.mul(schedule.alphaBar(t, type)).add(schedule.noise(t, type).mul(0.5));
  }

  /** Returns αₜ x + ½ βₜ, the probabilities after a step forth, and back in equilibrium. */
  private Tensor stepped(Tensor x, Tensor t) {
    Tensor beta = schedule.beta(t, x.dtype());
    return x.mul(beta.rsub(1)).add(beta.mul(0.5));
  }

  /** Returns the probabilities of q(xₜ₋₁ = 1 | xₜ, x₀): {@code [b, d]}. */
  public Tensor posterior(Tensor x0, Tensor xt, Tensor t) {
    Tensor prior = diffused(x0, t.sub(1));
    Tensor likelihood = stepped(xt, t); // of xₜ if xₜ₋₁ is 1; 1 − it if xₜ₋₁ is 0
    Tensor one = likelihood.mul(prior);
    return one.div(one.add(likelihood.rsub(1).mul(prior.rsub(1))));
  }

  // ---- the way back

  /** Returns the logits of p(xₜ₋₁ = 1 | xₜ): {@code [b, d]}. */
  public Tensor reverse(Tensor xt, Tensor t) {
    Tensor equilibrium = stepped(xt, t);
    Tensor in = Tensor.concat(1, List.of(xt, schedule.features(t, xt.dtype())));
    Tensor alone = diffused(rates.unsqueeze(0), t.sub(1));
    Tensor f = logit(alone).add(network.forward(in, Pass.inference()));
    return logit(equilibrium).add(f);
  }

  private static Tensor logit(Tensor p) {
    return p.log().sub(p.rsub(1).log());
  }

  // ---- the bound

  /** Returns −KL(q(x_T | x₀) ‖ p(x_T)): {@code [b, d] -> [b]}. */
  public Tensor end(Tensor x0) {
    Tensor q = diffused(x0, time(x0, schedule.steps()));
    return negativeEntropy(q).add(Math.log(2)).sum(1).neg();
  }

  /**
   * Returns −KL(q(xₜ₋₁ | xₜ, x₀) ‖ p(xₜ₋₁ | xₜ)): {@code [b]}.
   *
   * @param xt {@code [b, d]}
   * @param t from 1 on, I32 {@code [b]}
   */
  public Tensor piece(Tensor x0, Tensor xt, Tensor t) {
    Tensor q = posterior(x0, xt, t);
    Tensor logits = reverse(xt, t);
    Tensor cross = logits.softplus().sub(logits.mul(q)); // −Σ q log p
    return negativeEntropy(q).add(cross).sum(1).neg();
  }

  private static Tensor negativeEntropy(Tensor q) {
    Tensor p = q.rsub(1);
    return q.mul(q.maximum(TINY).log()).add(p.mul(p.maximum(TINY).log()));
  }

  /**
   * Returns an unbiased estimate of the bound on log p(x₀) in nats: {@code [b, d] -> [b]}.
   *
   * @param draws how many of the steps are looked at, spread over all; T for all
   */
  public Tensor bound(Tensor x0, int draws, Rng rng) {
    int steps = schedule.steps();
    Tensor u = NoiseSchedule.places(x0.shape().dim(0), rng.split("places")); // [b]
    Tensor sum = end(x0);
    for (int j = 0; j < draws; j++) {
      // The j-th of equal parts of 1 … T, so that draws = T takes each step once.
      Tensor real = u.add(j).mul((double) steps / draws).floor().add(1).minimum(steps);
      Tensor t = real.cast(DType.I32);
      Tensor xt = diffused(x0, t).bernoulli(rng.split(j));
      sum = sum.add(piece(x0, xt, t).mul((double) steps / draws));
    }
    return sum;
  }

  private static Tensor time(Tensor x, int t) {
    return Tensor.zeros(x.shape().dim(0)).add(t).cast(DType.I32);
  }

  // ---- samples

  /** Draws x_T, then one step back after the other, all by one program. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor coins =
        Tensor.full(Shape.of(count, rates.shape().dim(0)), 0.5).bernoulli(rng.split("start"));
    return back(coins.evaluate(), schedule.steps(), 0, rng.split("steps"));
  }

  /**
   * Draws steps back from xₜ.
   *
   * @param from t of x, {@code [b, d]}
   * @param to t of the result
   */
  public Tensor back(Tensor x, int from, int to, Rng rng) {
    Program step =
        Program.of(
            (in, key) -> Step.outputs(reverse(in.get(0), in.get(1)).sigmoid().bernoulli(key)));
    Tensor now = x;
    for (int t = from; t > to; t--) {
      now = step.run(rng.split(t), now, time(x, t).evaluate()).output(0);
    }
    return now;
  }

  /**
   * Draws steps back, after each of which what is known is set to a draw of q(xₜ | x₀), the way
   * there (section 2.5). It is not an exact conditional: a step back sees of the known values only
   * what is left of them at its time.
   */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor x0 = x.flatten(1).evaluate(); // [b, d]
    Tensor given = known.broadcastTo(x.shape()).flatten(1).evaluate();
    Program step =
        Program.of((in, key) -> {
          Tensor t = in.get(1);
          Tensor drawn = reverse(in.get(0), t).sigmoid().bernoulli(key.split("unknown"));
          Tensor there = diffused(in.get(2), t.sub(1)).bernoulli(key.split("known"));
          return Step.outputs(Tensor.select(in.get(3), there, drawn));
        });
    Tensor now = Tensor.full(x0.shape(), 0.5).bernoulli(rng.split("start")).evaluate();
    for (int t = schedule.steps(); t > 0; t--) {
      now = step.run(rng.split(t), now, time(x0, t).evaluate(), x0, given).output(0);
    }
    return now.reshape(x.shape());
  }
}
