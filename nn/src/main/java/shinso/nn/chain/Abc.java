package shinso.nn.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.linear.LinearAlgebra;

/**
 * Approximate Bayesian computation: the posterior of the parameters of a model that can only be
 * simulated. Parameters count if what is simulated with them comes within a tolerance of what was
 * observed (Pritchard et al. 1999; Goodfellow, Bengio and Courville, "Deep learning", section
 * 20.13):
 *
 * <pre>
 * p_ε(θ | s₀) ∝ p(θ) P(‖(s − s₀) / scale‖ ≤ ε | θ)
 * </pre>
 *
 * <p>For ε → 0 it is the posterior given the statistics s₀; the smaller ε, the fewer parameters are
 * left. {@link AbcSmc} comes to small tolerances with fewer simulations.
 *
 * {@snippet :
 * Abc abc = Abc.of(prior, (theta, rng) -> summaries(simulate(theta, rng)), observed);
 * Population near = abc.nearest(0.01, 100_000, rng);
 * Population posterior = abc.regressionAdjusted(near);
 * }
 *
 * @param prior p(θ), one distribution of vectors {@code [p]}
 * @param simulator draws statistics
 * @param observed s₀, {@code [s]}
 * @param scale by what differences are divided, {@code [s]}
 */
public record Abc(Distribution prior, Simulator simulator, Tensor observed, Tensor scale) {
  /** Simulations that are one run of a program. */
  private static final int CHUNK = 10_000;

  /** What makes data up and summarises them. */
  @FunctionalInterface
  public interface Simulator {
    /** Returns the statistics of data that are drawn with parameters: {@code [n, p] -> [n, s]}. */
    Tensor simulate(Tensor theta, Rng rng);
  }

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if the prior is not one distribution of vectors, or the
   *     statistics are no vector
   */
  public Abc {
    if (prior.batchShape().rank() != 0 || prior.eventShape().rank() != 1) {
      throw new IllegalArgumentException(
          ("abc: the prior is one distribution of vectors, not %s of %s; independent(1) makes"
                  + " vectors of numbers")
              .formatted(prior.batchShape(), prior.eventShape()));
    }
    Check.rank("abc, observed statistics", observed.shape(), 1, "[s]");
    Check.sameShape("abc, scale", observed.shape(), scale.shape());
  }

  /** Returns the computation with differences of statistics as they are. */
  public static Abc of(Distribution prior, Simulator simulator, Tensor observed) {
    return new Abc(prior, simulator, observed, observed.fullLike(1));
  }

  /** Returns this with differences that are divided by numbers {@code [s]}. */
  public Abc scaled(Tensor by) {
    return new Abc(prior, simulator, observed, by);
  }

  /** Returns the number of parameters. */
  int parameters() {
    return prior.eventShape().dim(0);
  }

  /** Returns ‖(s − s₀) / scale‖: {@code [n, s] -> [n]}. */
  Tensor distance(Tensor statistics) {
    return statistics.sub(observed).div(scale).square().sum(1).sqrt();
  }

  /** Draws of the prior with what they came to. */
  private record Draws(Tensor theta, Tensor statistics, double[] distance) {
    Draws only(int[] kept) {
      Tensor at = Tensor.of(kept);
      return new Draws(
          theta.gather(0, at).evaluate(),
          statistics.gather(0, at).evaluate(),
          Arrays.stream(kept).mapToDouble(i -> distance[i]).toArray());
    }
  }

  private Draws simulate(int simulations, Rng rng) {
    if (simulations < 1) {
      throw new IllegalArgumentException(
          "abc: at least one simulation, not %d".formatted(simulations));
    }
    Program program =
        Program.of((in, key) -> {
          Tensor theta = prior.sample(in.getFirst().shape(), key.split("prior")); // [n, p]
          Tensor s = simulator.simulate(theta, key.split("data")); // [n, s]
          return Step.outputs(theta, s, distance(s).cast(DType.F32));
        });
    List<Tensor> theta = new ArrayList<>();
    List<Tensor> statistics = new ArrayList<>();
    double[] distances = new double[simulations];
    for (int from = 0; from < simulations; from += CHUNK) {
      int n = Math.min(CHUNK, simulations - from);
      Program.Result drawn = program.run(rng.split(from), Tensor.zeros(n));
      theta.add(drawn.output(0));
      statistics.add(drawn.output(1));
      System.arraycopy(drawn.output(2).toDoubleArray(), 0, distances, from, n);
    }
    return new Draws(Tensor.concat(0, theta), Tensor.concat(0, statistics), distances);
  }

