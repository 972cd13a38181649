package shinso.zoo.backprop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.zoo.backprop.DeltaRule.Activation;
import shinso.zoo.backprop.DeltaRule.Backward;
import shinso.zoo.backprop.DeltaRule.Forward;
import shinso.zoo.backprop.DeltaRule.Layer;
import shinso.zoo.backprop.DeltaRule.Output;

/** The delta rule on plain arrays against automatic differentiation in double. */
final class DeltaRuleTest {
  private static final int[] WIDTHS = {4, 6, 5, 3};
  private static final double[] X = {0.3, -1.2, 0.8, 2};

  /** A network in both ways. */
  record Case(
      String name,
      Activation f,
      UnaryOperator<Tensor> tensorF,
      Output output,
      double[] t,
      BinaryOperator<Tensor> error) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "sigmoid, linear output",
            Activation.SIGMOID,
            Tensor::sigmoid,
            Output.LINEAR,
            new double[] {1, -2, 0.5},
            (u, t) -> u.sub(t).square().sum().mul(0.5)),
        new Case(
            "tanh, sigmoid output",
            Activation.TANH,
            Tensor::tanh,
            Output.SIGMOID,
            new double[] {1, 0, 1},
            (u, t) -> u.softplus().sub(u.mul(t)).sum()),
        new Case(
            "rectifier, softmax output",
            Activation.RELU,
            Tensor::relu,
            Output.SOFTMAX,
            new double[] {0, 0, 1},
            (u, t) -> u.logSoftmax(0).mul(t).sum().neg()),
        new Case(
            "squares, square output",
            Activation.SQUARE,
            Tensor::square,
            Output.of(Activation.SQUARE, Activation.SQUARE),
            new double[3],
            (u, t) -> u.square().square().sum()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Tag("row-D1")
  void theDeltaRuleIsAutodiff(Case c) {
    RandomGenerator random = Rng.of(7).generator();
    List<Layer> layers = new ArrayList<>();
    for (int l = 1; l < WIDTHS.length; l++) {
      double[][] w = new double[WIDTHS[l]][WIDTHS[l - 1]];
      double[] b = new double[WIDTHS[l]];
      for (int j = 0; j < b.length; j++) {
        b[j] = random.nextDouble(-0.5, 0.5);
        for (int i = 0; i < w[j].length; i++) {
          w[j][i] = random.nextDouble(-0.7, 0.7);
        }
      }
      layers.add(new Layer(w, b, c.f));
    }
    DeltaRule net = new DeltaRule(layers, c.output);
    Forward forward = net.forward(X);
    Backward backward = net.backward(forward, c.t);

    List<Tensor> ws = new ArrayList<>();
    List<Tensor> us = new ArrayList<>();
    Tensor z = Tensor.of(X, 4, 1);
    for (Layer layer : layers) {
      Tensor w = Tensor.of(flat(layer.w()), layer.w().length, layer.w()[0].length);
      Tensor u = w.matmul(z).add(Tensor.of(layer.b(), layer.b().length, 1));
      ws.add(w);
      us.add(u);
      z = c.tensorF.apply(u);
    }
    Tensor error = c.error.apply(us.getLast(), Tensor.of(c.t, 3, 1));
    assertEquals(error.item(), net.error(X, c.t), 1e-12 * Math.max(1, error.item()));
    List<Tensor> byW = Autodiff.gradients(error, ws);
    List<Tensor> byU = Autodiff.gradients(error, us);
    for (int l = 0; l < layers.size(); l++) {
      double[] delta = byU.get(l).toDoubleArray();
      double size = 1e-12 * Math.max(1, byU.get(l).abs().max().item());
      assertArrayEquals(us.get(l).toDoubleArray(), forward.u().get(l), 1e-12);
      assertArrayEquals(delta, backward.delta().get(l), size);
      assertArrayEquals(byW.get(l).toDoubleArray(), flat(backward.w().get(l)), 10 * size);
    }
  }

  private static double[] flat(double[][] rows) {
    return Stream.of(rows).flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  /** x = 1, w⁽²⁾ = 2, w⁽³⁾ = 3, f(u) = u², L = ŷ²: every number of the way. */
  @Test
  @Tag("row-D2")
  void theWorkedExample() {
    DeltaRule net =
        new DeltaRule(
            List.of(one(1), one(2), one(3)), Output.of(Activation.SQUARE, Activation.SQUARE));
    Forward forward = net.forward(new double[] {1});
    assertEquals(List.of(1.0, 2.0, 12.0), forward.u().stream().map(u -> u[0]).toList());
    assertEquals(List.of(1.0, 1.0, 4.0, 144.0), forward.z().stream().map(z -> z[0]).toList());
    assertEquals(144 * 144, net.error(new double[] {1}, new double[1]));
    Backward backward = net.backward(forward, new double[1]);
    assertEquals(6912, backward.delta().get(2)[0]); // 2 · 144 · 2 · 12
    assertEquals(82944, backward.delta().get(1)[0]); // 6912 · 3 · 2 · 2
    assertEquals(27648, backward.w().get(2)[0][0]); // 6912 · 4 = 4 w₃³ w₂⁸
    assertEquals(82944, backward.w().get(1)[0][0]); // 82944 · 1 = 8 w₃⁴ w₂⁷
  }

  private static Layer one(double w) {
    return new Layer(new double[][] {{w}}, new double[1], Activation.SQUARE);
  }
}
