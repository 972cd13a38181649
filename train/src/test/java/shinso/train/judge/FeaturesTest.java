package shinso.train.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.Kernel;
import shinso.nn.loss.Mmd;

/** Distances of sets of features against closed forms, and counts against small sets by hand. */
@Tag("row-M1")
final class FeaturesTest {
  private static Tensor f64(int rows, int columns, double... values) {
    return Tensor.of(values, rows, columns);
  }

  private static Tensor vector(double... values) {
    return Tensor.of(values, values.length);
  }

  /** In one dimension d² = (μ₁ − μ₂)² + (σ₁ − σ₂)². */
  @Test
  void normalDistributionsOnALine() {
    double d =
        FrechetDistance.between(vector(1), f64(1, 1, 4), vector(-2), f64(1, 1, 0.25));
    assertEquals(9 + 1.5 * 1.5, d, 1e-12);
  }

  /** Covariances that commute: the sum over the axes, in any basis. */
  @Test
  void covariancesThatCommute() {
    double c = Math.cos(0.3);
    double s = Math.sin(0.3);
    Tensor turn = f64(2, 2, c, -s, s, c);
    Tensor first = turn.matmul(f64(2, 2, 9, 0, 0, 1)).matmul(turn.transpose());
    Tensor second = turn.matmul(f64(2, 2, 4, 0, 0, 0)).matmul(turn.transpose());
    double d = FrechetDistance.between(vector(0, 1), first, vector(2, 1), second);
    assertEquals(4 + 1 + 1, d, 1e-12);
  }

  /** For 2 x 2, tr (AB)^½ = √(tr AB + 2 √det AB): covariances that don't commute. */
  @Test
  void covariancesThatDoNotCommute() {
    Tensor a = f64(2, 2, 2, 1, 1, 3);
    Tensor b = f64(2, 2, 1, -0.5, -0.5, 2);
    double trace = 2 * 1 - 0.5 - 0.5 + 3 * 2;
    double det = (2 * 3 - 1) * (1 * 2 - 0.25);
    double expected = 5 + 3 - 2 * Math.sqrt(trace + 2 * Math.sqrt(det));
    assertEquals(expected, FrechetDistance.between(vector(0, 0), a, vector(0, 0), b), 1e-12);
    assertEquals(expected, FrechetDistance.between(vector(0, 0), b, vector(0, 0), a), 1e-12);
  }

  /** Two sets of three with known moments: means 1 and 4, variances 1 and 9. */
  @Test
  void momentsOfSets() {
    double d = FrechetDistance.of(f64(3, 1, 0, 1, 2), f64(3, 1, 1, 4, 7));
    assertEquals(9 + 4, d, 1e-12);
    Tensor x = Tensor.normal(Rng.of(1), 50, 4);
    assertEquals(0, FrechetDistance.of(x, x), 1e-6);
    assertThrows(IllegalArgumentException.class, () -> FrechetDistance.of(x, x.slice(0, 0, 1)));
    assertThrows(
        IllegalArgumentException.class, () -> FrechetDistance.of(x, Tensor.zeros(5, 3)));
  }

  @Test
  void aPartOfAllIsTheEstimateOfAll() {
    Tensor x = Tensor.normal(Rng.of(1), 30, 4).evaluate();
    Tensor y = Tensor.normal(Rng.of(2), 30, 4).add(0.3).evaluate();
    Estimate e = KernelDistance.of(x, y, 30, 3, Rng.of(3));
    assertEquals(new Mmd(Kernel.cubic()).unbiased(x, y).item(), e.value(), 1e-5);
    assertEquals(0, e.error(), 1e-5);
    assertThrows(
        IllegalArgumentException.class, () -> KernelDistance.of(x, y, 31, 1, Rng.of(3)));
    assertThrows(IllegalArgumentException.class, () -> KernelDistance.of(x, y, 1, 1, Rng.of(3)));
  }

  /**
   * Data at 0, 1, 3, 7 has, for k = 1, balls of radii 1, 1, 2, 4; samples at 2, 2.5, 12 balls of
   * radii 0.5, 0.5, 9.5. The sample 2 lies in the balls around 1 and 3, 2.5 in that around 3, 12 in
   * none; of the data only 3 (by 2.5) and 7 (by 12) lie in balls of samples.
   */
  @Test
  void ballsOnALine() {
    Tensor data = Tensor.of(new float[] {0, 1, 3, 7}, 4, 1);
    Tensor samples = Tensor.of(new float[] {2, 2.5f, 12}, 3, 1);
    PrecisionRecall p = PrecisionRecall.of(data, samples, 1);
    assertEquals(2.0 / 3, p.precision(), 1e-12);
    assertEquals(2.0 / 4, p.recall(), 1e-12);
    assertEquals(3.0 / 3, p.density(), 1e-12);
    assertEquals(2.0 / 4, p.coverage(), 1e-12);
  }

  /** With k = 2 the data's radii are 3, 2, 3, 6: 2 and 2.5 each lie in the balls of 0, 1 and 3, 7. */
  @Test
  void ballsToTheSecondNeighbour() {
    Tensor data = Tensor.of(new float[] {0, 1, 3, 7}, 4, 1);
    Tensor samples = Tensor.of(new float[] {2, 2.5f, 12}, 3, 1);
    PrecisionRecall p = PrecisionRecall.of(data, samples, 2);
    assertEquals(1, p.precision(), 1e-12);
    assertEquals((4 + 4 + 1) / 6.0, p.density(), 1e-12);
    assertEquals(1, p.coverage(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> PrecisionRecall.of(data, samples, 3));
  }

  @Test
  void copiesAndStrangers() {
    Tensor x = Tensor.normal(Rng.of(1), 100, 3).evaluate();
    PrecisionRecall same = PrecisionRecall.of(x, x, 5);
    assertEquals(1, same.precision());
    assertEquals(1, same.recall());
    assertEquals(1, same.coverage());
    PrecisionRecall far = PrecisionRecall.of(x, x.add(100), 5);
    assertEquals(new PrecisionRecall(0, 0, 0, 0), far);
  }

  /** Draws of the same distribution: density 1 and the coverage of lemma 2. */
  @Test
  void drawsOfTheSameDistribution() {
    Tensor x = Tensor.normal(Rng.of(1), 1_000, 2).evaluate();
    Tensor y = Tensor.normal(Rng.of(2), 800, 2).evaluate();
    PrecisionRecall p = PrecisionRecall.of(x, y, 3);
    double expected = 1 - 999.0 / 1_799 * 998 / 1_798 * 997 / 1_797;
    assertEquals(expected, PrecisionRecall.expectedCoverage(1_000, 800, 3), 1e-12);
    assertEquals(expected, p.coverage(), 0.05);
    assertEquals(1, p.density(), 0.1);
    assertTrue(p.precision() > 0.9 && p.recall() > 0.9, p.toString());
  }

  @Test
  void typesMayDiffer() {
    Tensor x = Tensor.normal(Rng.of(1), 40, 3).evaluate();
    Tensor y = x.mul(2).add(1).evaluate();
    double single = FrechetDistance.of(x, y);
    double twice = FrechetDistance.of(x.cast(DType.F64), y.cast(DType.F64));
    assertEquals(twice, single, 1e-5 * twice);
  }
}
