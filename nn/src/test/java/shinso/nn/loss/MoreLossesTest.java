package shinso.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Losses of regression and counts, weights and smoothing, by hand. */
class MoreLossesTest {
  private static final Tensor Y = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
  private static final Tensor T = Tensor.of(new double[] {1.5, 0, 2, 8}, 2, 2);

  @Test
  void robustLosses() {
    assertClose((0.5 + 2 + 1 + 4) / 4, Losses.mae(Y, T), 1e-15);
    // Errors −0.5, 2, 1 and −4 with δ = 1.
    assertClose((0.125 + 1.5 + 0.5 + 3.5) / 4, Losses.huber(Y, T, 1), 1e-15);
    assertClose(
        new double[] {-0.125, 0.25, 0.25, -0.25},
        Autodiff.gradient(Losses.huber(Y, T, 1), Y),
        1e-15);
    // Wide enough, it is half of the squared error.
    assertClose(Losses.mse(Y, T).item() / 2, Losses.huber(Y, T, 100), 1e-15);
  }

  @Test
  void hingeStopsAtTheMargin() {
    Tensor y = Tensor.of(new double[] {2, 0.5, -0.5, -3});
    Tensor t = Tensor.of(new double[] {1, 1, -1, 1});
    assertClose((0 + 0.5 + 0.5 + 4) / 4.0, Losses.hinge(y, t), 1e-15);
    assertClose(
        new double[] {0, -0.25, 0.25, -0.25}, Autodiff.gradient(Losses.hinge(y, t), y), 1e-15);
  }

