package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

@Tag("row-A11")
class ActivationTest {
  private static final double[] X = {-30, -4, -1.5, -1, -0.25, 0.25, 1, 1.5, 4, 30};

  /** A function and its derivative as the books have them. */
  record Row(Activation activation, DoubleUnaryOperator f, DoubleUnaryOperator derivative) {
    @Override
    public String toString() {
      return activation.toString();
    }
  }

  private static double sigmoid(double u) {
    return 1 / (1 + Math.exp(-u));
  }

  static List<Row> rows() {
    return List.of(
        new Row(Activation.STEP, u -> u >= 0 ? 1 : 0, u -> 0),
        new Row(Activation.IDENTITY, u -> u, u -> 1),
        new Row(Activation.SIGMOID, u -> sigmoid(u), u -> sigmoid(u) * sigmoid(-u)),
        new Row(
            Activation.TANH,
            u -> Math.expm1(2 * u) / (Math.expm1(2 * u) + 2),
            u -> 1 / Math.pow(Math.cosh(u), 2)),
        new Row(Activation.RELU, u -> Math.max(0, u), u -> u > 0 ? 1 : 0),
        new Row(
            Activation.leakyRelu(0.2),
            u -> 0.2 * Math.min(0, u) + Math.max(0, u),
            u -> u > 0 ? 1 : 0.2),
        new Row(Activation.SOFTPLUS, u -> Math.log1p(Math.exp(u)), ActivationTest::sigmoid),
        new Row(
            Activation.elu(1.5),
            u -> u > 0 ? u : 1.5 * Math.expm1(u),
            u -> u > 0 ? 1 : 1.5 * Math.exp(u)),
        new Row(
            Activation.SILU, u -> u * sigmoid(u), u -> sigmoid(u) + u * sigmoid(u) * sigmoid(-u)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void valuesAndDerivativesOfTheFormulas(Row row) {
    Tensor x = Tensor.of(X);
    Tensor y = row.activation.apply(x);
    assertClose(Arrays.stream(X).map(row.f).toArray(), y, 1e-14);
    double[] slopes = Arrays.stream(X).map(row.derivative).toArray();
    assertClose(slopes, Autodiff.gradient(y.sum(), x), 1e-14);
    Tensor single = x.cast(DType.F32).evaluate();
    Tensor fast = row.activation.apply(single);
    assertClose(Arrays.stream(X).map(row.f).toArray(), fast, 1e-6);
    assertClose(slopes, Autodiff.gradient(fast.sum(), single), 1e-6);
  }

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

  /** ∂yᵢ/∂uⱼ = yᵢ (δᵢⱼ − yⱼ). */
  @Test
  void theJacobianOfSoftmax() {
    Tensor u = f64(0.5, -1, 2);
    double[] e = {Math.exp(0.5), Math.exp(-1), Math.exp(2)};
    double sum = e[0] + e[1] + e[2];
    Tensor y = Activation.SOFTMAX.apply(u);
    assertClose(new double[] {e[0] / sum, e[1] / sum, e[2] / sum}, y, 1e-15);
    for (int i = 0; i < 3; i++) {
      double[] row = new double[3];
      for (int j = 0; j < 3; j++) {
        row[j] = e[i] / sum * ((i == j ? 1 : 0) - e[j] / sum);
      }
      assertClose(row, Autodiff.gradient(y.at(0, i), u), 1e-15);
    }
  }

  /** y = max(0, u) + a min(0, u): ∂y/∂a = min(0, u), summed over the examples. */
  @Test
  void preluLearnsItsSlopes() {
    Prelu prelu = new Prelu(Param.of(f64(0.25, 0.5)));
    Tensor x = Tensor.of(new double[] {-2, 3, -1, -4, 5, -6}, 3, 2);
    Tensor y = prelu.forward(x, Pass.inference());
    assertClose(new double[] {-0.5, 3, -0.25, -2, 5, -3}, y, 0);
    assertClose(new double[] {-3, -10}, Autodiff.gradient(y.sum(), prelu.slope()), 0);
    assertClose(new double[] {0.25, 1, 0.25, 0.5, 1, 0.5}, Autodiff.gradient(y.sum(), x), 0);
    assertArrayEquals(new double[] {0.25, 0.25}, Prelu.of(2).slope().value().toDoubleArray());
  }

  /** f(u)ⱼ = max of uᵢ over I = {(j − 1) k + 1, …, j k}; the gradient goes to the largest alone. */
  @Test
  void maxoutTakesTheLargestOfItsGroup() {
    Tensor u = Tensor.of(new double[] {1, 5, 3, -2, -7, -4, 0, 2, 1, 9, 8, 7}, 2, 6);
    Tensor y = new Maxout(3).forward(u, Pass.inference());
    assertClose(new double[] {5, -2, 2, 9}, y, 0);
    Tensor weights = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
    assertClose(
        new double[] {0, 1, 0, 2, 0, 0, 0, 3, 0, 4, 0, 0},
        Autodiff.gradient(y.mul(weights).sum(), u),
        0);
  }

  /** max(u, 0), |u| and a leaky rectifier are maxout units of two pieces. */
  @Test
  void maxoutHasOtherFunctionsAsSpecialCases() {
    Tensor x = random(DType.F64, 1, 50, 1);
    for (double slope : new double[] {0, -1, 0.2}) {
      Dense pieces =
          new Dense(Param.of(Tensor.of(new double[] {1, slope}, 1, 2)), Param.of(f64(0, 0)));
      Tensor y = new Maxout(2).forward(pieces.forward(x, Pass.inference()), Pass.inference());
      double[] expected =
          Arrays.stream(x.toDoubleArray()).map(u -> u > 0 ? u : slope * u).toArray();
      assertClose(expected, y, 1e-15);
    }
  }

  @Test
  void gradientsByTheParametersOfNetworksWithThem() {
    Network net =
        Network.of(3)
            .dense(8)
            .prelu()
            .dense(8)
            .maxout(2)
            .dense(4)
            .activation(Activation.SOFTPLUS)
            .dense(4)
            .activation(Activation.leakyRelu(0.1))
            .dense(2)
            .tanh()
            .build(Rng.of(1));
    Tensor y = net.forward(random(DType.F32, 2, 5, 3), Pass.inference());
    ParameterCheck.run(Parameters.trainable(net), y.square().mean(), Rng.of(3)).requireBelow(1e-6);
  }
}
