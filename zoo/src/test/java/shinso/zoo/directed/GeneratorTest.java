package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/** A generator of one latent variable, which can be integrated over. */
@Tag("row-J6")
final class GeneratorTest {
  private static final int BITS = 4;
  private static final int STATES = 1 << BITS;

  private static Generator binary() {
    return new Generator(Differences.Mlp.of(1, 1, 3, BITS), new Observation.Binary(), 1);
  }

  private static Tensor states() {
    return Enumeration.of(BITS).states().cast(DType.F64).evaluate();
  }

  /** p(x) of all states, by the midpoint rule over z. */
  private static double[] integrated(Generator generator, Tensor x) {
    int n = 400;
    double[] grid = new double[n];
    double[] share = new double[n];
    for (int i = 0; i < n; i++) {
      grid[i] = -8 + 16 * (i + 0.5) / n;
      share[i] = Math.exp(-0.5 * grid[i] * grid[i]) / Math.sqrt(2 * Math.PI) * 16 / n;
    }
    int b = x.shape().dim(0);
    Tensor z = Tensor.of(grid, n, 1, 1).tile(1, b);
    Tensor p = generator.logConditional(x, z, Pass.inference()).exp(); // [n, b]
    return p.mul(Tensor.of(share, n, 1)).sum(0).toDoubleArray();
  }

  @Test
  void probabilitiesSumToOneAndAreEstimated() {
    double[] p = integrated(binary(), states());
    double sum = 0;
    for (double each : p) {
      sum += each;
    }
    assertEquals(1, sum, 1e-9);
    int repeats = 4_000;
    Tensor many = states().tile(0, repeats);
    Tensor estimates = binary().logProbability(many, 5, Rng.of(3)).exp().reshape(repeats, STATES);
    double[] mean = estimates.mean(0).toDoubleArray();
    double[] variance = estimates.variance(0).toDoubleArray();
    for (int s = 0; s < STATES; s++) {
      assertEquals(p[s], mean[s], 4.5 * Math.sqrt(variance[s] / repeats), "state " + s);
    }
  }

  /** χ² of 16 cells has mean 15 and deviation √30. */
  @Test
  void samplesAreDrawnFromTheDistribution() {
    int n = 20_000;
    double[] p = integrated(binary(), states());
    Layer network = (z, pass) -> binary().network().forward(z.cast(DType.F64), pass);
    Generator single = new Generator(network, new Observation.Binary(), 1);
    double[] bits = single.sample(n, Rng.of(7)).toDoubleArray();
    int[] counts = new int[STATES];
    for (int s = 0; s < n; s++) {
      int state = 0;
      for (int i = 0; i < BITS; i++) {
        state |= (int) bits[s * BITS + i] << i;
      }
      counts[state]++;
    }
    double chi = 0;
    for (int s = 0; s < STATES; s++) {
      chi += Math.pow(counts[s] - n * p[s], 2) / (n * p[s]);
    }
    assertEquals(15, chi, 4 * Math.sqrt(30), "seed 7");
  }

  private static Param param(double... values) {
    Tensor t = Tensor.of(values, values.length).cast(DType.F64);
    return Param.of((values.length == 1 ? t.reshape() : t).evaluate());
  }

  /** The probabilities of all levels of a pixel sum to 1, wherever the output lies. */
  @Test
  void levelsSumToOne() {
    Observation.Levels levels = new Observation.Levels(param(-2), 5);
    Tensor x = Tensor.iota(5).cast(DType.F64).div(4).reshape(5, 1);
    for (double y : new double[] {-1, 0.1, 0.5, 3}) {
      Tensor at = Tensor.full(Shape.of(1, 5, 1), y).cast(DType.F64);
      assertEquals(1, levels.logProbability(x, at).exp().sum().item(), 1e-9);
    }
  }

  @Test
  void drawsHaveTheMeansAndDeviations() {
    int n = 40_000;
    Tensor y = Tensor.of(new double[] {0.5, -1, 0.2, 0.7}, 1, 4).tile(0, n);
    Observation.Real real = Observation.Real.ofGenerator(0.1);
    Tensor draws = real.sample(y, Rng.of(1)); // [n, 2]
    double[] mean = draws.mean(0).toDoubleArray();
    double[] variance = draws.variance(0).toDoubleArray();
    for (int i = 0; i < 2; i++) {
      double sigma = 0.1 * (1 + Math.exp(i == 0 ? 0.2 : 0.7));
      assertEquals(i == 0 ? 0.5 : -1, mean[i], 4 * sigma / Math.sqrt(n));
      assertEquals(sigma * sigma, variance[i], 4 * sigma * sigma * Math.sqrt(2.0 / n));
    }
  }

  @Test
  void gradientsByTheOutput() {
    Tensor x = Tensor.of(new double[] {0, 1, 0.5, 1, 0, 0.5}, 2, 3).cast(DType.F64);
    Tensor y = Tensor.normal(Rng.of(1), 4, 2, 3).cast(DType.F64);
    Tensor pairs = Tensor.normal(Rng.of(2), 4, 2, 6).cast(DType.F64);
    List<Observation> all =
        List.of(
            new Observation.Binary(),
            new Observation.Real(param(-1, 0.2, 1), 0.1),
            new Observation.Levels(param(-1), 3));
    for (Observation o : all) {
      GradientCheck.run(in -> o.logProbability(x, in.get(0)), List.of(y), 2, Rng.of(3))
          .requireBelow(1e-6);
    }
    Observation both = Observation.Real.ofGenerator(0.1);
    GradientCheck.run(in -> both.logProbability(x, in.get(0)), List.of(pairs), 2, Rng.of(4))
        .requireBelow(1e-6);
  }
}
