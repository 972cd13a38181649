package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Moments against sums over all masks, integrals and draws. */
@Tag("row-C12")
final class FastDropoutTest {
  private static final double[] MEANS = {-6, -2, -0.3, 0, 0.4, 1.5, 8, 40};
  private static final double[] VARIANCES = {0.5, 1, 4, 0.04, 9, 0.25, 2, 1};

  private static Moments moments() {
    return new Moments(Tensor.of(MEANS, 8), Tensor.of(VARIANCES, 8));
  }

  /** E(f(x)) for x normal, by the trapezoidal rule over ±12 standard deviations. */
  private static double expectation(double m, double v, DoubleUnaryOperator f) {
    int n = 60_000;
    double h = 24.0 / n;
    double sum = 0;
    for (int i = 0; i <= n; i++) {
      double z = -12 + i * h;
      sum += Math.exp(-z * z / 2) * f.applyAsDouble(m + Math.sqrt(v) * z);
    }
    return sum * h / Math.sqrt(2 * Math.PI);
  }

  private static void assertMoments(
      UnaryOperator<Moments> through, DoubleUnaryOperator f, double inMean, double inVariance) {
    Moments got = through.apply(moments());
    for (int i = 0; i < MEANS.length; i++) {
      double m = expectation(MEANS[i], VARIANCES[i], f);
      double v = expectation(MEANS[i], VARIANCES[i], x -> Math.pow(f.applyAsDouble(x) - m, 2));
      assertEquals(m, got.mean().toDoubleArray()[i], inMean * Math.max(1, m), "mean " + i);
      assertEquals(v, got.variance().toDoubleArray()[i], inVariance, "variance " + i);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void rectifierIsExact() {
    assertMoments(Moments::relu, x -> Math.max(x, 0), 1e-7, 1e-7);
  }

  /**
   * The sigmoid is within 0.0177 of Φ(x √(π/8)), for which the formula of the mean holds, before
   * and after; its square has its own distance from the sigmoid that stands for it.
   */
  @Test
  void sigmoidIsAsCloseAsItsApproximations() {
    double a = 4 - 2 * Math.sqrt(2);
    double c = -Math.log(Math.sqrt(2) - 1);
    double square = 0;
    for (double x = -20; x < 20; x += 1e-3) {
      square = Math.max(square, Math.abs(Math.pow(sigmoid(x), 2) - sigmoid(a * (x - c))));
    }
    double mean = 2 * 0.0177;
    assertMoments(Moments::sigmoid, FastDropoutTest::sigmoid, mean, square + mean + 2 * mean);
    assertTrue(square < 0.028, "the paper's approximation of the square is off by " + square);
  }

  /** Far from 0 and for large variances it is low by log 2 √(π/8) √(2π) − 1 = 9 %. */
  @Test
  void expectedLogLikelihoodIsClose() {
    double[] got = moments().logSigmoid().toDoubleArray();
    for (int i = 0; i < MEANS.length; i++) {
      double exact = expectation(MEANS[i], VARIANCES[i], x -> -Math.log1p(Math.exp(-x)));
      assertEquals(exact, got[i], 0.09 * Math.abs(exact) + 0.01, "element " + i);
    }
  }

  /** All 2⁴ masks of one layer, each with its probability. */
  @Test
  void dropoutAndAffineMapAreExact() {
    double rate = 0.3;
    Tensor x = random(DType.F64, 1, 1, 4);
    Dense map = new Dense(Param.of(random(DType.F64, 2, 4, 3)), Param.of(random(DType.F64, 3, 3)));
    Tensor masks = Tensor.bits(4).cast(DType.F64); // [16, 4]
    Tensor kept = masks.sum(1);
    Tensor p =
        kept.mul(Math.log(1 - rate)).add(kept.rsub(4).mul(Math.log(rate))).exp().unsqueeze(1);
    Tensor y = map.forward(x.mul(masks).div(1 - rate), Pass.inference()); // [16, 3]
    Tensor mean = p.mul(y).sum(0);
    Tensor variance = p.mul(y.sub(mean).square()).sum(0);

    Moments got = Moments.exactly(x).dropout(rate).affine(map);
    assertClose(mean.toDoubleArray(), got.mean().squeeze(0), 1e-12);
    assertClose(variance.toDoubleArray(), got.variance().squeeze(0), 1e-12);
  }

  /** A unit that varies by itself and is dropped as well: E(x²) = (m² + v) / (1 − ρ). */
  @Test
  void dropoutOfARandomUnit() {
    Moments got = new Moments(Tensor.of(new double[] {3}, 1), Tensor.of(new double[] {2}, 1));
    assertClose(3, got.dropout(0.5).mean(), 1e-15);
    assertClose((9 + 2) / 0.5 - 9, got.dropout(0.5).variance(), 1e-14);
  }

  private static Network network() {
    return Network.of(20)
        .dropout(0.2)
        .dense(200)
        .relu()
        .dropout(0.5)
        .dense(100)
        .relu()
        .dropout(0.5)
        .dense(3)
        .build(Rng.of(4));
  }

  /** Wide layers: sums of many units are nearly normal, and nearly independent of each other. */
  @Test
  void aDeepNetworkAgainstDrawnMasks() {
    Tensor x = random(DType.F32, 5, 1, 20);
    Network net = network();
    int n = 60_000;
    double[] y = net.forward(x.tile(0, n), Pass.inference().drawing(Rng.of(6))).toDoubleArray();
    Moments got = new FastDropout(net).moments(x);
    for (int j = 0; j < 3; j++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        sum += y[3 * i + j];
        squares += y[3 * i + j] * y[3 * i + j];
      }
      double mean = sum / n;
      double deviation = Math.sqrt(squares / n - mean * mean);
      double s = Math.sqrt(got.variance().toDoubleArray()[j]);
      assertEquals(mean, got.mean().toDoubleArray()[j], 0.05 * deviation, "mean " + j);
      assertEquals(deviation, s, 0.1 * deviation, "deviation " + j);
    }
  }

  @Test
  void drawsHaveTheMoments() {
    Tensor x = random(DType.F32, 5, 1, 20).tile(0, 20_000);
    FastDropout fast = new FastDropout(network());
    Moments m = fast.moments(x.slice(0, 0, 1));
    Tensor y = fast.forward(x, Pass.training(Rng.of(8)));
    double[] s = m.variance().sqrt().toDoubleArray();
    for (int j = 0; j < 3; j++) {
      Tensor column = y.at(1, j);
      assertEquals(m.mean().toDoubleArray()[j], column.mean().item(), 4 * s[j] / Math.sqrt(20_000));
      assertEquals(s[j], Math.sqrt(column.variance().item()), 0.03 * s[j]);
    }
  }

  @Test
  void inferenceIsTheNetwork() {
    Network net = network();
    Tensor x = random(DType.F32, 5, 2, 20);
    double[] expected = net.forward(x, Pass.inference()).toDoubleArray();
    assertClose(expected, new FastDropout(net).forward(x, Pass.inference()), 0);
  }

  @Test
  void gradients() {
    Tensor w = random(DType.F64, 2, 4, 3);
    Tensor x = random(DType.F64, 1, 2, 4);
    for (UnaryOperator<Moments> f :
        List.<UnaryOperator<Moments>>of(Moments::relu, Moments::sigmoid)) {
      GradientCheck.run(
              in -> {
                Moments m = Moments.exactly(x).dropout(0.2);
                Moments y =
                    f.apply(
                        new Moments(
                            m.mean().matmul(in.getFirst()),
                            m.variance().matmul(in.getFirst().square())));
                return y.mean().add(y.variance()).add(y.sample(Rng.of(1)));
              },
              List.of(w),
              2,
              Rng.of(3))
          .requireBelow(1e-6);
    }
  }

  @Test
  void nothingVariesWithoutDropout() {
    Network net = Network.of(4).dense(6).relu().dense(2).build(Rng.of(1));
    Tensor x = random(DType.F32, 2, 3, 4);
    Moments m = new FastDropout(net).moments(x);
    assertClose(net.forward(x, Pass.inference()).toDoubleArray(), m.mean(), 1e-5);
    assertTrue(m.variance().abs().max().item() < 1e-10);
  }

  @Test
  void layersWithoutMomentsAreNamed() {
    FastDropout fast = new FastDropout(Network.of(4).dropout(0.5).dense(3).tanh().build(Rng.of(1)));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> fast.moments(random(DType.F32, 1, 1, 4)));
    String message = Objects.requireNonNull(e.getMessage());
    assertTrue(message.contains("tanh1"), message);
  }
}
