package shinso.nn.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.linear.LinearAlgebra;

/**
 * Sequential Monte Carlo for approximate Bayesian computation: a population of parameters that
 * comes to small tolerances by way of larger ones, so that few simulations are wasted on parameters
 * of the prior that explain nothing.
 *
 * @param abc the model and what was observed
 * @param particles the number of parameters in a population
 */
public record AbcSmc(Abc abc, int particles) {
  /** So many rounds of proposals without a full population mean that the tolerance is too small. */
  private static final int MOST_ROUNDS = 10_000;

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if there are fewer than two particles
   */
  public AbcSmc {
    if (particles < 2) {
      throw new IllegalArgumentException("abc-smc: at least 2 particles, not " + particles);
    }
  }

  // ---- a schedule of tolerances

  /**
   * Returns a population for each of several tolerances (Toni, Welch, Strelkowa, Ipsen and Stumpf,
   * "Approximate Bayesian computation scheme for parameter inference and model selection in
   * dynamical systems", 2009). Parameters of the one before are drawn by weight, moved by a normal
   * kernel K of twice their covariance, and kept if they come within the tolerance, until there are
   * enough:
   *
   * <pre>
   * wᵢ ∝ p(θᵢ) / Σⱼ w'ⱼ K(θᵢ | θ'ⱼ)
   * </pre>
   *
   * @param tolerances from the largest to the smallest
   * @throws IllegalArgumentException if they don't fall
   * @throws IllegalStateException if a tolerance is so small that hardly anything is accepted
   */
  public List<Population> run(double[] tolerances, Rng rng) {
    List<Population> all = new ArrayList<>();
    long simulations = 0;
    for (int t = 0; t < tolerances.length; t++) {
      if (t > 0 && !(tolerances[t] < tolerances[t - 1])) {
        throw new IllegalArgumentException(
            "abc-smc: tolerances fall, but %s follows %s"
                .formatted(tolerances[t], tolerances[t - 1]));
      }
      Proposals proposals = t == 0 ? prior() : moved(all.getLast());
      Population next = accepted(proposals, tolerances[t], simulations, rng.split(t));
      all.add(next);
      simulations = next.simulations();
    }
    return all;
  }

  /** Draws parameters, and says how they are weighed. */
  private interface Proposals {
    /** Returns parameters {@code [n, p]}, and others inside of the prior for those outside. */
    Tensor draw(Rng rng);

    /** Returns log-weights up to a constant: {@code [n, p] -> [n]}. */
    Tensor logWeights(Tensor theta);
  }

  private Proposals prior() {
    return new Proposals() {
      @Override
      public Tensor draw(Rng rng) {
        return abc.prior().sample(Shape.of(particles), rng);
      }

      @Override
      public Tensor logWeights(Tensor theta) {
        return theta.sum(1).mul(0);
      }
    };
  }

  private Proposals moved(Population last) {
    Tensor from = last.parameters();
    Tensor logWeights = last.weights().log().cast(from.dtype()).evaluate(); // [n]
    Tensor l = kernel(last, 2).cast(from.dtype()).evaluate(); // [p, p]
    return new Proposals() {
      @Override
      public Tensor draw(Rng rng) {
        Shape pairs = Shape.of(particles, particles);
        Tensor ancestors = logWeights.broadcastTo(pairs).categorical(rng.split(0)); // [n]
        return new MultivariateNormal(from.gather(0, ancestors), l)
            .sample(Shape.SCALAR, rng.split(1));
      }

      @Override
      public Tensor logWeights(Tensor theta) {
        Tensor each = new MultivariateNormal(from, l).logProbability(theta.unsqueeze(1)); // [n, n]
        return abc.prior().logProbability(theta).sub(each.add(logWeights).logSumExp(1));
      }
    };
  }

  /** Returns L with L Lᵀ = factor · the covariance of a population. */
  private static Tensor kernel(Population p, double factor) {
    return LinearAlgebra.cholesky(p.covariance().mul(factor).evaluate());
  }

