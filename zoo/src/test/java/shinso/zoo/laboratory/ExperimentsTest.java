package shinso.zoo.laboratory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import shinso.core.tensor.Tensor;

/** What the experiments are made of. */
final class ExperimentsTest {
  /** f(x) = 10 − 10 exp(−0.2 (x₁² + x₂²)) − exp((cos x₁ + cos x₂) / 2). */
  @Test
  void theSurfaceIsThatOfTheFormula() {
    double[] points = {0, 0, Math.PI, 0, 1, -2};
    double[] f = SurfaceInSpace.heights(Tensor.of(points, 3, 2)).toDoubleArray();
    double[] expected = {
      -Math.E,
      10 - 10 * Math.exp(-0.2 * Math.PI * Math.PI) - 1,
      10 - 10 * Math.exp(-1) - Math.exp((Math.cos(1) + Math.cos(2)) / 2)
    };
    assertArrayEquals(expected, f, 1e-12);
  }

  @Test
  void neighboursOfTheSameDigitAreCounted() {
    Tensor codes = Tensor.of(new float[] {0, 0, 0, 1, 5, 5, 5, 6, 0, 1.4f}, 5, 2);
    assertEquals(1, PlaneOfDigits.alike(codes, new int[] {0, 0, 1, 1, 0}));
    // The last one's neighbour is the second, and the second's is the last.
    assertEquals(0.6, PlaneOfDigits.alike(codes, new int[] {0, 0, 1, 1, 2}), 1e-12);
  }

  /**
   * Of two classes with the probabilities 1 and 0, the squared error is 1 + 1 for the wrong one.
   */
  @Test
  void squaresAreSummedOverClasses() {
    Tensor sure = Tensor.of(new float[] {50, 0, 0, 50}, 2, 2);
    assertEquals(
        1, SquaresOrEntropy.squaredError(sure, Tensor.of(new int[] {0, 0}, 2)).item(), 1e-6);
  }
}
