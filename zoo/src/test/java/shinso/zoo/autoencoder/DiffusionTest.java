package shinso.zoo.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/** The pieces of the bound by quadrature and by enumeration; ways back that are known. */
@Tag("row-L8")
final class DiffusionTest {
  /** −½ log 2πe. */
  private static final double NORMAL = -1.418938533;

  /** Three nodes of Gauss and Hermite: right for polynomials up to the fifth degree. */
  private static final double[] NODES = {-Math.sqrt(3), 0, Math.sqrt(3)};

  private static final double[] WEIGHTS = {1.0 / 6, 2.0 / 3, 1.0 / 6};

  private static NoiseSchedule schedule(int steps) {
    double[] betas = new double[steps];
    Arrays.setAll(betas, i -> 0.05 + 0.8 * i / steps);
    return new NoiseSchedule(betas);
  }

  private static Layer zero(int outputs) {
    return (in, pass) -> in.slice(1, 0, 1).tile(1, outputs).mul(0);
  }

  private static Tensor times(int n, int t) {
    int[] all = new int[n];
    Arrays.fill(all, t);
    return Tensor.of(all, n);
  }

  /** Finds the step that a network is told of. */
  private static Tensor timeOf(Tensor in, NoiseSchedule schedule) {
    int size = in.shape().dim(1) - NoiseSchedule.featureCount();
    Tensor rows = schedule.features(Tensor.iota(schedule.steps() + 1), in.dtype());
    Tensor told = in.slice(1, size, in.shape().dim(1)).unsqueeze(1);
    return told.sub(rows).square().sum(2).argmin(1);
  }

  // ---- real values

