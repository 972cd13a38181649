package shinso.zoo.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;

@Tag("row-A5")
final class LogisticRegressionTest {
  private static final float[] X = {0.5f, -1, 2, 0.25f, -0.75f, 1.5f, 3, -2};
  private static final int[] LABELS = {1, 0, 0, 1};
  private final LogisticRegression model =
      new LogisticRegression(
          Param.of(Tensor.of(new float[] {0.8f, -0.4f}, 2, 1)),
          Param.of(Tensor.of(new float[] {0.3f}, 1)));

  private static double u(int n) {
    return 0.8 * X[2 * n] - 0.4 * X[2 * n + 1] + 0.3;
  }

  /** ∇E = 1/N Σ (yₙ − tₙ) xₙ, (4.91). */
  @Test
  void theGradientIsErrorTimesInput() {
    Tensor x = Tensor.of(X, 4, 2);
    Tensor t = Tensor.of(LABELS, 4);
    double[] w = new double[2];
    double b = 0;
    double e = 0;
    for (int n = 0; n < 4; n++) {
      double y = 1 / (1 + Math.exp(-u(n)));
      w[0] += (y - LABELS[n]) * X[2 * n] / 4;
      w[1] += (y - LABELS[n]) * X[2 * n + 1] / 4;
      b += (y - LABELS[n]) / 4;
      e -= Math.log(LABELS[n] == 1 ? y : 1 - y) / 4;
    }
    Tensor loss = model.crossEntropy(x, t);
    assertEquals(e, loss.item(), 1e-6);
    List<Tensor> g = Autodiff.gradients(loss, List.of(model.weight(), model.bias()));
    assertArrayEquals(w, g.get(0).toDoubleArray(), 1e-6);
    assertEquals(b, g.get(1).item(), 1e-6);
    // The same as softmax of two classes, one of which has the logit 0.
    Tensor softmax = Losses.softmaxCrossEntropy(model.logits(x), t);
    assertEquals(e, softmax.item(), 1e-6);
    assertArrayEquals(w, Autodiff.gradient(softmax, model.weight()).toDoubleArray(), 1e-6);
    ParameterCheck.run(Parameters.trainable(model), loss, Rng.of(1)).requireBelow(1e-6);
  }

  /** P / (1 − P) = eᵘ, and a step of one along a feature multiplies the odds by e to its weight. */
  @Test
  void odds() {
    Tensor x = Tensor.of(X, 4, 2);
    double[] p = model.probability(x).toDoubleArray();
    double[] odds = model.odds(x).toDoubleArray();
    for (int n = 0; n < 4; n++) {
      assertEquals(Math.exp(u(n)), odds[n], 1e-5 * odds[n]);
      assertEquals(p[n] / (1 - p[n]), odds[n], 1e-4 * odds[n]);
    }
    double[] further = model.odds(x.add(Tensor.of(new float[] {1, 0}, 2))).toDoubleArray();
    for (int n = 0; n < 4; n++) {
      assertEquals(Math.exp(0.8), further[n] / odds[n], 1e-5);
    }
    assertArrayEquals(p, model.logits(x).softmax(-1).at(1, 1).toDoubleArray(), 1e-6);
    double[] half = LogisticRegression.of(2).probability(x).toDoubleArray();
    assertArrayEquals(new double[] {0.5, 0.5, 0.5, 0.5}, half);
  }
}
