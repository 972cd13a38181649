package shinso.nn.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * Annealed importance sampling: estimates the normaliser of a distribution by leading chains from
 * one that can be drawn from, through many that lie between.
 *
 * <pre>
 * log w = Σₖ log f_βₖ(xₖ₋₁) − log f_βₖ₋₁(xₖ₋₁),   xₖ ~ Tₖ(· | xₖ₋₁),   E w = Z₁ / Z₀
 * </pre>
 *
 * <p>The mean of the weights is unbiased, and their logarithm's mean falls short of log Z₁, by a
 * lot if chains miss a mode. {@link #reverse} leads chains from draws of the target back, and errs
 * on the other side: where both agree, both can be trusted.
 *
 * {@snippet :
 * Ais ais = Ais.of(path).chains(100).betas(Ais.salakhutdinov());
 * Ais.Bracket z = ais.both(samples, rng);
 * z.warnings().forEach(System.out::println);
 * }
 *
 * <p>Sources: Neal, "Annealed importance sampling" (2001); Salakhutdinov and Murray, "On the
 * quantitative analysis of deep belief networks" (2008); Burda, Grosse and Salakhutdinov, "Accurate
 * and conservative estimates of MRF log-likelihood using reverse annealing" (2015).
 */
public final class Ais {
  /** Temperatures that are one program. */
  private static final int CHUNK = 5;

  /** The share of chains that must carry the weight. */
  private static final double FEW = 0.1;

  private final Path path;
  private final int chains;
  private final double[] betas;
  private final Program up;
  private final Program down;

  private Ais(Path path, int chains, double[] betas) {
    this.path = path;
    this.chains = chains;
    this.betas = betas;
    this.up = Program.compileRandom((Tensor x, Tensor beta, Rng rng) -> heat(x, beta, rng, true));
    this.down =
        Program.compileRandom((Tensor x, Tensor beta, Rng rng) -> heat(x, beta, rng, false));
  }

  /**
   * Unnormalised distributions f_β, from one that can be drawn from at β = 0 to the target at 1.
   */
  public interface Path {
    /** Returns independent draws of the first distribution: {@code [chains, units]}. */
    Tensor start(int chains, Rng rng);

    /** Returns log Z₀, the logarithm of the sum or integral of f₀, in nats. */
    double logNormalizer();

    /**
     * Returns log f_β of each state: {@code [chains, units] -> [chains]}.
     *
     * @param beta a scalar in 0 to 1
     */
    Tensor logWeight(Tensor x, Tensor beta);

    /**
     * Returns log f_to(x) − log f_from(x) of each state: {@code [chains]}. Override it where the
     * difference can be taken term by term: that of two large numbers has few digits in F32.
     */
    default Tensor logRatio(Tensor x, Tensor from, Tensor to) {
      return logWeight(x, to).sub(logWeight(x, from));
    }

    /** Returns the next states of chains that leave f_β as it is: {@code [chains, units]}. */
    Tensor transition(Tensor x, Tensor beta, Rng rng);

    /**
     * Returns the next states of the chain run backwards in time: the same for a reversible one,
     * such as all visible units given all hidden units given all visible units.
     */
    default Tensor reverse(Tensor x, Tensor beta, Rng rng) {
      return transition(x, beta, rng);
    }
  }

  /** Returns a sampler with 100 chains and 1,000 even steps of β. */
  public static Ais of(Path path) {
    return new Ais(path, 100, even(0, 1, 1000));
  }

  /** Returns this with another number of chains. */
  public Ais chains(int count) {
    if (count < 2) {
      throw new IllegalArgumentException(
          "ais: an error can be estimated from two chains or more, not from " + count);
    }
    return new Ais(path, count, betas);
  }

  /**
   * Returns this with other values of β, which are rounded to float.
   *
   * @throws IllegalArgumentException unless they ascend from 0 to 1
   */
  public Ais betas(double... values) {
    double[] v = new double[values.length];
    Arrays.setAll(v, i -> (float) values[i]);
    boolean ascending = v.length > 1 && v[0] == 0 && v[v.length - 1] == 1;
    for (int i = 1; i < v.length; i++) {
      ascending &= v[i] >= v[i - 1];
    }
    if (!ascending) {
      throw new IllegalArgumentException("ais: the betas ascend from 0 to 1");
    }
    return new Ais(path, chains, v);
  }

  /** Returns {@code steps + 1} numbers with even distances, both ends included. */
  public static double[] even(double from, double to, int steps) {
    double[] v = new double[steps + 1];
    Arrays.setAll(v, i -> from + (to - from) * i / steps);
    return v;
  }

  /**
   * Returns the 14,500 steps of Salakhutdinov and Murray, section 4: 500 to β = 0.5, 4,000 to 0.9,
   * and 10,000 to 1.
   */
  public static double[] salakhutdinov() {
    double[] v = new double[14_501];
    System.arraycopy(even(0, 0.5, 500), 0, v, 0, 501);
    System.arraycopy(even(0.5, 0.9, 4000), 0, v, 500, 4001);
    System.arraycopy(even(0.9, 1, 10_000), 0, v, 4500, 10_001);
    return v;
  }

  /** Some steps of all chains: the log-weights they add {@code [chains]}, and the states. */
  private Step heat(Tensor x, Tensor beta, Rng rng, boolean forward) {
    Tensor y = x;
    Tensor sum = null;
    for (int i = 0; i + 1 < beta.shape().dim(0); i++) {
      Tensor from = beta.at(0, i);
      Tensor to = beta.at(0, i + 1);
      if (!forward) {
        y = path.reverse(y, from, rng.split(i));
      }
      Tensor ratio = path.logRatio(y, from, to);
      sum = sum == null ? ratio : sum.add(ratio);
      if (forward) {
        y = path.transition(y, to, rng.split(i));
      }
    }
    return sum == null ? Step.outputs(y) : Step.outputs(y, sum);
  }

  /** Returns the estimate from chains that start at the first distribution. */
  public Estimate forward(Rng rng) {
    Tensor start = path.start(chains, rng.split("start"));
    return anneal(up, start, betas, rng.split("steps"), false);
  }

  /**
   * Returns the estimate from chains that start at the target and end at the first distribution.
   *
   * @param samples draws of the target, exact ones or those of a long run: {@code [chains, units]}
   *     of any number of chains above one
   */
  public Estimate reverse(Tensor samples, Rng rng) {
    if (samples.shape().rank() != 2 || samples.shape().dim(0) < 2) {
      throw new IllegalArgumentException(
          "ais: samples [chains, units] of two chains or more, not " + samples.shape());
    }
    double[] falling = new double[betas.length];
    Arrays.setAll(falling, i -> betas[betas.length - 1 - i]);
    return anneal(down, samples, falling, rng.split("steps"), true);
  }

  /**
   * Returns the estimates of both directions.
   *
   * @param samples draws of the target, {@code [chains, units]}: exact ones, or those of long
   *     chains that began at the data; where these don't mix, the bound from above is not one
   */
  public Bracket both(Tensor samples, Rng rng) {
    return new Bracket(forward(rng.split(0)), reverse(samples, rng.split(1)));
  }

  private Estimate anneal(Program program, Tensor start, double[] beta, Rng rng, boolean reverse) {
    int steps = beta.length - 1;
    int chunk = Math.min(CHUNK, steps);
    double[] logWeights = new double[start.shape().dim(0)];
    Tensor x = start;
    for (int from = 0; from < steps; from += chunk) {
      // The last part is filled up with steps that stay at the last β and add nothing.
      double[] part = new double[chunk + 1];
      int first = from;
      Arrays.setAll(part, i -> beta[Math.min(first + i, steps)]);
      Tensor b = Tensor.of(part).cast(start.dtype());
      Program.Result result = program.run(rng.split(from), x, b);
      x = result.output(0);
      double[] added = result.output(1).toDoubleArray();
      Arrays.setAll(logWeights, i -> logWeights[i] + added[i]);
      requireNumbers(logWeights, part);
    }
    return new Estimate(path.logNormalizer(), logWeights, reverse, x);
  }

  private static void requireNumbers(double[] logWeights, double[] betas) {
    for (int i = 0; i < logWeights.length; i++) {
      if (Double.isNaN(logWeights[i]) || logWeights[i] == Double.POSITIVE_INFINITY) {
        throw new IllegalStateException(
            "ais: the log-weight of chain %d is %s between β = %s and %s; the model's parameters or"
                    .formatted(i, logWeights[i], betas[0], betas[betas.length - 1])
                + " states are not finite there");
      }
    }
  }

  /**
   * Both directions: log Z₁ lies, but for the errors, between what chains from the first
   * distribution find of it and what chains from the target find.
   *
   * @param up from the first distribution to the target
   * @param down from draws of the target back
   */
  public record Bracket(Estimate up, Estimate down) {
    /** Returns the mean of both estimates of log Z₁. */
    public double logZ() {
      return (up.logZ() + down.logZ()) / 2;
    }

    /** Returns how far the estimate from above lies above the one from below, in nats. */
    public double gap() {
      return down.logZ() - up.logZ();
    }

    /** Returns whether the two intervals have a number in common. */
    public boolean agrees() {
      Interval a = up.interval();
      Interval b = down.interval();
      return a.low() <= b.high() && b.low() <= a.high();
    }

    /**
     * Returns what speaks against the estimates, in words: few chains that carry the weight, and
     * directions that disagree. Empty if nothing does.
     */
    public List<String> warnings() {
      List<String> all = new ArrayList<>();
      all.addAll(up.warnings());
      all.addAll(down.warnings());
      if (!agrees()) {
        all.add(
            String.format(
                Locale.ROOT,
                "log Z is %.3f by annealing forward and %.3f by annealing back, %.3f apart, more"
                    + " than their errors explain; anneal in more steps, and draw the samples to"
                    + " begin with by longer chains",
                up.logZ(),
                down.logZ(),
                Math.abs(gap())));
      }
      return List.copyOf(all);
    }
  }

  /**
   * What chains say of log Z₁.
   *
   * @param base log Z₀
   * @param logWeights log w of each chain
   * @param reversed whether the chains ran from the target back, so that E w = Z₀ / Z₁
   * @param states where the chains ended, {@code [chains, units]}
   */
  public record Estimate(double base, double[] logWeights, boolean reversed, Tensor states) {
    /**
     * Returns what the chains of several estimates say together, as if they had been annealed at
     * once: blocks of chains can be computed in several places, each with a key of its own.
     *
     * @param parts of the same path and direction; their order is that of the chains
     * @throws IllegalArgumentException if there are none, or they don't belong together
     */
    public static Estimate merged(List<Estimate> parts) {
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("ais: there are no estimates to merge");
      }
      Estimate first = parts.getFirst();
      for (Estimate part : parts) {
        if (part.base != first.base || part.reversed != first.reversed) {
          throw new IllegalArgumentException(
              "ais: estimates of one path and direction can be merged, not log Z₀ = %s annealed %s and %s annealed %s"
                  .formatted(first.base, first.direction(), part.base, part.direction()));
        }
      }
      return new Estimate(
          first.base,
          parts.stream().flatMapToDouble(p -> Arrays.stream(p.logWeights)).toArray(),
          first.reversed,
          Tensor.concat(0, parts.stream().map(Estimate::states).toList()).evaluate());
    }

    /** Returns the estimate of log Z₁, in nats. */
    public double logZ() {
      double ratio = max() + Math.log(mean());
      return reversed ? base - ratio : base + ratio;
    }

    /**
     * Returns the standard error of {@link #logZ}: by the delta method that of the mean weight
     * divided by the mean weight.
     */
    public double standardError() {
      double[] w = scaled();
      double mean = mean();
      double variance = Arrays.stream(w).map(v -> (v - mean) * (v - mean)).sum() / (w.length - 1);
      return Math.sqrt(variance / w.length) / mean;
    }

    /**
     * Returns the logarithms of the mean weight ± 3 standard errors, the interval in which
     * Salakhutdinov and Murray report log Z₁; an end is infinite where the error is a third of the
     * mean or more.
     */
    public Interval interval() {
      double e = 3 * standardError();
      double less = e < 1 ? Math.log1p(-e) : Double.NEGATIVE_INFINITY;
      double more = Math.log1p(e);
      return reversed
          ? new Interval(logZ() - more, logZ() - less)
          : new Interval(logZ() + less, logZ() + more);
    }

    /** Returns (Σ w)² / Σ w², between 1 and the number of chains: how many count. */
    public double effectiveSampleSize() {
      double[] w = scaled();
      double sum = Arrays.stream(w).sum();
      return sum * sum / Arrays.stream(w).map(v -> v * v).sum();
    }

    /**
     * Returns what speaks against the estimate, in words: that fewer than a tenth of the chains
     * carry the weight, so that the error itself isn't known. Empty if nothing does.
     */
    public List<String> warnings() {
      double n = effectiveSampleSize();
      if (n >= FEW * logWeights.length) {
        return List.of();
      }
      return List.of(
          String.format(
              Locale.ROOT,
              "the weight of %d chains annealed %s is that of %.1f; anneal in more steps",
              logWeights.length,
              direction(),
              n));
    }

    private String direction() {
      return reversed ? "back" : "forward";
    }

    private double max() {
      return Arrays.stream(logWeights).max().orElseThrow();
    }

    /** The weights divided by the largest. */
    private double[] scaled() {
      double max = max();
      return Arrays.stream(logWeights).map(v -> Math.exp(v - max)).toArray();
    }

    private double mean() {
      return Arrays.stream(scaled()).average().orElseThrow();
    }
  }

  /**
   * Two ends.
   *
   * @param low the lower one
   * @param high the upper one
   */
  public record Interval(double low, double high) {
    /** Returns whether a number lies between them. */
    public boolean contains(double x) {
      return low <= x && x <= high;
    }
  }
}