  /** E over x₀ ~ N(0, 1) and noise, exactly: all pieces are quadratic in both. */
  private static double expected(GaussianDiffusion diffusion) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        Tensor x0 = Tensor.of(new double[] {NODES[i]}, 1, 1);
        Tensor noise = Tensor.of(new double[] {NODES[j]}, 1, 1);
        Tensor all = diffusion.end(x0).add(diffusion.first(x0, noise));
        for (int t = 2; t <= diffusion.schedule().steps(); t++) {
          all = all.add(diffusion.middle(x0, times(1, t), noise));
        }
        sum += WEIGHTS[i] * WEIGHTS[j] * all.item();
      }
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 40})
  void theBoundOfTheNormalDistribution(int steps) {
    NoiseSchedule schedule = schedule(steps);
    GaussianDiffusion means =
        new GaussianDiffusion(zero(2), schedule, GaussianDiffusion.Target.MEAN_AND_VARIANCE, 1);
    assertEquals(NORMAL, expected(means), 1e-9);

    // The noise that is expected given x is √(1 − ᾱₜ) x.
    Layer noise =
        (in, pass) ->
            in.slice(1, 0, 1).mul(schedule.noise(timeOf(in, schedule), in.dtype()).sqrt());
    GaussianDiffusion noises =
        new GaussianDiffusion(noise, schedule, GaussianDiffusion.Target.NOISE, 1);
    assertEquals(NORMAL, expected(noises), 1e-9);
  }

  /** For one example it is log N(x₀; 0, 1), since the way back is the true one. */
  @Test
  void theBoundOfAnExampleIsTight() {
    NoiseSchedule schedule = schedule(10);
    GaussianDiffusion diffusion =
        new GaussianDiffusion(zero(2), schedule, GaussianDiffusion.Target.MEAN_AND_VARIANCE, 1);
    int n = 40_000;
    Tensor x0 = Tensor.ones(n, 1).mul(1.5);
    Tensor bound = diffusion.bound(x0, 9, Rng.of(1)).evaluate();
    double error = Math.sqrt(bound.variance().item() / n);
    assertEquals(-0.5 * Math.log(2 * Math.PI) - 1.125, bound.mean().item(), 4 * error);
  }

  @Test
  void theBoundBySomeStepsIsUnbiased() {
    GaussianDiffusion diffusion = dense(GaussianDiffusion.Target.MEAN_AND_VARIANCE);
    int n = 4_000;
    Tensor x0 = Slopes.random(9, 1, 2).tile(0, n).evaluate();
    Tensor some = diffusion.bound(x0, 2, Rng.of(2)).evaluate();
    Tensor all = diffusion.bound(x0, 4, Rng.of(3)).evaluate();
    double error = Math.sqrt((some.variance().item() + all.variance().item()) / n);
    assertEquals(all.mean().item(), some.mean().item(), 4 * error);
  }

  /** q(xₜ₋₁ | xₜ, x₀) by Bayes' rule on a grid. */
  @Test
  void thePosteriorByQuadrature() {
    NoiseSchedule schedule = schedule(5);
    GaussianDiffusion diffusion =
        new GaussianDiffusion(zero(2), schedule, GaussianDiffusion.Target.MEAN_AND_VARIANCE, 1);
    double x0 = 0.7;
    double xt = -0.4;
    for (int t = 2; t <= 5; t++) {
      double beta = schedule.betas()[t - 1];
      double alphaBar = 1;
      for (int s = 1; s < t; s++) {
        alphaBar *= 1 - schedule.betas()[s - 1];
      }
      double mass = 0;
      double mean = 0;
      double square = 0;
      for (double x = -8; x <= 8; x += 1e-3) {
        double there = (xt - Math.sqrt(1 - beta) * x) * (xt - Math.sqrt(1 - beta) * x) / beta;
        double before = x - Math.sqrt(alphaBar) * x0;
        double w = Math.exp(-0.5 * (there + before * before / (1 - alphaBar)));
        mass += w;
        mean += w * x;
        square += w * x * x;
      }
      mean /= mass;
      var q =
          diffusion.posterior(
              Tensor.of(new double[] {x0}, 1, 1), Tensor.of(new double[] {xt}, 1, 1), times(1, t));
      assertEquals(mean, q.mean().item(), 1e-9);
      assertEquals(square / mass - mean * mean, q.variance().item(), 1e-9);
    }
  }

  /**
   * KL = ½ (r − 1 − log r) + βₜ / (2 αₜ (1 − ᾱₜ)) |ε − ε̂|², r the ratio of the variances (eq. 12).
   */
  @Test
  void piecesForTheNoise() {
    GaussianDiffusion diffusion = dense(GaussianDiffusion.Target.NOISE);
    NoiseSchedule schedule = diffusion.schedule();
    Tensor x0 = Slopes.random(1, 3, 2);
    Tensor noise = Slopes.random(2, 3, 2);
    for (int t = 2; t <= 5; t++) {
      Tensor xt = diffusion.diffuse(x0, times(3, t), noise);
      Tensor told = schedule.features(times(3, t), DType.F64);
      Tensor guess =
          ((Dense) diffusion.network())
              .forward(Tensor.concat(1, List.of(xt, told)), Pass.inference());
      double beta = schedule.betas()[t - 1];
      double now = schedule.noise(times(1, t), DType.F64).item();
      double before = schedule.noise(times(1, t - 1), DType.F64).item();
      double r = before / now;
      double constant = 0.5 * (r - 1 - Math.log(r)) * 2;
      Tensor kl = guess.sub(noise).square().sum(1).mul(beta / (2 * (1 - beta) * now)).add(constant);
      Tensor difference = diffusion.middle(x0, times(3, t), noise).add(kl);
      assertEquals(0, difference.abs().max().item(), 1e-10);
    }
  }

  private static GaussianDiffusion dense(GaussianDiffusion.Target target) {
    int outputs = 2 * target.outputs();
    Dense network =
        new Dense(Slopes.param(3, GaussianDiffusion.inputs(2), outputs), Slopes.param(4, outputs));
    return new GaussianDiffusion(network, schedule(5), target, 2);
  }

  @ParameterizedTest
  @EnumSource(GaussianDiffusion.Target.class)
  void gradients(GaussianDiffusion.Target target) {
    GaussianDiffusion diffusion = dense(target);
    Tensor x0 = Slopes.random(5, 4, 2);
    Slopes.check(diffusion, () -> diffusion.loss(x0, Rng.of(6)));
    Slopes.check(diffusion, () -> diffusion.bound(x0, 2, Rng.of(7)));
  }

  /** Equilibrium stays what it is, over a thousand steps of one program. */
  @Test
  void aThousandStepsAreTracedOnce() {
    AtomicInteger traced = new AtomicInteger();
    Layer counting =
        (in, pass) -> {
          traced.incrementAndGet();
          return zero(2).forward(in, pass);
        };
    GaussianDiffusion diffusion =
        new GaussianDiffusion(
            counting, NoiseSchedule.linear(1_000), GaussianDiffusion.Target.MEAN_AND_VARIANCE, 1);
    int n = 4_000;
    Tensor x = diffusion.sample(n, Rng.of(8));
    assertEquals(1, traced.get());
    assertEquals(0, x.mean().item(), 4 / Math.sqrt(n));
    assertEquals(1, x.variance().item(), 4 * Math.sqrt(2.0 / n));
  }

  @Test
  void linearSchedulesLeaveLittle() {
    assertEquals(1e-4, NoiseSchedule.linear(1_000).betas()[0], 1e-12);
    assertEquals(0.02, NoiseSchedule.linear(1_000).betas()[999], 1e-12);
    assertEquals(4.0e-5, NoiseSchedule.linear(1_000).left(), 0.1e-5);
    assertTrue(NoiseSchedule.linear(40).left() < 1e-4);
    assertThrows(IllegalArgumentException.class, () -> NoiseSchedule.linear(10));
    assertThrows(IllegalArgumentException.class, () -> new NoiseSchedule(new double[] {0.5, 0}));
  }

  // ---- binary units

  private static final int[][] STATES = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};

  private static Tensor state(int s) {
    return Tensor.of(new double[] {STATES[s][0], STATES[s][1]}, 1, 2);
  }

  private static BinomialDiffusion binomial() {
    Dense network = new Dense(Slopes.param(1, BinomialDiffusion.inputs(2), 2), Slopes.param(2, 2));
    return new BinomialDiffusion(network, schedule(3), Tensor.of(new double[] {0.2, 0.6}, 2));
  }

  private static double probability(double[] p, int s) {
    double product = 1;
    for (int i = 0; i < 2; i++) {
      product *= STATES[s][i] == 1 ? p[i] : 1 - p[i];
    }
    return product;
  }

  /** All 64 trajectories of three steps of two bits. */
  @Test
  void theBoundByEnumeration() {
    BinomialDiffusion diffusion = binomial();
    double[][][] back = new double[4][4][4]; // t, xₜ, xₜ₋₁
    double[][][] forth = new double[4][4][4]; // t, xₜ₋₁, xₜ
    for (int t = 1; t <= 3; t++) {
      double beta = diffusion.schedule().betas()[t - 1];
      for (int a = 0; a < 4; a++) {
        double[] p = diffusion.reverse(state(a), times(1, t)).sigmoid().toDoubleArray();
        double[] q = {STATES[a][0] * (1 - beta) + beta / 2, STATES[a][1] * (1 - beta) + beta / 2};
        for (int b = 0; b < 4; b++) {
          back[t][a][b] = probability(p, b);
          forth[t][a][b] = probability(q, b);
        }
      }
    }
    double total = 0;
    for (int s = 0; s < 4; s++) {
      double likelihood = 0;
      double bound = 0;
      for (int one = 0; one < 4; one++) {
        for (int two = 0; two < 4; two++) {
          for (int three = 0; three < 4; three++) {
            double p = 0.25 * back[3][three][two] * back[2][two][one] * back[1][one][s];
            double q = forth[1][s][one] * forth[2][one][two] * forth[3][two][three];
            likelihood += p;
            bound += q * Math.log(p / q);
          }
        }
      }
      total += likelihood;
      Tensor x0 = state(s);
      double pieces = diffusion.end(x0).item();
      for (int t = 1; t <= 3; t++) {
        double[] q = diffusion.diffused(x0, times(1, t)).toDoubleArray();
        for (int a = 0; a < 4; a++) {
          pieces += probability(q, a) * diffusion.piece(x0, state(a), times(1, t)).item();
        }
      }
      assertEquals(bound, pieces, 1e-12);
      assertTrue(bound < Math.log(likelihood), "a bound is below");
      int n = 3_000;
      for (int draws : new int[] {1, 3}) {
        Tensor estimates = diffusion.bound(x0.tile(0, n), draws, Rng.of(s)).evaluate();
        double error = Math.sqrt(estimates.variance().item() / n);
        assertEquals(bound, estimates.mean().item(), 4 * error, draws + " steps");
      }
    }
    assertEquals(1, total, 1e-12);
  }

  /** Independent units: the log odds before the step are the true way back, and all is tight. */
  @Test
  void oneUnitIsTight() {
    double one = 0.3;
    NoiseSchedule schedule = NoiseSchedule.erasing(6);
    assertEquals(0, schedule.left());
    BinomialDiffusion diffusion =
        new BinomialDiffusion(zero(1), schedule, Tensor.of(new double[] {one}, 1));
    for (int x = 0; x < 2; x++) {
      Tensor x0 = Tensor.of(new double[] {x}, 1, 1);
      double bound = diffusion.end(x0).item();
      for (int t = 1; t <= 6; t++) {
        double q = diffusion.diffused(x0, times(1, t)).item();
        for (int a = 0; a < 2; a++) {
          Tensor xt = Tensor.of(new double[] {a}, 1, 1);
          bound += (a == 1 ? q : 1 - q) * diffusion.piece(x0, xt, times(1, t)).item();
        }
      }
      assertEquals(Math.log(x == 1 ? one : 1 - one), bound, 1e-12);
    }
    int n = 20_000;
    BinomialDiffusion single =
        new BinomialDiffusion(zero(1), schedule, Tensor.of(new float[] {(float) one}, 1));
    double share = single.sample(n, Rng.of(4)).mean().item();
    assertEquals(one, share, 4 * Math.sqrt(one * (1 - one) / n));
  }

  /** Units that don't depend on each other: what is given stays, the other has its share. */
  @Test
  void completesBits() {
    Tensor rates = Tensor.of(new float[] {0.2f, 0.7f}, 2);
    BinomialDiffusion diffusion = new BinomialDiffusion(zero(2), NoiseSchedule.erasing(6), rates);
    int n = 4_000;
    Tensor x = Tensor.of(new float[] {1, 0}).unsqueeze(0).tile(0, n);
    Tensor y = diffusion.complete(x, Tensor.of(new float[] {1, 0}), Rng.of(5));
    assertEquals(x.shape(), y.shape());
    assertEquals(1, y.slice(1, 0, 1).min().item());
    double share = y.slice(1, 1, 2).mean().item();
    assertEquals(0.7, share, 4 * Math.sqrt(0.7 * 0.3 / n));
  }

  /** Of a normal distribution, whose way back is known. */
  @Test
  void completesNumbers() {
    GaussianDiffusion diffusion =
        new GaussianDiffusion(zero(4), schedule(10), GaussianDiffusion.Target.MEAN_AND_VARIANCE, 2);
    int n = 4_000;
    Tensor x = Tensor.of(new float[] {1.5f, 9}).unsqueeze(0).tile(0, n);
    Tensor y = diffusion.complete(x, Tensor.of(new float[] {1, 0}), Rng.of(6)).evaluate();
    assertEquals(0, y.slice(1, 0, 1).sub(1.5).abs().max().item());
    Tensor drawn = y.slice(1, 1, 2);
    assertEquals(0, drawn.mean().item(), 4 / Math.sqrt(n));
    assertEquals(1, drawn.square().mean().item(), 4 * Math.sqrt(2.0 / n));
  }

  @Test
  void gradientsForBits() {
    BinomialDiffusion diffusion = binomial();
    Tensor x0 = Tensor.of(new double[] {0, 1, 1, 1, 0, 0}, 3, 2);
    Slopes.check(diffusion, () -> diffusion.bound(x0, 3, Rng.of(5)));
  }
}
