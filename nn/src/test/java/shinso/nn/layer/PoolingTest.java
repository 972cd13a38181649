package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.PoolSpec;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Pooling, its gradients as written in the notes, and ways back. */
class PoolingTest {
  private static final long SEED = 20_261_129;
  private static final PoolSpec TWO = PoolSpec.of(2);
  private static final Tensor EXAMPLE =
      Tensor.of(new double[] {1, 3, 2, 8, 6, 3, 1, 3, 2, 4, 1, 4, 3, 5, 9, 1}, 1, 4, 4, 1);
  private static final Tensor SECOND =
      Tensor.of(new double[] {5, 1, 0, 1, 1, 6, 1, 7, 4, 1, 6, 3, 1, 8, 0, 1}, 1, 4, 4, 1);

  // ---- E2

  @Test
  @Tag("row-E2")
  void workedExamples() {
    assertArrayEquals(new double[] {6, 8, 5, 9}, EXAMPLE.maxPool(TWO).toDoubleArray());
    assertArrayEquals(new double[] {6, 7, 8, 6}, SECOND.maxPool(TWO).toDoubleArray());
    assertArrayEquals(
        new double[] {3.25, 2.25, 3.5, 2.5}, SECOND.averagePool(TWO, false).toDoubleArray());
    assertArrayEquals(
        new double[] {9}, new GlobalMaxPool().forward(EXAMPLE, Pass.inference()).toDoubleArray());
    assertArrayEquals(
        new double[] {3.5},
        new GlobalAveragePool().forward(EXAMPLE, Pass.inference()).toDoubleArray());
  }

  @ParameterizedTest
  @Tag("row-E2")
  @ValueSource(doubles = {1, 1.5, 2, 3, 7.25})
  void powerMeansAreTheFormula(double p) {
    double[] expected = new double[4];
    double[] x = SECOND.toDoubleArray();
    for (int i = 0; i < 4; i++) {
      int at = i / 2 * 8 + i % 2 * 2;
      double sum = 0;
      for (int j : new int[] {0, 1, 4, 5}) {
        sum += Math.pow(x[at + j], p);
      }
      expected[i] = Math.pow(sum / 4, 1 / p);
    }
    assertClose(expected, SECOND.lpPool(TWO, p), 1e-14);
  }

  /** P = 1 is the average, P → ∞ the maximum, from below: max · n^(−1/P) ≤ y ≤ max. */
  @Test
  @Tag("row-E2")
  void limitsOfThePowerMean() {
    Tensor x = random(DType.F32, SEED, 3, 9, 8, 5).abs().mul(1e3).evaluate();
    for (PoolSpec spec :
        new PoolSpec[] {TWO, PoolSpec.of(3, 2), new PoolSpec(3, 2, 1, 2, 1, 1, 1, 0)}) {
      double[] largest = x.maxPool(spec).toDoubleArray();
      assertClose(x.averagePool(spec, false).toDoubleArray(), x.lpPool(spec, 1), 1e-6);
      assertArrayEquals(largest, x.lpPool(spec, Double.POSITIVE_INFINITY).toDoubleArray());
      double[] before = x.averagePool(spec, false).toDoubleArray();
      for (double p : new double[] {2, 8, 64, 1_000, 1e5, 1e7}) {
        double[] y = x.lpPool(spec, p).toDoubleArray();
        double least = Math.pow(spec.height() * spec.width(), -1 / p);
        for (int i = 0; i < y.length; i++) {
          assertTrue(y[i] >= before[i] * (1 - 1e-6), "a power mean grows with P");
          assertTrue(y[i] <= largest[i] * (1 + 1e-6) && y[i] >= largest[i] * least * (1 - 1e-6));
        }
        before = y;
      }
      assertClose(largest, x.lpPool(spec, 1e7), 2e-6);
    }
  }

