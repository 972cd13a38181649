package shinso.train.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

class AffineTest {
  private static final Tensor IMAGE =
      Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 3, 3, 1);

  private static void check(Affine map, float... expected) {
    assertArrayEquals(expected, map.apply(IMAGE).toFloatArray(), 1e-5f);
  }

  @Test
  void movesPixels() {
    check(Affine.shift(1, 0), 0, 1, 2, 0, 4, 5, 0, 7, 8);
    check(Affine.shift(0, -1), 4, 5, 6, 7, 8, 9, 0, 0, 0);
    check(Affine.shift(0.5, 0), 0.5f, 1.5f, 2.5f, 2, 4.5f, 5.5f, 3.5f, 7.5f, 8.5f);
    check(Affine.rotation(90), 3, 6, 9, 2, 5, 8, 1, 4, 7);
    check(Affine.rotation(-180), 9, 8, 7, 6, 5, 4, 3, 2, 1);
    check(Affine.scaling(-1), 9, 8, 7, 6, 5, 4, 3, 2, 1);
    // Twice as large: the corners are half way between the middle and the old ones.
    check(Affine.scaling(2), 3, 3.5f, 4, 4.5f, 5, 5.5f, 6, 6.5f, 7);
    // Half as large: beyond the old corners there is nothing.
    check(Affine.scaling(0.5), 0, 0, 0, 0, 5, 0, 0, 0, 0);
  }

  @Test
  void isLinearAndKeepsChannelsAndExamplesApart() {
    Tensor x = Tensor.normal(Rng.of(1), 2, 5, 4, 3).evaluate();
    Affine map = new Affine(0.9, 0.3, -0.2, 1.1, 0.4, -0.7);
    Tensor y = map.apply(x);
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 3; c++) {
        Tensor alone = map.apply(x.slice(0, n, n + 1).slice(3, c, c + 1));
        assertArrayEquals(
            alone.toFloatArray(), y.slice(0, n, n + 1).slice(3, c, c + 1).toFloatArray(), 0);
      }
    }
  }

  @Test
  void saysWhatCantBeUndone() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Affine.scaling(0)).getMessage();
    assertEquals(
        "a move of pictures can be undone, not as [0.0, 0.0; 0.0, 0.0] + [0.0, 0.0]", message);
    assertThrows(IllegalArgumentException.class, () -> Affine.shift(Double.NaN, 0));
    assertThrows(
        IllegalArgumentException.class, () -> Affine.shift(1, 0).apply(Tensor.zeros(3, 3, 1)));
  }
}
