package shinso.zoo.autoregressive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Densities of real values against integrals. */
@Tag("row-K3")
final class RnadeTest {
  private static final double EDGE = 20;
  private static final double CELL = 0.1;
  private static final int SIDE = (int) Math.round(2 * EDGE / CELL) + 1;

  /** So small that deviations are far above the width of a cell, and the edges far away. */
  private static Param drawn(DType t, long seed, int... dims) {
    return Param.of(Tensor.normal(Rng.of(seed), dims).mul(0.25).cast(t));
  }

  private static Rnade small(DType t, int d) {
    return new Rnade(
        drawn(t, 1, d, 3),
        drawn(t, 2, 3),
        Param.of(
            Tensor.iota(d).cast(t).mul(0.3).rsub(1.2).reshape(d, 1).evaluate()), // no two alike
        drawn(t, 3, d, 3, 6),
        drawn(t, 4, d, 6));
  }

  private static Rnade small(int d) {
    return small(DType.F64, d);
  }

  /** All points of a grid: {@code [points, d]}. */
  private static Tensor grid(int d) {
    int points = d == 1 ? SIDE : SIDE * SIDE;
    double[] x = new double[points * d];
    for (int i = 0; i < points; i++) {
      x[i * d] = -EDGE + CELL * (i % SIDE);
      if (d == 2) {
        x[i * d + 1] = -EDGE + CELL * (i / SIDE);
      }
    }
    return Tensor.of(x, points, d);
  }

  /** Sums over a grid converge fast for densities that are smooth and narrow in each direction. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theDensityIntegratesToOne(int d) {
    Tensor log = small(d).logProbability(grid(d)).logSumExp(0);
    assertEquals(0, log.item() + d * Math.log(CELL), 1e-9);
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    Rnade model = small(3);
    Tensor x = Tensor.normal(Rng.of(8), 5, 3).cast(DType.F64).evaluate();
    DensityChecks.assertGradients(model, () -> model.logProbability(x).sum());
  }

  @Test
  void unitsOneByOneHaveTheDensityOfAllAtOnce() {
    Rnade model = small(3);
    Tensor x = Tensor.normal(Rng.of(8), 7, 3).cast(DType.F64).evaluate();
    Tensor state = model.start().unsqueeze(0).tile(0, 7);
    Tensor sum = Tensor.zeros(7).cast(DType.F64);
    for (int i = 0; i < 3; i++) {
      Tensor at = x.slice(1, i, i + 1);
      sum = sum.add(model.given(state, Ancestral.index(i)).logProbability(at.squeeze(1)));
      state = model.with(state, Ancestral.index(i), at);
    }
    assertEquals(0, sum.sub(model.logProbability(x)).abs().max().item(), 1e-12);
  }

  /** Means, squares and product of draws, up to 4.5 standard errors. */
  @Test
  void samplesHaveTheMomentsOfTheDensity() {
    Rnade model = small(2);
    Tensor x = grid(2);
    Tensor p = model.logProbability(x).softmax(0).unsqueeze(1);
    double[] expected = statistics(x).mul(p).sum(0).toDoubleArray();
    int n = 20_000;
    Tensor s = statistics(small(DType.F32, 2).sample(n, Rng.of(5)).cast(DType.F64)).evaluate();
    double[] mean = s.mean(0).toDoubleArray();
    double[] variance = s.variance(0).toDoubleArray();
    for (int i = 0; i < mean.length; i++) {
      assertEquals(expected[i], mean[i], 4.5 * Math.sqrt(variance[i] / n), "moment " + i);
    }
  }

  private static Tensor statistics(Tensor x) {
    Tensor a = x.slice(1, 0, 1);
    Tensor b = x.slice(1, 1, 2);
    return Tensor.concat(1, List.of(a, b, a.square(), a.mul(b), b.square()));
  }

  /** Given the second value the first one has the density p(x₁, x₂) / ∫ p(x₁, x₂) dx₁. */
  @Test
  void whatComesBeforeAGivenValueIsDrawnFromTheConditional() {
    Rnade model = small(2);
    double[] line = new double[2 * SIDE];
    for (int i = 0; i < SIDE; i++) {
      line[2 * i] = -EDGE + CELL * i;
      line[2 * i + 1] = 1.5;
    }
    Tensor points = Tensor.of(line, SIDE, 2);
    Tensor p = model.logProbability(points).softmax(0);
    double mean = points.at(1, 0).mul(p).sum().item();
    double square = points.at(1, 0).square().mul(p).sum().item();
    int n = 3_000;
    Tensor drawn =
        DensityChecks.completions(
            small(DType.F32, 2), new double[] {0, 1.5}, new double[] {0, 1}, n, Rng.of(3));
    double deviation = Math.sqrt(square - mean * mean);
    double error = 4.5 * deviation / Math.sqrt(n) + deviation / OneByOne.PARTICLES;
    assertEquals(mean, drawn.at(1, 0).mean().item(), error);
    assertEquals(1.5, drawn.at(1, 1).min().item(), 0);
  }

  private static Rnade wrong() {
    DType t = DType.F32;
    return new Rnade(
        drawn(t, 1, 2, 3), drawn(t, 2, 3), drawn(t, 3, 2), drawn(t, 4, 2, 3, 6), drawn(t, 5, 2, 6));
  }

  @Test
  void shapesThatDontFitAreNamed() {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, RnadeTest::wrong);
    assertEquals(
        "rnade: [d, hidden], [hidden], [d, 1], [d, hidden, 3 K] and [d, 3 K], not [2, 3], [3], [2],"
            + " [2, 3, 6] and [2, 6]",
        e.getMessage());
  }
}
