package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Tensor;

class ActivationTest {
  /** As other frameworks have them; that of ELU with a = 1 is not a matter of taste. */
  @ParameterizedTest
  @CsvSource({
    "relu, 0",
    "leakyRelu(0.1), 0.1",
    "elu(1), 1",
    "elu(2), 2",
    "step, 0",
    "gelu, 0.5",
    "silu, 0.5"
  })
  void derivativesAtZero(String name, double expected) {
    for (double zero : new double[] {0, -0.0}) {
      Tensor x = Tensor.of(new double[] {zero});
      Tensor y = Activation.parse(name).apply(x).sum();
      assertEquals(expected, Autodiff.gradient(y, x).item() + 0.0, 1e-15, name);
    }
  }
}
