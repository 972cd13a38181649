package shinso.nn.chain;

import java.util.function.UnaryOperator;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;

/**
 * The geometric path from a distribution that can be drawn from to any log-weight, of binary or of
 * continuous units:
 *
 * <pre>
 * log f_β(x) = (1 − β) log p₀(x) + β log f(x)
 * </pre>
 *
 * <p>The base is normalised, so that log Z₀ is 0. A good one has the data's own means: {@code new
 * Bernoulli(logits of the base rates).independent(1)}, or a normal distribution with the data's
 * means and deviations.
 *
 * {@snippet :
 * Distribution base = new Normal(mean, deviation).independent(1);
 * Ais.Path path = GeometricPath.hmc(base, x -> model.freeEnergy(x).neg(), 10, 0.1);
 * Ais.Bracket z = Ais.of(path).both(samples, rng);
 * }
 *
 * <p>Source: Neal, "Annealed importance sampling" (2001), equation 3.
 *
 * @param base p₀ of vectors of all units
 * @param logWeight log f, {@code [chains, units] -> [chains]}
 * @param kernel makes the steps that leave f_β as it is
 */
public record GeometricPath(Distribution base, UnaryOperator<Tensor> logWeight, Kernel kernel)
    implements Ais.Path {
  /** Steps of Markov chains for one log-weight after the other. */
  public interface Kernel {
    /** Returns the step that leaves exp(log-weight) as it is. */
    Transition step(UnaryOperator<Tensor> logWeight);

    /** Returns this step run backwards in time: the same for a reversible one. */
    default Transition reversed(UnaryOperator<Tensor> logWeight) {
      return step(logWeight);
    }
  }

  /**
   * Checks the base.
   *
   * @throws IllegalArgumentException unless its draws are vectors
   */
  public GeometricPath {
    if (base.batchShape().rank() != 0 || base.eventShape().rank() != 1) {
      throw new IllegalArgumentException(
          "geometric path: the base is one distribution of vectors, not a batch %s of events %s;"
                  .formatted(base.batchShape(), base.eventShape())
              + " .independent(1) makes it one");
    }
  }

  /** Returns the path of continuous units, moved by trajectories of Hamiltonian Monte Carlo. */
  public static GeometricPath hmc(
      Distribution base, UnaryOperator<Tensor> logWeight, int leaps, double stepSize) {
    return new GeometricPath(
        base,
        logWeight,
        f ->
            (x, rng) -> {
              Hmc hmc = Hmc.of(q -> f.apply(q).neg()).leaps(leaps);
              return hmc.move(x, Tensor.constant(stepSize, x.dtype()), rng).position();
            });
  }

  /** Returns the path of binary units, moved one after the other. */
  public static GeometricPath gibbs(Distribution base, UnaryOperator<Tensor> logWeight) {
    return new GeometricPath(
        base,
        logWeight,
        new Kernel() {
          @Override
          public Transition step(UnaryOperator<Tensor> f) {
            return SingleSite.of(f);
          }

          @Override
          public Transition reversed(UnaryOperator<Tensor> f) {
            return SingleSite.of(f).reversed();
          }
        });
  }

  @Override
  public Tensor start(int chains, Rng rng) {
    return base.sample(chains, rng).evaluate();
  }

  @Override
  public double logNormalizer() {
    return 0;
  }

  @Override
  public Tensor logWeight(Tensor x, Tensor beta) {
    return base.logProbability(x).mul(beta.rsub(1)).add(logWeight.apply(x).mul(beta));
  }

  @Override
  public Tensor logRatio(Tensor x, Tensor from, Tensor to) {
    return logWeight.apply(x).sub(base.logProbability(x)).mul(to.sub(from));
  }

  @Override
  public Tensor transition(Tensor x, Tensor beta, Rng rng) {
    return kernel.step(y -> logWeight(y, beta)).next(x, rng);
  }

  @Override
  public Tensor reverse(Tensor x, Tensor beta, Rng rng) {
    return kernel.reversed(y -> logWeight(y, beta)).next(x, rng);
  }
}