  @Test
  void likelihoods() {
    Tensor s = random(DType.F64, 3, 2, 2);
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      double v = Math.exp(s.toDoubleArray()[i]);
      double e = Y.toDoubleArray()[i] - T.toDoubleArray()[i];
      sum -= Math.log(Math.exp(-e * e / (2 * v)) / Math.sqrt(2 * Math.PI * v));
    }
    assertClose(sum / 4, Losses.gaussianNll(Y, s, T), 1e-14);
    Tensor counts = Tensor.of(new double[] {0, 1, 3, 2}, 2, 2);
    double poisson = 0;
    double[] factorials = {1, 1, 6, 2};
    for (int i = 0; i < 4; i++) {
      double rate = Math.exp(s.toDoubleArray()[i]);
      double n = counts.toDoubleArray()[i];
      poisson -= Math.log(Math.exp(-rate) * Math.pow(rate, n) / factorials[i]);
      poisson -= Math.log(factorials[i]);
    }
    assertClose(poisson / 4, Losses.poissonNll(s, counts), 1e-14);
  }

  @Test
  void labelsMayBeSmoothed() {
    Tensor t = Tensor.of(new int[] {2, 0});
    Tensor p = Losses.smooth(t, 3, 0.3);
    assertClose(new double[] {0.1, 0.1, 0.8, 0.8, 0.1, 0.1}, p, 1e-7);
    Tensor z = random(DType.F32, 1, 2, 3);
    assertClose(
        Losses.softmaxCrossEntropy(z, t).item(),
        Losses.softmaxCrossEntropy(z, Losses.smooth(t, 3, 0)),
        1e-6);
    // Fully smoothed, all that counts is the mean over the classes.
    assertClose(
        -z.logSoftmax(-1).mean().item(),
        Losses.softmaxCrossEntropy(z, Losses.smooth(t, 3, 1)),
        1e-6);
    refusal(() -> Losses.smooth(t, 3, 1.5));
  }

  @Test
  void classesAndExamplesMayCountDifferently() {
    Tensor z = random(DType.F64, 2, 4, 3);
    Tensor t = Tensor.of(new int[] {0, 2, 1, 2});
    double[] each = Losses.softmaxCrossEntropyEach(z, t).toDoubleArray();
    Tensor w = Tensor.of(new double[] {1, 0.5, 3});
    double expected = (each[0] + 3 * each[1] + 0.5 * each[2] + 3 * each[3]) / 7.5;
    assertClose(expected, Losses.softmaxCrossEntropy(z, t, w), 1e-14);
    Tensor mask = Tensor.of(new double[] {1, 0, 1, 0});
    Tensor bad = Tensor.of(new double[] {2, Double.NaN, 4, Double.POSITIVE_INFINITY});
    assertClose(3, Losses.mean(bad, mask), 1e-15);
    refusal(() -> Losses.mean(bad, Tensor.of(new double[] {1})));
    refusal(() -> Losses.softmaxCrossEntropy(z, t, mask));
    refusal(() -> Losses.softmaxCrossEntropy(z, z, w));
  }

  @Test
  void divergenceIsZeroAtTheTarget() {
    Tensor z = random(DType.F64, 2, 4, 3);
    assertClose(0, Losses.klDivergence(z, z.softmax(-1)), 1e-15);
    Tensor p = Tensor.of(new double[] {0, 0.25, 0.75}, 1, 3);
    double[] q = z.slice(0, 0, 1).softmax(-1).toDoubleArray();
    double expected = 0.25 * Math.log(0.25 / q[1]) + 0.75 * Math.log(0.75 / q[2]);
    Tensor kl = Losses.klDivergence(z.slice(0, 0, 1), p);
    assertClose(expected, kl, 1e-14);
    assertTrue(Double.isFinite(Autodiff.gradient(kl, p).toDoubleArray()[1]));
  }

  @Test
  void derivativesOfBothOrdersAgreeWithDifferences() {
    Tensor a = random(DType.F64, 1, 3, 4);
    Tensor b = random(DType.F64, 2, 3, 4);
    List<BinaryOperator<Tensor>> losses =
        List.of(
            Losses::mae,
            (y, t) -> Losses.huber(y, t, 0.7),
            (y, t) -> Losses.hinge(y, t.sign()),
            (y, t) -> Losses.gaussianNll(y, y.mul(0.3).sin(), t),
            Losses::poissonNll,
            (y, t) -> Losses.klDivergence(y, t.softmax(-1)));
    for (BinaryOperator<Tensor> loss : losses) {
      GradientCheck.run(in -> loss.apply(in.get(0), in.get(1)), List.of(a, b), 2, Rng.of(3))
          .requireBelow(1e-6);
    }
  }

  @Test
  void shapesThatDontFitAreErrors() {
    Tensor z = Tensor.zeros(8, 1);
    Tensor t = Tensor.zeros(8);
    refusal(() -> Losses.mae(z, t));
    refusal(() -> Losses.huber(z, t, 1));
    refusal(() -> Losses.huber(z, z, 0));
    refusal(() -> Losses.hinge(z, t));
    refusal(() -> Losses.gaussianNll(z, z, t));
    refusal(() -> Losses.gaussianNll(z, t, z));
    refusal(() -> Losses.poissonNll(z, t));
    refusal(() -> Losses.klDivergence(z, t));
  }

  @Test
  void classReports() {
    Tensor confusion = Tensor.of(new float[] {3, 1, 0, 0, 2, 0, 1, 1, 0}, 3, 3);
    ClassReport r = ClassReport.of(confusion);
    assertEquals(4, r.support(0));
    assertEquals(4, r.predicted(0));
    assertEquals(0.75, r.precision(0));
    assertEquals(0.75, r.recall(0));
    assertEquals(0.75, r.f1(0));
    assertEquals(0.5, r.precision(1));
    assertEquals(1, r.recall(1));
    assertEquals(2.0 / 3, r.f1(1), 1e-15);
    assertTrue(Double.isNaN(r.precision(2)));
    assertEquals(0, r.recall(2));
    assertEquals(0, r.f1(2));
    assertEquals((0.75 + 2.0 / 3) / 3, r.macroF1(), 1e-15);
    assertEquals(5.0 / 8, r.accuracy());
    assertEquals(1.75 / 3, r.balancedAccuracy(), 1e-15);
    refusal(() -> ClassReport.of(Tensor.zeros(3, 2)));
  }

  @Test
  void calibrationReports() {
    // Confidences 0.9, 0.9, 0.6 and 1 for the classes 0, 1, 1 and 0.
    float[] p = {0.9f, 0.1f, 0.1f, 0.9f, 0.4f, 0.6f, 1, 1e-30f};
    Tensor logits = Tensor.of(p, 4, 2).log();
    Tensor t = Tensor.of(new int[] {0, 0, 1, 0});
    CalibrationReport r = CalibrationReport.of(CalibrationReport.sums(logits, t, 4));
    assertEquals(
        List.of(0.0, 0.0, 1.0, 3.0), List.of(r.count(0), r.count(1), r.count(2), r.count(3)));
    assertEquals(0.6, r.confidence(2), 1e-6);
    assertEquals(1, r.accuracy(2));
    assertEquals(2.8 / 3, r.confidence(3), 1e-6);
    assertEquals(2.0 / 3, r.accuracy(3), 1e-12);
    assertEquals((0.4 + 0.8) / 4, r.expectedError(), 1e-6);
    refusal(() -> new CalibrationReport(2, new double[5]));
  }

  @Test
  void regressionReports() {
    Tensor first = RegressionReport.sums(Y.slice(0, 0, 1), T.slice(0, 0, 1));
    Tensor second = RegressionReport.sums(Y.slice(0, 1, 2), T.slice(0, 1, 2));
    RegressionReport r = RegressionReport.of(first.add(second));
    assertEquals(4, r.count());
    assertEquals(7.5 / 4, r.mae(), 1e-14);
    assertEquals(21.25 / 4, r.mse(), 1e-14);
    assertEquals(Math.sqrt(21.25 / 4), r.rmse(), 1e-14);
    // Mean 2.875; Σ (t − mean)² by hand.
    double spread = 1.375 * 1.375 + 2.875 * 2.875 + 0.875 * 0.875 + 5.125 * 5.125;
    assertEquals(1 - 21.25 / spread, r.rSquared(), 1e-14);
    refusal(() -> RegressionReport.of(Tensor.zeros(4)));
    refusal(() -> RegressionReport.sums(Y, Tensor.zeros(2)));
  }

  @Test
  void balancedWeightsMakeClassesCountTheSame() {
    assertClose(
        new double[] {10 / (2 * 8.0), 0, 10 / (2 * 2.0)}, Losses.balancedWeights(8, 0, 2), 1e-7);
    assertClose(new double[] {1, 1}, Losses.balancedWeights(7, 7), 0);
    assertEquals("balancedWeights: no class has an example", refusal(Losses::balancedWeights));
    assertEquals(
        "balancedWeights: a class has -1 examples", refusal(() -> Losses.balancedWeights(3, -1)));
  }

  @Test
  void positiveTargetsMayCountMore() {
    Tensor z = Tensor.of(new double[] {0.3, -2, 40, -40});
    Tensor t = Tensor.of(new double[] {1, 0, 0.25, 1});
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      double x = z.toDoubleArray()[i];
      double p = t.toDoubleArray()[i];
      // −log σ(x) = log(1 + e^−x).
      sum += 3 * p * Math.log1p(Math.exp(-x)) + (1 - p) * Math.log1p(Math.exp(x));
    }
    assertClose(sum / 4, Losses.binaryCrossEntropyFromLogits(z, t, 3), 1e-13);
    assertClose(
        Losses.binaryCrossEntropyFromLogits(z, t).item(),
        Losses.binaryCrossEntropyFromLogits(z, t, 1),
        0);
    refusal(() -> Losses.binaryCrossEntropyFromLogits(z, t, 0));
  }
}
