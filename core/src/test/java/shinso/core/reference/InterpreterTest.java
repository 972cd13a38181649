package shinso.core.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.op.BinaryOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.core.op.MovementOp;
import shinso.core.op.PoolSpec;
import shinso.core.op.ReduceOp;
import shinso.core.op.UnaryOp;
import shinso.core.op.WindowOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * The interpreter against numbers worked out by hand or by another formula. All other tests build
 * on it.
 */
final class InterpreterTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  // ---- elements

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FLOOR", "ROUND"})
  void unary(UnaryOp.Kind kind) {
    for (double x :
        new double[] {-2.5, -1, -0.3, -0.0, 0.0, 1e-9, 0.7, 1.5, 2.5, 3, INF, -INF, NAN}) {
      double y = one(new UnaryOp(kind), x);
      double expected = formula(kind, x);
      double error = Double.isFinite(expected) ? 1e-15 * Math.abs(expected) : 0;
      assertEquals(expected, y, error, kind + " of " + x);
    }
  }

  @Test
  void rounding() {
    Tensor x = Tensor.of(new double[] {-2.5, -1.5, -0.3, -0.0, 0.5, 0.7, 1.5, 2, INF, NAN});
    assertArrayEquals(
        new double[] {-3, -2, -1, -0.0, 0, 0, 1, 2, INF, NAN}, x.floor().toDoubleArray());
    assertArrayEquals(
        new double[] {-2, -2, -0.0, -0.0, 0, 1, 2, 2, INF, NAN}, x.round().toDoubleArray());
  }

  private static double formula(UnaryOp.Kind kind, double x) {
    return switch (kind) {
      case NEG -> 0 - x == 0 ? -x : 0 - x;
      case ABS -> Math.sqrt(x * x);
      case SIGN -> x > 0 ? 1 : x < 0 ? -1 : x;
      case RELU -> x < 0 ? 0 : x + 0.0;
      case NOT -> Math.abs(x) > 0 || Double.isNaN(x) ? 0 : 1;
      case STOP_GRADIENT -> x;
      case RECIPROCAL -> 1 / x;
      case SQRT -> Math.sqrt(x);
      case EXP -> Math.exp(x);
      case EXPM1 -> Math.expm1(x);
      case LOG -> Math.log(x);
      case LOG1P -> Math.log1p(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SOFTPLUS -> x > 700 ? x : Math.log1p(Math.exp(x));
      case ERF -> Elementwise.erf(x);
      case FLOOR, ROUND -> throw new IllegalArgumentException(kind.name());
    };
  }

  /** Values of Abramowitz and Stegun, table 7.1, and of mpmath. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1e-20, 1.1283791670955126e-20",
    "0.1, 0.1124629160182848922",
    "0.5, 0.5204998778130465377",
    "1, 0.8427007929497148693",
    "1.5, 0.9661051464753107271",
    "1.999, 0.99530155665137",
    "2, 0.9953222650189527342",
    "2.5, 0.9995930479825550411",
    "3, 0.9999779095030014146",
    "4, 0.9999999845827420998",
    "5.9, 0.99999999999999993",
    "7, 1",
    "-0.5, -0.5204998778130465377",
    "-3, -0.9999779095030014146"
  })
  void errorFunction(double x, double expected) {
    assertEquals(expected, Elementwise.erf(x), 4e-16 * Math.abs(expected));
  }

  @Test
  void extremesOfSaturatingFunctions() {
    assertEquals(0, one(new UnaryOp(UnaryOp.Kind.SIGMOID), -1000));
    assertEquals(Math.exp(-700), one(new UnaryOp(UnaryOp.Kind.SIGMOID), -700));
    assertEquals(1000, one(new UnaryOp(UnaryOp.Kind.SOFTPLUS), 1000));
    assertEquals(Math.exp(-100), one(new UnaryOp(UnaryOp.Kind.SOFTPLUS), -100));
    assertEquals(-0.0, one(new UnaryOp(UnaryOp.Kind.SIGN), -0.0));
  }

  @Test
  void binary() {
    assertEquals(5, two(BinaryOp.Kind.ADD, 2, 3));
    assertEquals(-1, two(BinaryOp.Kind.SUB, 2, 3));
    assertEquals(6, two(BinaryOp.Kind.MUL, 2, 3));
    assertEquals(2.0 / 3, two(BinaryOp.Kind.DIV, 2, 3));
    assertEquals(-INF, two(BinaryOp.Kind.DIV, -1, 0));
    assertEquals(3, two(BinaryOp.Kind.MAXIMUM, 2, 3));
    assertEquals(2, two(BinaryOp.Kind.MINIMUM, 2, 3));
    assertEquals(NAN, two(BinaryOp.Kind.MAXIMUM, NAN, 3));
    assertEquals(NAN, two(BinaryOp.Kind.MINIMUM, 3, NAN));
    assertEquals(8, two(BinaryOp.Kind.POW, 2, 3));
    assertEquals(1, two(BinaryOp.Kind.POW, NAN, 0));
    assertEquals(NAN, two(BinaryOp.Kind.POW, -2, 0.5));
    for (double any : new double[] {NAN, INF, -INF, 0, -3.5}) {
      assertEquals(1, two(BinaryOp.Kind.POW, 1, any));
      assertEquals(1, two(BinaryOp.Kind.POW, any, 0));
      assertEquals(1, two(BinaryOp.Kind.POW, any, -0.0));
    }
    assertEquals(1, two(BinaryOp.Kind.POW, -1, -INF));
    assertEquals(NAN, two(BinaryOp.Kind.POW, -1, NAN));
    assertComparison(BinaryOp.Kind.LESS, 1, 0, 0, 0);
    assertComparison(BinaryOp.Kind.LESS_EQUAL, 1, 1, 0, 0);
    assertComparison(BinaryOp.Kind.EQUAL, 0, 1, 0, 0);
    assertComparison(BinaryOp.Kind.NOT_EQUAL, 1, 0, 1, 1);
    assertEquals(1, two(BinaryOp.Kind.EQUAL, 0.0, -0.0));
  }

  private static void assertComparison(
      BinaryOp.Kind kind, int smaller, int same, int larger, int unordered) {
    assertEquals(smaller, two(kind, 1, 2));
    assertEquals(same, two(kind, 2, 2));
    assertEquals(larger, two(kind, 3, 2));
    assertEquals(unordered, two(kind, NAN, NAN));
  }

  @Test
  void integers() {
    Tensor a = Tensor.of(new int[] {7, -7, Integer.MIN_VALUE, Integer.MAX_VALUE, 5});
    Tensor b = Tensor.of(new int[] {2, 2, -1, 2, 0});
    int min = Integer.MIN_VALUE;
    int max = Integer.MAX_VALUE;
    assertArrayEquals(new int[] {9, -5, max, min + 1, 5}, a.add(b).toIntArray());
    assertArrayEquals(new int[] {5, -9, min + 1, max - 2, 5}, a.sub(b).toIntArray());
    assertArrayEquals(new int[] {14, -14, min, -2, 0}, a.mul(b).toIntArray());
    assertArrayEquals(new int[] {3, -3, min, max / 2, 0}, a.div(b).toIntArray());
    assertArrayEquals(new int[] {-7, 7, min, -max, -5}, a.neg().toIntArray());
    assertArrayEquals(new int[] {7, 7, min, max, 5}, a.abs().toIntArray());
    assertArrayEquals(new int[] {1, -1, -1, 1, 1}, a.sign().toIntArray());
    assertArrayEquals(new int[] {0, 0, 0, 0, 1}, b.not().toIntArray());
    assertArrayEquals(new int[] {0, 1, 1, 0, 0}, a.less(b).toIntArray());
    assertEquals(4, a.sum().item());
    assertArrayEquals(new int[] {7, 0, min, -1, 4}, a.cumulativeSum(0).toIntArray());
    assertArrayEquals(
        new int[] {max, 5}, a.slice(0, 3, 5).scatterAdd(0, Tensor.iota(2), 2).toIntArray());
    assertArrayEquals(
        new int[] {min + 4},
        a.slice(0, 3, 5).scatterAdd(0, Tensor.of(new int[] {0, 0}), 1).toIntArray());
  }

  @Test
  void casts() {
    Tensor x = Tensor.of(new double[] {1.9, -1.9, 1e20, -1e20, NAN, 16777217, 1e-50, 1e50});
    assertArrayEquals(
        new int[] {1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 16777217, 0, Integer.MAX_VALUE},
        x.cast(DType.I32).toIntArray());
    assertArrayEquals(
        new double[] {1.9f, -1.9f, 1e20f, -1e20f, NAN, 16777216, 0, INF},
        x.cast(DType.F32).cast(DType.F64).toDoubleArray());
  }

  @Test
  void select() {
    Tensor condition = Tensor.of(new double[] {0, 1, -0.0, NAN, 1e-300});
    assertArrayEquals(
        new double[] {2, 1, 2, 1, 1},
        Tensor.select(condition, Tensor.constant(1, DType.F64), 2).toDoubleArray());
  }

  /** A number that was rounded when it was evaluated is the same as one that wasn't evaluated. */
  @Test
  void singlePrecisionNodesAreRounded() {
    Tensor third = Tensor.ones(1).div(3);
    assertEquals((double) (1f / 3), third.cast(DType.F64).item());
    Tensor x = Tensor.of(new float[] {1, 3, 7}).div(3);
    Tensor max = x.max();
    max.item();
    assertArrayEquals(new float[] {0, 0, 1}, x.equal(max).toFloatArray());
  }

  // ---- movements

  @Test
  void movements() {
    Tensor x = Tensor.iota(24).reshape(2, 3, 4);
    assertArrayEquals(
        new int[] {0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21},
        x.permute(2, 1, 0).slice(0, 0, 2).toIntArray());
    assertArrayEquals(new int[] {5, 7, 17, 19}, x.slice(1, 1, 2).slice(2, 1, 4, 2).toIntArray());
    assertArrayEquals(
        new int[] {23, 22, 21, 20}, x.flip().slice(0, 0, 1).slice(1, 0, 1).toIntArray());
    assertArrayEquals(new int[] {8, 9, 10, 11}, x.flip(1).at(0, 0).at(0, 0).toIntArray());
    Tensor y = Tensor.iota(4).reshape(2, 2);
    assertArrayEquals(
        new int[] {0, 1, 2, 3, 0, 1, 2, 3}, y.broadcastTo(Shape.of(2, 2, 2)).toIntArray());
    assertArrayEquals(
        new int[] {0, 0, 0, 2, 2, 2}, y.slice(1, 0, 1).broadcastTo(Shape.of(2, 3)).toIntArray());
    assertArrayEquals(new int[] {0, 1, 9, 2, 3, 9}, y.pad(1, 0, 1, 9).toIntArray());
    assertArrayEquals(
        new int[] {7, 7, 7, 7, 7, 7, 7, 0, 7, 7, 1, 7, 7, 2, 7, 7, 3, 7},
        TensorAccess.apply(new MovementOp.Pad(List.of(1, 1), List.of(0, 1), List.of(0, 2), 7), y)
            .toIntArray());
    assertArrayEquals(
        new int[] {0, 1, 0, 1, 2, 3, 2, 3}, Tensor.concat(1, List.of(y, y)).toIntArray());
    assertArrayEquals(
        new int[] {0, 1, 2, 3, 8},
        Tensor.concat(0, List.of(y.reshape(4), Tensor.of(new int[] {8}))).toIntArray());
  }

  // ---- reductions and scans

  @Test
  void reductions() {
    Tensor x = Tensor.of(new double[] {1, 5, 3, 4, 2, 6}, 2, 3);
    assertArrayEquals(new double[] {9, 12}, x.sum(1).toDoubleArray());
    assertArrayEquals(new double[] {5, 7, 9}, x.sum(0).toDoubleArray());
    assertEquals(21, x.sum().item());
    assertArrayEquals(new double[] {4, 5, 6}, x.max(0).toDoubleArray());
    assertArrayEquals(new double[] {1, 2}, x.min(1).toDoubleArray());
    assertArrayEquals(new int[] {1, 2}, x.argmax(1).toIntArray());
    assertArrayEquals(new int[] {1, 0, 1}, x.argmax(0).toIntArray());
    assertArrayEquals(new double[] {0, 0}, x.slice(1, 0, 0).sum(1).toDoubleArray());
    Tensor special = Tensor.of(new double[] {1, NAN, INF, 2, 2, -INF, -0.0, 0.0, -1}, 3, 3);
    assertArrayEquals(new double[] {NAN, 2, 0.0}, special.max(1).toDoubleArray());
    assertArrayEquals(new double[] {NAN, -INF, -1}, special.min(1).toDoubleArray());
    assertArrayEquals(new int[] {1, 0, 0}, special.argmax(1).toIntArray());
    assertEquals(
        Shape.of(1, 3),
        TensorAccess.apply(ReduceOp.of(ReduceOp.Kind.ARGMAX, x.shape(), 0), x).shape());
  }

  @Test
  void scans() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4});
    assertArrayEquals(new double[] {1, 3, 6, 10}, x.cumulativeSum(0).toDoubleArray());
    assertArrayEquals(new double[] {0, 1, 3, 6}, x.cumulativeSum(0, false, true).toDoubleArray());
    assertArrayEquals(new double[] {10, 9, 7, 4}, x.cumulativeSum(0, true, false).toDoubleArray());
    assertArrayEquals(new double[] {9, 7, 4, 0}, x.cumulativeSum(0, true, true).toDoubleArray());
    assertArrayEquals(new double[] {1, 2, 4, 6}, x.reshape(2, 2).cumulativeSum(0).toDoubleArray());
  }

  // ---- contractions, by the definition

  @Test
  void matmul() {
    double[] a = random(2 * 3 * 4, 1);
    double[] b = random(2 * 4 * 5, 2);
    double[] expected = new double[2 * 3 * 5];
    for (int n = 0; n < 2; n++) {
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 5; j++) {
          for (int k = 0; k < 4; k++) {
            expected[(n * 3 + i) * 5 + j] += a[(n * 3 + i) * 4 + k] * b[(n * 4 + k) * 5 + j];
          }
        }
      }
    }
    Tensor x = Tensor.of(a, 2, 3, 4);
    Tensor y = Tensor.of(b, 2, 4, 5);
    BiFunction<Boolean, Boolean, Tensor> product =
        (ta, tb) ->
            TensorAccess.apply(
                new ContractionOp.MatMul(ta, tb), ta ? x.transpose() : x, tb ? y.transpose() : y);
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        assertArrayEquals(expected, product.apply(ta, tb).toDoubleArray(), 1e-14);
      }
    }
  }

  @Test
  void convolution() {
    ConvSpec s = new ConvSpec(2, 1, 1, 2, 0, 3, 2, 3, 2);
    int channels = 2;
    int filters = 3;
    double[] x = random(2 * 7 * 6 * 4, 3);
    double[] w = random(3 * 2 * channels * 2 * filters, 4);
    Tensor y = Tensor.of(x, 2, 7, 6, 4).conv2d(Tensor.of(w, 3, 2, channels, 2 * filters), s);
    assertEquals(Shape.of(2, 3, 6, 6), y.shape());
    double[] actual = y.toDoubleArray();
    int at = 0;
    for (int n = 0; n < 2; n++) {
      for (int oh = 0; oh < 3; oh++) {
        for (int ow = 0; ow < 6; ow++) {
          for (int f = 0; f < 2 * filters; f++, at++) {
            double sum = 0;
            for (int kh = 0; kh < 3; kh++) {
              for (int kw = 0; kw < 2; kw++) {
                for (int c = 0; c < channels; c++) {
                  int ih = 2 * oh + 2 * kh - 1;
                  int iw = ow + 3 * kw;
                  boolean inside = ih >= 0 && ih < 7 && iw < 6;
                  int group = f / filters;
                  double pixel = inside ? x[((n * 7 + ih) * 6 + iw) * 4 + group * channels + c] : 0;
                  sum += pixel * w[((kh * 2 + kw) * channels + c) * 2 * filters + f];
                }
              }
            }
            assertEquals(sum, actual[at], 1e-14);
          }
        }
      }
    }
  }

  /** ⟨conv(x, w), y⟩ is the same number as its products with the two adjoints. */
  @Test
  void convolutionAdjoints() {
    ConvSpec s = new ConvSpec(2, 1, 1, 2, 0, 3, 2, 3, 2);
    Tensor x = Tensor.of(random(2 * 7 * 6 * 4, 5), 2, 7, 6, 4);
    Tensor w = Tensor.of(random(3 * 2 * 2 * 6, 6), 3, 2, 2, 6);
    Tensor y = Tensor.of(random(2 * 3 * 6 * 6, 7), 2, 3, 6, 6);
    double expected = x.conv2d(w, s).mul(y).sum().item();
    assertEquals(expected, y.convTranspose2d(w, s, 7, 6).mul(x).sum().item(), 1e-12);
    Tensor dw = TensorAccess.apply(new ContractionOp.Conv2dBackwardWeights(s, 3, 2), x, y);
    assertEquals(expected, dw.mul(w).sum().item(), 1e-12);
  }

  // ---- windows

  @Test
  void pooling() {
    Tensor x = Tensor.of(new double[] {1, 5, 2, 5, 4, 3, NAN, 0, 7}, 1, 3, 3, 1);
    PoolSpec valid = PoolSpec.of(2, 1);
    assertArrayEquals(new double[] {5, 5, NAN, 7}, x.maxPool(valid).toDoubleArray());
    Tensor values = Tensor.of(new double[] {10, 20, 30, 40}, 1, 2, 2, 1);
    assertArrayEquals(
        new double[] {0, 30, 0, 0, 0, 0, 30, 0, 40}, x.maxUnpool(values, valid).toDoubleArray());
    Tensor v = Tensor.of(new double[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, 1, 3, 3, 1);
    assertArrayEquals(
        new double[] {1, 1, 6, 8},
        TensorAccess.apply(new WindowOp.MaxPoolGather(valid), x, v).toDoubleArray());

    PoolSpec padded = new PoolSpec(2, 2, 2, 2, 1, 0, 0, 1);
    assertArrayEquals(
        new double[] {(0 + 1) / 4.0, 2 / 4.0, (3 + 4 + 6 + 7) / 4.0, (5 + 8) / 4.0},
        v.averagePool(padded, true).toDoubleArray());
    assertArrayEquals(
        new double[] {(0 + 1) / 2.0, 2, (3 + 4 + 6 + 7) / 4.0, (5 + 8) / 2.0},
        v.averagePool(padded, false).toDoubleArray());
    Tensor negative = Tensor.of(new double[] {-1, -2, -3, -4, -5, -6, -7, -8, -9}, 1, 3, 3, 1);
    assertArrayEquals(new double[] {-1, -3, -4, -6}, negative.maxPool(padded).toDoubleArray());
  }

  @Test
  void averagePoolAdjoint() {
    PoolSpec s = new PoolSpec(2, 3, 1, 2, 1, 0, 0, 2);
    Tensor x = Tensor.of(random(2 * 5 * 6 * 3, 8), 2, 5, 6, 3);
    for (boolean counted : new boolean[] {false, true}) {
      Tensor pooled = x.averagePool(s, counted);
      Tensor y = Tensor.of(random(pooled.shape().size(), 9), pooled.shape().dims());
      Tensor back = TensorAccess.apply(new WindowOp.AveragePoolBackward(s, counted, 5, 6), y);
      assertEquals(pooled.mul(y).sum().item(), back.mul(x).sum().item(), 1e-12);
    }
  }

  // ---- positions

  @Test
  void positions() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Tensor i = Tensor.of(new int[] {2, 0, 2});
    assertArrayEquals(new double[] {5, 6, 1, 2, 5, 6}, x.gather(0, i).toDoubleArray());
    assertArrayEquals(
        new double[] {2, 1, 4, 3, 6, 5}, x.gather(1, Tensor.of(new int[] {1, 0})).toDoubleArray());
    assertArrayEquals(new double[] {3, 4, 0, 0, 6, 8}, x.scatterAdd(0, i, 3).toDoubleArray());
    assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0, 0, 0, 1}, i.oneHot(3).toFloatArray());
    assertArrayEquals(
        new double[] {2, 3, 5},
        x.takeAlong(1, Tensor.of(new int[] {1, 0, 0}, 3, 1)).toDoubleArray());
  }

  @Test
  void sorting() {
    Tensor x = Tensor.of(new double[] {2, NAN, -INF, 0.0, -0.0, 2, INF, NAN});
    assertArrayEquals(new int[] {2, 3, 4, 0, 5, 6, 1, 7}, x.argsort(false).toIntArray());
    assertArrayEquals(new int[] {1, 7, 6, 0, 5, 3, 4, 2}, x.argsort(true).toIntArray());
    assertArrayEquals(
        new double[] {-INF, 0.0, -0.0, 2, 2, INF, NAN, NAN}, x.sort(false).toDoubleArray());
    assertArrayEquals(
        new int[] {1, 0, 0, 1},
        Tensor.of(new int[] {5, 3, 3, 5}, 2, 2).argsort(false).toIntArray());
  }

  // ----

  private static double one(UnaryOp op, double x) {
    return TensorAccess.apply(op, Tensor.of(new double[] {x})).item();
  }

  private static double two(BinaryOp.Kind kind, double a, double b) {
    return TensorAccess.apply(
            new BinaryOp(kind), Tensor.of(new double[] {a}), Tensor.of(new double[] {b}))
        .item();
  }

  private static double[] random(int count, int seed) {
    return new Random(seed).doubles(count, -1, 1).toArray();
  }

  @Test
  void subnormalResultsAreKept() {
    Tensor small = Tensor.of(new float[] {1e-20f, -1e-20f, 1e-38f});
    Tensor factor = Tensor.of(new float[] {1e-20f, 1e-20f, 0.375f});
    float[] exact = {1e-20f * 1e-20f, -1e-20f * 1e-20f, 1e-38f * 0.375f};
    assertArrayEquals(exact, small.mul(factor).toFloatArray());
  }
}
