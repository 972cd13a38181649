package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

class HmcTest {
  private static final long SEED = 20_261_202;

  /** A bent normal distribution: x ~ N(0, 1), y ~ N(x², ½²). */
  private static Tensor banana(Tensor q) {
    Tensor x = q.at(1, 0);
    Tensor y = q.at(1, 1);
    return x.square().mul(0.5).add(y.sub(x.square()).square().mul(2));
  }

  /** A normal distribution with mean (1, −2) and covariance [[2, 0.6], [0.6, 0.5]]. */
  private static Tensor gaussian(Tensor q) {
    Tensor x = q.at(1, 0).sub(1);
    Tensor y = q.at(1, 1).add(2);
    double det = 2 * 0.5 - 0.36;
    Tensor form = x.square().mul(0.5).add(y.square().mul(2)).sub(x.mul(y).mul(1.2));
    return form.mul(0.5 / det);
  }

  private static Tensor number(double v) {
    return Tensor.of(new double[] {v}).squeeze(0);
  }

  @Test
  void aTrajectoryLeadsBack() {
    Hmc hmc = Hmc.of(HmcTest::banana).leaps(15);
    Hmc.Phase start =
        new Hmc.Phase(random(DType.F64, SEED, 6, 2), random(DType.F64, SEED + 1, 6, 2));
    Hmc.Phase end = hmc.leapfrog(start, number(0.05));
    Hmc.Phase back = hmc.leapfrog(end.reversed(), number(0.05)).reversed();
    assertClose(start.position().toDoubleArray(), back.position(), 1e-10);
    assertClose(start.momentum().toDoubleArray(), back.momentum(), 1e-10);
    assertTrue(end.position().sub(start.position()).abs().max().item() > 0.1);
  }

  /** The determinant of (q', p') by (q, p) is 1. */
  @Test
  void aTrajectoryPreservesVolume() {
    Hmc hmc = Hmc.of(HmcTest::banana).leaps(4);
    Tensor all = random(DType.F64, SEED, 1, 4);
    Hmc.Phase end =
        hmc.leapfrog(new Hmc.Phase(all.slice(1, 0, 2), all.slice(1, 2, 4)), number(0.1));
    Tensor out = Tensor.concat(1, List.of(end.position(), end.momentum()));
    double[][] j = new double[4][];
    for (int i = 0; i < 4; i++) {
      j[i] = Autodiff.gradient(out.at(1, i).sum(), all).toDoubleArray();
    }
    assertEquals(1, determinant(j), 1e-10);
  }

  private static double determinant(double[][] m) {
    double det = 1;
    for (int c = 0; c < m.length; c++) {
      det *= m[c][c];
      for (int r = c + 1; r < m.length; r++) {
        double f = m[r][c] / m[c][c];
        for (int k = c; k < m.length; k++) {
          m[r][k] -= f * m[c][k];
        }
      }
    }
    return det;
  }

  /** The error of the energy falls with the square of the step size. */
  @Test
  void energyIsKeptToSecondOrder() {
    Hmc.Phase start =
        new Hmc.Phase(random(DType.F64, SEED, 20, 2), random(DType.F64, SEED + 1, 20, 2));
    double[] errors = new double[3];
    for (int i = 0; i < errors.length; i++) {
      Hmc hmc = Hmc.of(HmcTest::banana).leaps(50 << i);
      Hmc.Phase end = hmc.leapfrog(start, number(0.01 / (1 << i)));
      errors[i] = hmc.hamiltonian(end).sub(hmc.hamiltonian(start)).square().mean().sqrt().item();
    }
    assertTrue(errors[0] < 0.1, "error " + errors[0]);
    assertEquals(4, errors[0] / errors[1], 0.2);
    assertEquals(4, errors[1] / errors[2], 0.05);
  }