  @Test
  @Tag("row-E2")
  void powerMeansOfExtremesAndOfNothing() {
    for (double scale : new double[] {1e-30, 1, 1e30}) {
      Tensor x = SECOND.mul(scale).cast(DType.F32).evaluate();
      double[] y = SECOND.lpPool(TWO, 100).mul(scale).toDoubleArray();
      double[] got = x.lpPool(TWO, 100).toDoubleArray();
      for (int i = 0; i < y.length; i++) {
        assertEquals(y[i], got[i], 1e-5 * y[i]);
      }
    }
    Tensor zeros = Tensor.zeros(1, 2, 4, 1);
    Tensor y = zeros.lpPool(TWO, 2);
    assertArrayEquals(new double[2], y.toDoubleArray());
    assertArrayEquals(new double[8], Autodiff.gradient(y.sum(), zeros).toDoubleArray());
    assertTrue(refusal(() -> EXAMPLE.lpPool(TWO, 0.5)).contains("P is at least 1"));
    refusal(() -> new LpPool(TWO, Double.NaN));
    refusal(() -> EXAMPLE.lpPool(PoolSpec.of(5), 2));
  }

  /** ∂y/∂x = (1/n) (x/y)^(P−1). */
  @ParameterizedTest
  @Tag("row-E2")
  @ValueSource(doubles = {1, 2, 3.5, 50})
  void derivativeOfThePowerMean(double p) {
    Tensor x = random(DType.F64, SEED, 1, 4, 4, 2).abs().evaluate();
    double[] y =
        new Unpool(2, Unpool.Filling.REPEATED)
            .forward(x.lpPool(TWO, p), Pass.inference())
            .toDoubleArray();
    double[] xs = x.toDoubleArray();
    double[] expected = new double[xs.length];
    Arrays.setAll(expected, i -> 0.25 * Math.pow(xs[i] / y[i], p - 1));
    assertClose(expected, Autodiff.gradient(x.lpPool(TWO, p).sum(), x), 1e-12);
  }

  // ---- E6

  /** Deltas go to where the maximum was, as in the notes' picture. */
  @Test
  @Tag("row-E6")
  void gradientOfMaxPooling() {
    Tensor delta = Tensor.of(new double[] {1, 2, 3, 4}, 1, 2, 2, 1);
    Tensor g = Autodiff.gradient(SECOND.maxPool(TWO).mul(delta).sum(), SECOND);
    assertArrayEquals(
        new double[] {0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 4, 0, 0, 3, 0, 0}, g.toDoubleArray());
  }

  /** Deltas go to all in equal parts: w_ji = 1 / H². */
  @Test
  @Tag("row-E6")
  void gradientOfAveragePooling() {
    Tensor delta = Tensor.of(new double[] {1, 2, 3, 4}, 1, 2, 2, 1);
    Tensor g = Autodiff.gradient(SECOND.averagePool(TWO, false).mul(delta).sum(), SECOND);
    assertArrayEquals(
        new double[] {.25, .25, .5, .5, .25, .25, .5, .5, .75, .75, 1, 1, .75, .75, 1, 1},
        g.toDoubleArray());
  }

  /** The same as loops, where windows overlap and lie over the border. */
  @Test
  @Tag("row-E6")
  void gradientsWhereWindowsOverlap() {
    PoolSpec spec = new PoolSpec(3, 3, 2, 1, 1, 1, 2, 0);
    Tensor x = random(DType.F64, SEED, 1, 6, 5, 1);
    int oh = spec.outHeight(6);
    int ow = spec.outWidth(5);
    Tensor delta = random(DType.F64, SEED + 1, 1, oh, ow, 1);
    double[] xs = x.toDoubleArray();
    double[] d = delta.toDoubleArray();
    double[] maxima = new double[30];
    double[] means = new double[30];
    for (int o = 0; o < d.length; o++) {
      int top = o / ow * 2 - 1;
      int left = o % ow - 2;
      int best = -1;
      int count = 0;
      for (int pass = 0; pass < 2; pass++) {
        for (int a = Math.max(0, top); a < Math.min(6, top + 3); a++) {
          for (int b = Math.max(0, left); b < Math.min(5, left + 3); b++) {
            int at = a * 5 + b;
            if (pass == 0) {
              count++;
              best = best < 0 || xs[at] > xs[best] ? at : best;
            } else {
              means[at] += d[o] / count;
            }
          }
        }
      }
      maxima[best] += d[o];
    }
    assertClose(maxima, Autodiff.gradient(x.maxPool(spec).mul(delta).sum(), x), 1e-14);
    assertClose(means, Autodiff.gradient(x.averagePool(spec, false).mul(delta).sum(), x), 1e-14);
  }