  /**
   * Returns the parameters of so many draws of the prior whose statistics come within a tolerance;
   * the acceptance rate is their number over that of the simulations.
   *
   * @throws IllegalStateException if there are none
   */
  public Population rejection(double tolerance, int simulations, Rng rng) {
    Draws all = simulate(simulations, rng);
    int[] kept =
        IntStream.range(0, simulations).filter(i -> all.distance[i] <= tolerance).toArray();
    if (kept.length == 0) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "abc: none of %,d simulations came within %s of what was observed; the nearest is"
                  + " %.4g away",
              simulations,
              tolerance,
              Arrays.stream(all.distance).min().orElseThrow()));
    }
    return population(all.only(kept), tolerance, simulations);
  }

  /**
   * Returns the share of so many draws of the prior whose statistics come nearest; the largest
   * distance is the tolerance.
   *
   * @param share from 0 to 1
   * @throws IllegalArgumentException if not even one is kept, or more than there are
   */
  public Population nearest(double share, int simulations, Rng rng) {
    int count = (int) Math.round(share * simulations);
    if (count < 1 || count > simulations) {
      throw new IllegalArgumentException(
          "abc: a share of %s of %d simulations is none or more than all"
              .formatted(share, simulations));
    }
    Draws all = simulate(simulations, rng);
    int[] byDistance =
        IntStream.range(0, simulations)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> all.distance[i]))
            .limit(count)
            .mapToInt(i -> i)
            .toArray();
    return population(all.only(byDistance), all.distance[byDistance[count - 1]], simulations);
  }

  private static Population population(Draws kept, double tolerance, long simulations) {
    int n = kept.distance.length;
    Tensor equal = Tensor.full(Shape.of(n), 1.0 / n).cast(DType.F64).evaluate();
    return new Population(kept.theta, kept.statistics, equal, tolerance, simulations);
  }

  /**
   * Returns parameters moved to where they would be if their statistics were the observed ones, by
   * a linear regression that counts near ones for more (Beaumont, Zhang and Balding, "Approximate
   * Bayesian computation in population genetics", 2002):
   *
   * <pre>
   * (α, β) = argmin Σᵢ (θᵢ − α − (sᵢ − s₀)ᵀ β)² wᵢ K(‖sᵢ − s₀‖),   K(t) = 1 − (t / ε)²
   * θᵢ* = θᵢ − (sᵢ − s₀)ᵀ β,   with the weights wᵢ K
   * </pre>
   *
   * @throws IllegalArgumentException if there are no more draws than statistics
   */
  public Population regressionAdjusted(Population p) {
    int statistics = observed.shape().dim(0);
    if (p.size() <= statistics + 1) {
      throw new IllegalArgumentException(
          "abc: %d draws are too few to regress on %d statistics".formatted(p.size(), statistics));
    }
    if (p.tolerance() == 0) {
      return p; // all statistics are the observed ones
    }
    Tensor away = p.statistics().sub(observed).div(scale).cast(DType.F64).evaluate(); // [n, s]
    Tensor square = away.square().sum(1).div(p.tolerance() * p.tolerance());
    Tensor kernel = p.weights().mul(square.rsub(1).maximum(0)); // [n]
    Tensor weights = kernel.div(kernel.sum()).evaluate();
    Tensor theta = p.parameters().cast(DType.F64); // [n, p]
    Tensor root = weights.sqrt().unsqueeze(1);
    Tensor design = away.pad(1, 1, 0, 1).mul(root); // [n, 1 + s]
    Tensor fitted = LinearAlgebra.leastSquares(design.evaluate(), theta.mul(root).evaluate(), 0);
    Tensor beta = fitted.slice(0, 1, statistics + 1); // [s, p]
    Tensor moved = theta.sub(away.matmul(beta)).cast(p.parameters().dtype()).evaluate();
    return new Population(moved, p.statistics(), weights, p.tolerance(), p.simulations());
  }
}