  /** Chains that have the distribution keep it: exact draws after one move have its moments. */
  @Test
  void aMoveLeavesTheDistributionAsItIs() {
    int n = 100_000;
    Tensor x = Tensor.normal(Rng.of(SEED), n);
    Tensor y = x.square().add(Tensor.normal(Rng.of(SEED + 1), n).mul(0.5));
    Tensor q = Tensor.stack(1, List.of(x, y)).evaluate();
    // A step so long that many moves are refused.
    Hmc.Move move = Hmc.of(HmcTest::banana).leaps(3).move(q, Tensor.scalar(0.45), Rng.of(7));
    double rate = move.acceptance().mean().item();
    assertTrue(rate > 0.3 && rate < 0.9, "rate " + rate);
    requireBanana(move.position().unsqueeze(0));
  }

  /** E x = 0, E x² = 1, E y = 1, E x y = E x³ = 0, and y − x² has the variance ¼. */
  private static void requireBanana(Tensor draws) {
    Tensor x = draws.at(2, 0); // [draws, chains]
    Tensor y = draws.at(2, 1);
    requireMean(0, x);
    requireMean(1, x.square());
    requireMean(1, y);
    requireMean(0, x.mul(y));
    requireMean(0.25, y.sub(x.square()).square());
  }

  /** The error of the mean is that of the means of independent chains; four of it are allowed. */
  private static void requireMean(double expected, Tensor values) {
    Tensor each = values.mean(0).evaluate(); // [chains]
    int chains = each.shape().size();
    double error = Math.sqrt(each.variance(new int[] {0}, 1).item() / chains);
    assertEquals(expected, each.mean().item(), 4 * error);
  }

  @Test
  void aGaussiansMoments() {
    Hmc.Run run =
        Hmc.of(HmcTest::gaussian)
            .leaps(8)
            .stepSize(1.5)
            .run(Tensor.zeros(400, 2), 150, 250, Rng.of(SEED));
    assertEquals(Shape.of(250, 400, 2), run.draws().shape());
    assertEquals(0.65, run.acceptance(), 0.1);
    Tensor q = run.pooled();
    assertEquals(Shape.of(100_000, 2), q.shape());
    Tensor x = run.draws().at(2, 0).sub(1);
    Tensor y = run.draws().at(2, 1).add(2);
    requireMean(0, x);
    requireMean(0, y);
    requireMean(2, x.square());
    requireMean(0.5, y.square());
    requireMean(0.6, x.mul(y));
  }

  @Test
  void aBananasMoments() {
    Hmc.Run run =
        Hmc.of(HmcTest::banana).target(0.8).run(Tensor.zeros(400, 2), 200, 250, Rng.of(SEED));
    assertEquals(0.8, run.acceptance(), 0.1);
    requireBanana(run.draws());
  }

  /**
   * ∫ f(q) g(q') π(q) T(q → q') dq dq' is the same with f and g in turn, by quadrature over all
   * positions and momenta. What is refused stays, and gives f(q) g(q) on both sides.
   *
   * @param dimensions of the position
   * @param end of the grid in each direction
   * @param length ε, so long that the test of acceptance matters
   */
  private static void requireDetailedBalance(
      UnaryOperator<Tensor> energy, int dimensions, int points, double end, double length) {
    Hmc hmc = Hmc.of(energy).leaps(3);
    int rows = (int) Math.pow(points, 2 * dimensions);
    double[] grid = new double[rows * 2 * dimensions];
    for (int i = 0; i < rows; i++) {
      for (int d = 0, rest = i; d < 2 * dimensions; d++, rest /= points) {
        grid[i * 2 * dimensions + d] = -end + 2 * end * (rest % points + 0.5) / points;
      }
    }
    Tensor all = Tensor.of(grid, rows, 2 * dimensions).cast(DType.F32);
    Tensor q = all.slice(1, 0, dimensions);
    Hmc.Phase start = new Hmc.Phase(q, all.slice(1, dimensions, 2 * dimensions));
    Hmc.Phase stop = hmc.leapfrog(start, Tensor.scalar(length));
    Tensor before = hmc.hamiltonian(start);
    Tensor accept = before.sub(hmc.hamiltonian(stop)).minimum(0).exp();
    Tensor weight = before.neg().exp();
    Tensor there = flux(q, stop.position()).mul(accept).mul(weight).sum();
    Tensor back = flux(stop.position(), q).mul(accept).mul(weight).sum();
    Tensor untested = flux(q, stop.position()).sub(flux(stop.position(), q)).mul(weight).sum();
    Tensor rate = accept.mul(weight).sum().div(weight.sum());
    double z = weight.sum().item();
    assertTrue(rate.item() < 0.95, "rate " + rate.item());
    assertEquals(there.item() / z, back.item() / z, 2e-4);
    // Without the test of acceptance there is no balance.
    assertTrue(Math.abs(untested.item() / z) > 5e-3, "untested " + untested.item() / z);
  }