  private Population accepted(Proposals proposals, double tolerance, long before, Rng rng) {
    Program round =
        Program.of((in, key) -> {
          Tensor theta = proposals.draw(key.split("parameters")); // [n, p]
          Tensor possible = abc.prior().logProbability(theta).greater(Double.NEGATIVE_INFINITY);
          Tensor s = abc.simulator().simulate(inside(theta, possible, key), key.split("data"));
          Tensor near = abc.distance(s).lessEqual(tolerance).and(possible);
          return Step.outputs(theta, s, near.cast(DType.F32));
        });
    List<Tensor> theta = new ArrayList<>();
    List<Tensor> statistics = new ArrayList<>();
    int found = 0;
    int r = 0;
    for (; found < particles; r++) {
      if (r == MOST_ROUNDS) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "abc-smc: %d of %,d proposals came within %s; the tolerance is too small",
                found,
                (long) r * particles,
                tolerance));
      }
      Program.Result drawn = round.run(rng.split(r));
      double[] near = drawn.output(2).toDoubleArray();
      int wanted = particles - found;
      int[] kept = IntStream.range(0, particles).filter(i -> near[i] != 0).limit(wanted).toArray();
      if (kept.length > 0) {
        theta.add(drawn.output(0).gather(0, Tensor.of(kept)).evaluate());
        statistics.add(drawn.output(1).gather(0, Tensor.of(kept)).evaluate());
        found += kept.length;
      }
    }
    Tensor all = Tensor.concat(0, theta).evaluate();
    Tensor weights = proposals.logWeights(all).cast(DType.F64).softmax(0).evaluate();
    long simulations = before + (long) r * particles;
    return new Population(
        all, Tensor.concat(0, statistics).evaluate(), weights, tolerance, simulations);
  }

  /** Replaces parameters that the prior forbids, with which the simulator may not work. */
  private Tensor inside(Tensor theta, Tensor possible, Rng rng) {
    Tensor others = abc.prior().sample(Shape.of(theta.shape().dim(0)), rng.split("inside"));
    return Tensor.select(possible.unsqueeze(1), theta, others);
  }

  // ---- tolerances that follow from the population

  /**
   * How tolerances fall of themselves.
   *
   * @param replicates M, how many data sets are simulated with each parameter
   * @param keep α, the share of the effective size of the population that a new tolerance leaves
   * @param smallest the tolerance that is enough; 0 for as far as it goes
   * @param leastMoved the share of moves that must be accepted for going on
   */
  public record Adaptive(int replicates, double keep, double smallest, double leastMoved) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Adaptive {
      if (replicates < 1 || !(keep > 0 && keep < 1) || !(smallest >= 0) || !(leastMoved >= 0)) {
        throw new IllegalArgumentException(
            ("abc-smc: replicates ≥ 1, 0 < keep < 1, smallest and least moved ≥ 0, not %d, %s, %s"
                    + " and %s")
                .formatted(replicates, keep, smallest, leastMoved));
      }
    }

    /** Returns the paper's choice: α = 0.9, and the end where 1.5 % of the moves are accepted. */
    public static Adaptive to(double smallest) {
      return new Adaptive(1, 0.9, smallest, 0.015);
    }
  }

  /**
   * Returns populations of ever smaller tolerances, each chosen so that the effective size falls by
   * a fixed factor (Del Moral, Doucet and Jasra, "An adaptive sequential Monte Carlo method for
   * approximate Bayesian computation", 2012):
   *
   * <pre>
   * wᵢ ∝ w'ᵢ Σₖ 1(dᵢₖ ≤ ε) / Σₖ 1(dᵢₖ ≤ ε'),   ε such that 1 / Σ w² = α / Σ w'²
   * </pre>
   *
   * <p>Then, if fewer than half are left, parameters are drawn anew by weight, and each takes a
   * step of a random walk of twice their covariance, accepted by p(θ) Σₖ 1(dₖ ≤ ε).
   */
  public List<Population> run(Adaptive rule, Rng rng) {
    return new AbcSmcAdaptive(abc, particles, rule).run(rng);
  }
}
