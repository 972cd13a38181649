package shinso.zoo.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** How often and by how much elements are changed. */
final class CorruptionTest {
  private static final int N = 200_000;

  /** Four standard deviations of a share of N. */
  private static double four(double p) {
    return 4 * Math.sqrt(p * (1 - p) / N);
  }

  private static Tensor corrupted(Corruption corruption, double value) {
    return corruption.corrupt(Tensor.full(Shape.of(N, 1), value), Rng.of(1)).evaluate();
  }

  @Test
  void gaussianNoise() {
    Tensor y = corrupted(Corruption.gaussian(0.5), 2);
    assertEquals(2, y.mean().item(), 4 * 0.5 / Math.sqrt(N));
    assertEquals(0.25, y.variance().item(), 4 * 0.25 * Math.sqrt(2.0 / N));
  }

  @Test
  void masking() {
    Tensor y = corrupted(Corruption.masking(0.3), 2);
    assertEquals(0.3, y.equal(0).mean().item(), four(0.3));
    assertEquals(0.7, y.equal(2).mean().item(), four(0.3));
  }

  @Test
  void saltAndPepper() {
    Tensor y = corrupted(Corruption.saltAndPepper(0.4), 2);
    assertEquals(0.2, y.equal(0).mean().item(), four(0.2));
    assertEquals(0.2, y.equal(1).mean().item(), four(0.2));
    assertEquals(0.6, y.equal(2).mean().item(), four(0.4));
  }

  @Test
  void none() {
    Tensor x = Tensor.normal(Rng.of(2), 3, 4).evaluate();
    assertArrayEquals(x.toFloatArray(), Corruption.none().corrupt(x, Rng.of(1)).toFloatArray(), 0f);
  }

  @Test
  void whatIsNoShare() {
    assertThrows(IllegalArgumentException.class, () -> Corruption.masking(1.5));
    assertThrows(IllegalArgumentException.class, () -> Corruption.saltAndPepper(-0.1));
    assertThrows(IllegalArgumentException.class, () -> Corruption.gaussian(Double.NaN));
  }
}
