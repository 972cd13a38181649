package shinso.zoo.feedforward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

@Tag("row-A8")
final class McCullochPittsTest {
  private static final Tensor PAIRS = Tensor.of(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 4, 2);

  private static void truth(double[] expected, Layer neuron, Tensor x) {
    assertArrayEquals(expected, neuron.forward(x, Pass.inference()).toDoubleArray());
  }

  @Test
  void truthTables() {
    truth(new double[] {0, 0, 0, 1}, McCullochPitts.AND, PAIRS);
    truth(new double[] {0, 1, 1, 1}, McCullochPitts.OR, PAIRS);
    truth(new double[] {1, 0}, McCullochPitts.NOT, Tensor.of(new float[] {0, 1}, 2, 1));
    // Majority of three.
    truth(new double[] {0, 0, 0, 1, 0, 1, 1, 1}, McCullochPitts.of(2, 1, 1, 1), Tensor.bits(3));
    // a and not b: the second input inhibits.
    truth(new double[] {0, 0, 1, 0}, McCullochPitts.of(1, 1, -2), PAIRS);
  }

  /** What no neuron can do, two layers can: XOR = OR and not AND. */
  @Test
  void twoLayersAreXor() {
    McCullochPitts hidden =
        new McCullochPitts(
            Param.of(Tensor.of(new float[] {1, 1, 1, 1}, 2, 2)),
            Param.of(Tensor.of(new float[] {1, 2}, 2)));
    McCullochPitts andNot = McCullochPitts.of(1, 1, -2);
    truth(
        new double[] {0, 1, 1, 0},
        (x, pass) -> andNot.forward(hidden.forward(x, pass), pass),
        PAIRS);
  }

  /** The step has no slope: gradient descent learns nothing from it. */
  @Test
  void noGradient() {
    Tensor y = McCullochPitts.AND.forward(PAIRS, Pass.inference()).sum();
    assertArrayEquals(
        new double[2], Autodiff.gradient(y, McCullochPitts.AND.weight()).toDoubleArray());
  }
}
