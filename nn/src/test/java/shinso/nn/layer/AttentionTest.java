package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

@Tag("row-F6")
class AttentionTest {
  private static final Tensor H = Tensor.of(new float[] {1, 0, 0, 2, 3, 3, 9, 9}, 1, 4, 2);
  private static final Tensor MASK = Tensor.of(new float[] {1, 1, 1, 0}, 1, 4);

  private static void expect(Attention attention, float[] query, double... scores) {
    Attention.Found found =
        attention.look(Tensor.of(query, 1, query.length), attention.memory(H, MASK));
    double sum = 0;
    for (double e : scores) {
      sum += Math.exp(e);
    }
    double[] h = H.toDoubleArray();
    double[] c = new double[2];
    double[] weights = found.weights().toDoubleArray();
    for (int j = 0; j < scores.length; j++) {
      assertEquals(Math.exp(scores[j]) / sum, weights[j], 1e-6);
      c[0] += weights[j] * h[2 * j];
      c[1] += weights[j] * h[2 * j + 1];
    }
    assertEquals(0, weights[3]);
    assertArrayEquals(c, found.context().toDoubleArray(), 1e-6);
  }

  @Test
  void dotProductsAreScores() {
    // (1, −1)·(1, 0) = 1, (1, −1)·(0, 2) = −2, (1, −1)·(3, 3) = 0
    expect(new Attention.Multiplicative(null), new float[] {1, -1}, 1, -2, 0);
  }

  @Test
  void theMatrixStandsBetweenQueryAndAnnotation() {
    // s W = (0.5, 1) with s = 0.5
    Param w = Param.of(Tensor.of(new float[] {1, 2}, 1, 2));
    expect(new Attention.Multiplicative(w), new float[] {0.5f}, 0.5, 2, 4.5);
  }

  @Test
  void additiveScoresAreThoseOfALayer() {
    Param w = Param.of(Tensor.of(new float[] {1, 0, 0, 1}, 2, 2));
    Param u = Param.of(Tensor.of(new float[] {0.5f, 0, 0, -0.5f}, 2, 2));
    Param v = Param.of(Tensor.of(new float[] {2, -1}, 2));
    expect(
        new Attention.Additive(w, u, v),
        new float[] {0.1f, 0.2f},
        2 * Math.tanh(0.6) - Math.tanh(0.2),
        2 * Math.tanh(0.1) - Math.tanh(-0.8),
        2 * Math.tanh(1.6) - Math.tanh(-1.3));
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    Rng rng = Rng.of(2);
    Tensor h = Tensor.normal(rng.split("h"), 2, 4, 3);
    Tensor s = Tensor.normal(rng.split("s"), 2, 5);
    Tensor mask = Recurrent.mask(Tensor.of(new int[] {2, 4}, 2), 4);
    Initializer init = Initializer.glorotUniform();
    for (Attention attention :
        List.of(
            Attention.Additive.of(5, 3, 4, init, rng),
            Attention.Multiplicative.of(5, 3, init, rng))) {
      Tensor loss = attention.look(s, attention.memory(h, mask)).context().square().sum();
      ParameterCheck.run(Parameters.trainable(attention), loss, Rng.of(1)).requireBelow(1e-5);
    }
  }

  @Test
  void aMaskOfAnotherLengthIsAnError() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Attention.Multiplicative(null).memory(H, MASK.slice(1, 0, 3)));
  }
}
