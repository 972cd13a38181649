package shinso.nn.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;

/** The run of {@link AbcSmc} whose tolerances follow from the population. */
final class AbcSmcAdaptive {
  private final Abc abc;
  private final int n;
  private final AbcSmc.Adaptive rule;
  private final Program proposal;

  /** θ, {@code [n, p]}. */
  private Tensor theta;

  /** Statistics of one data set of each, {@code [n, s]}. */
  private Tensor statistics;

  /** d, the distances of M data sets of each. */
  private double[][] distance;

  private double[] weight;
  private double tolerance = Double.POSITIVE_INFINITY;
  private long simulations;

  AbcSmcAdaptive(Abc abc, int particles, AbcSmc.Adaptive rule) {
    this.abc = abc;
    this.n = particles;
    this.rule = rule;
    this.proposal = Program.of((in, key) -> simulated(moved(in.get(0), in.get(1), key), key));
    this.weight = new double[n];
    this.distance = new double[0][0];
    this.theta = Tensor.zeros(n, abc.parameters());
    this.statistics = Tensor.zeros(n, abc.observed().shape().dim(0));
  }

  List<Population> run(Rng rng) {
    start(rng.split("start"));
    List<Population> all = new ArrayList<>();
    for (int t = 0; tolerance > rule.smallest(); t++) {
      double next = nextTolerance();
      if (!(next < tolerance)) {
        break;
      }
      weight = weights(next);
      tolerance = next;
      if (effectiveSize(weight) < n / 2.0) {
        resample(rng.split("resample").split(t).generator());
      }
      double moved = move(rng.split("move").split(t));
      all.add(population());
      if (moved < rule.leastMoved()) {
        break;
      }
    }
    return all;
  }

  // ---- simulating

  private Tensor moved(Tensor theta, Tensor l, Rng rng) {
    Tensor noise = theta.normalLike(rng.split("step"));
    return theta.add(noise.matmul(l.transpose()));
  }

  /** Returns parameters, whether the prior allows them, statistics and distances. */
  private Step simulated(Tensor to, Rng rng) {
    int m = rule.replicates();
    Tensor log = abc.prior().logProbability(to); // [n]
    Tensor possible = log.greater(Double.NEGATIVE_INFINITY);
    Tensor others = abc.prior().sample(Shape.of(n), rng.split("inside"));
    // The simulator may not work with what the prior forbids.
    Tensor safe = Tensor.select(possible.unsqueeze(1), to, others);
    Tensor each = safe.unsqueeze(1).broadcastTo(Shape.of(n, m, abc.parameters()));
    Tensor s = abc.simulator().simulate(each.reshape(n * m, -1), rng.split("data")); // [n m, s]
    Tensor d = abc.distance(s).reshape(n, m).cast(DType.F32);
    return Step.outputs(safe, log, s.reshape(n, m, -1).at(1, 0), d);
  }

  private void start(Rng rng) {
    Program first =
        Program.of(
            (in, key) -> simulated(abc.prior().sample(Shape.of(n), key.split("prior")), key));
    Program.Result drawn = first.run(rng);
    theta = drawn.output(0);
    statistics = drawn.output(2);
    distance = rows(drawn.output(3));
    Arrays.fill(weight, 1.0 / n);
    simulations = (long) n * rule.replicates();
  }

  private double[][] rows(Tensor distances) {
    double[] d = distances.toDoubleArray();
    int m = rule.replicates();
    return IntStream.range(0, n)
        .mapToObj(i -> Arrays.copyOfRange(d, i * m, (i + 1) * m))
        .toArray(double[][]::new);
  }

  private static int near(double[] distances, double tolerance) {
    return (int) Arrays.stream(distances).filter(d -> d <= tolerance).count();
  }

  // ---- tolerances and weights

  private static double effectiveSize(double[] weights) {
    return 1 / Arrays.stream(weights).map(w -> w * w).sum();
  }

  /** The weights at a smaller tolerance, adding up to 1; all 0 if nothing comes so near. */
  private double[] weights(double next) {
    double[] w = new double[n];
    for (int i = 0; i < n; i++) {
      double share = (double) near(distance[i], next) / near(distance[i], tolerance);
      w[i] = weight[i] == 0 ? 0 : weight[i] * share;
    }
    double total = Arrays.stream(w).sum();
    return total == 0 ? w : Arrays.stream(w).map(each -> each / total).toArray();
  }

  /** The smallest distance that leaves the share of the effective size, or else the next one. */
  private double nextTolerance() {
    double[] all =
        IntStream.range(0, n)
            .filter(i -> weight[i] > 0)
            .boxed()
            .flatMapToDouble(i -> Arrays.stream(distance[i]))
            .filter(d -> d < tolerance)
            .sorted()
            .distinct()
            .toArray();
    if (all.length == 0) {
      return tolerance;
    }
    double least = rule.keep() * effectiveSize(weight);
    int low = -1; // too small
    int high = all.length - 1;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (effectiveSize(weights(all[middle])) >= least) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Math.max(all[high], rule.smallest());
  }

  /** Systematic resampling. */
  private void resample(RandomGenerator uniform) {
    double u = uniform.nextDouble();
    int[] from = new int[n];
    double below = weight[0];
    int i = 0;
    for (int k = 0; k < n; k++) {
      while (below < (k + u) / n && i < n - 1) {
        below += weight[++i];
      }
      from[k] = i;
    }
    Tensor at = Tensor.of(from);
    theta = theta.gather(0, at).evaluate();
    statistics = statistics.gather(0, at).evaluate();
    distance = Arrays.stream(from).mapToObj(k -> distance[k]).toArray(double[][]::new);
    Arrays.fill(weight, 1.0 / n);
  }

  // ---- moves

  /** Moves those that are left by Metropolis and Hastings; returns the share that was accepted. */
  private double move(Rng rng) {
    Tensor covariance = population().covariance().mul(2);
    Tensor l = LinearAlgebra.cholesky(covariance.evaluate()).cast(theta.dtype()).evaluate();
    Program.Result drawn = proposal.run(rng.split("proposal"), theta, l);
    simulations += (long) n * rule.replicates();
    double[] to = drawn.output(1).toDoubleArray();
    double[] from = abc.prior().logProbability(theta).toDoubleArray();
    double[][] there = rows(drawn.output(3));
    RandomGenerator uniform = rng.split("accept").generator();
    float[] accepted = new float[n];
    int alive = 0;
    int moved = 0;
    for (int i = 0; i < n; i++) {
      double u = uniform.nextDouble();
      alive += weight[i] > 0 ? 1 : 0;
      double ratio =
          Math.exp(to[i] - from[i]) * near(there[i], tolerance) / near(distance[i], tolerance);
      if (weight[i] > 0 && u < ratio) {
        accepted[i] = 1;
        distance[i] = there[i];
        moved++;
      }
    }
    Tensor isMoved = Tensor.of(accepted, n, 1).notEqual(0);
    theta = Tensor.select(isMoved, drawn.output(0), theta).evaluate();
    statistics = Tensor.select(isMoved, drawn.output(2), statistics).evaluate();
    return (double) moved / alive;
  }

  private Population population() {
    return new Population(theta, statistics, Tensor.of(weight.clone(), n), tolerance, simulations);
  }
}