  // ---- E3

  @Test
  @Tag("row-E3")
  void switchesRememberTheMaxima() {
    Tensor switches = SECOND.maxPoolPositions(TWO);
    assertArrayEquals(new int[] {5, 7, 13, 10}, switches.toIntArray());
    Tensor back = SECOND.maxPool(TWO).unpool(switches, 4, 4);
    double[] expected = {0, 0, 0, 0, 0, 6, 0, 7, 0, 0, 6, 0, 0, 8, 0, 0};
    assertArrayEquals(expected, back.toDoubleArray());
    // Pooling once more gives the same, and the image itself does for the switches.
    assertArrayEquals(SECOND.maxPool(TWO).toDoubleArray(), back.maxPool(TWO).toDoubleArray());
    assertArrayEquals(expected, SECOND.maxUnpool(SECOND.maxPool(TWO), TWO).toDoubleArray());
  }

  @Test
  @Tag("row-E3")
  void withoutSwitches() {
    Tensor pooled = SECOND.maxPool(TWO);
    Tensor corner = new Unpool(2, Unpool.Filling.CORNER).forward(pooled, Pass.inference());
    assertArrayEquals(
        new double[] {6, 0, 7, 0, 0, 0, 0, 0, 8, 0, 6, 0, 0, 0, 0, 0}, corner.toDoubleArray());
    assertArrayEquals(pooled.toDoubleArray(), corner.maxPool(TWO).toDoubleArray());
    Tensor repeated = new Unpool(2, Unpool.Filling.REPEATED).forward(pooled, Pass.inference());
    assertArrayEquals(
        new double[] {6, 6, 7, 7, 6, 6, 7, 7, 8, 8, 6, 6, 8, 8, 6, 6}, repeated.toDoubleArray());
    // It is the adjoint of average pooling, but for the number of pixels.
    Tensor x = random(DType.F64, SEED, 2, 6, 4, 3);
    Tensor y = random(DType.F64, SEED + 1, 2, 3, 2, 3);
    double left = x.averagePool(TWO, false).mul(y).sum().item();
    double right =
        x.mul(new Unpool(2, Unpool.Filling.REPEATED).forward(y, Pass.inference())).sum().item();
    assertEquals(left, right / 4, 1e-12);
  }

  /** ⟨pool(x), y⟩ = ⟨x, unpool(y)⟩ with the switches of x, also where windows overlap. */
  @Test
  @Tag("row-E3")
  void unpoolingWithSwitchesIsTheAdjoint() {
    for (PoolSpec spec :
        new PoolSpec[] {TWO, PoolSpec.of(3, 1), new PoolSpec(3, 2, 2, 1, 1, 1, 0, 1)}) {
      Tensor x = random(DType.F64, SEED, 2, 7, 6, 3);
      Tensor pooled = x.maxPool(spec);
      Tensor y = random(DType.F64, SEED + 1, pooled.shape().dims());
      Tensor back = y.unpool(x.maxPoolPositions(spec), 7, 6);
      assertEquals(pooled.mul(y).sum().item(), back.mul(x).sum().item(), 1e-11);
      assertClose(x.maxUnpool(y, spec).toDoubleArray(), back, 1e-14);
    }
  }

  @Test
  @Tag("row-E3")
  void aSwitchOutsideOfItsImageHitsNoOther() {
    Tensor values = Tensor.ones(2, 1, 1, 1);
    Tensor outside = Tensor.of(new int[] {4, 0}, 2, 1, 1, 1);
    assertThrows(
        IndexOutOfBoundsException.class, () -> values.unpool(outside, 2, 2).toDoubleArray());
    refusal(() -> values.unpool(Tensor.of(new int[] {1}, 1), 2, 2));
    refusal(() -> values.unpool(outside, 0, 2));
    assertEquals(Shape.of(2, 3, 2, 1), values.unpool(outside, 3, 2).shape());
  }
}