  /** f(a) g(b) of two bumps. */
  private static Tensor flux(Tensor a, Tensor b) {
    Tensor f = a.at(1, 0).sub(0.5).square().neg().exp();
    return f.mul(b.sub(1).square().sum(1).mul(-0.7).exp());
  }

  @Test
  void detailedBalanceOfAGaussian() {
    requireDetailedBalance(q -> q.square().sum(1).mul(1.1), 1, 600, 7, 1.2);
  }

  @Test
  void detailedBalanceOfABanana() {
    requireDetailedBalance(HmcTest::banana, 2, 28, 5, 0.7);
  }

  /** log ε rises by a twentieth of what the rate lies above its target. */
  @Test
  void theStepSizeOfALearnerFollowsTheRate() {
    Hmc hmc = Hmc.of(HmcTest::banana).target(0.9);
    Tensor higher = hmc.adapted(number(0.1), Tensor.of(new double[] {1, 1}));
    assertEquals(0.1 * Math.exp(0.005), higher.item(), 1e-12);
    Tensor q = Tensor.zeros(200, 2);
    Tensor size = Tensor.scalar(0.5);
    double rate = 0;
    for (int i = 0; i < 200; i++) {
      Hmc.Move move = hmc.leaps(5).move(q, size, Rng.of(SEED).split(i));
      Tensor next = hmc.adapted(size, move.acceptance());
      List<Tensor> values =
          Tensor.evaluate(List.of(move.position(), next, move.acceptance().mean()));
      q = values.get(0);
      size = values.get(1);
      rate += i < 100 ? 0 : values.get(2).item() / 100;
    }
    assertEquals(0.9, rate, 0.03);
  }

  @Test
  void aTrajectoryThatLeavesTheNumbersIsRefused() {
    Hmc hmc = Hmc.of(q -> q.square().square().sum(-1)).leaps(10);
    Tensor q = Tensor.full(Shape.of(5, 3), 3);
    Hmc.Move move = hmc.move(q, Tensor.scalar(50), Rng.of(1));
    assertArrayEquals(new float[5], move.acceptance().toFloatArray());
    assertArrayEquals(q.toFloatArray(), move.position().toFloatArray());
  }

  @Test
  void theSameKeyGivesTheSameDraws() {
    Hmc hmc = Hmc.of(HmcTest::gaussian).leaps(5);
    Tensor start = Tensor.zeros(10, 2);
    float[] one = hmc.run(start, 5, 5, Rng.of(3)).draws().toFloatArray();
    assertArrayEquals(one, hmc.run(start, 5, 5, Rng.of(3)).draws().toFloatArray());
  }

  @Test
  void saysWhatDoesNotFit() {
    Hmc hmc = Hmc.of(HmcTest::gaussian);
    refusal(() -> hmc.leaps(0));
    refusal(() -> hmc.stepSize(0));
    refusal(() -> hmc.target(1));
    refusal(() -> hmc.run(Tensor.zeros(2), 1, 1, Rng.of(1)));
    refusal(() -> hmc.run(Tensor.zeros(2, 2), 1, 0, Rng.of(1)));
  }
}
