package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Sgd;

/** One parameter in several places: its gradient is the sum of theirs. */
@Tag("row-C5")
class SharedParameterTest {
  @Test
  void gradientsOfThePlacesAddUp() {
    Param shared = param(DType.F64, 1, 3, 3);
    Tensor x = random(DType.F64, 2, 5, 3);
    Layer tied = tanhs(shared, shared, shared);
    List<Param> copies =
        List.of(Param.of(shared.value()), Param.of(shared.value()), Param.of(shared.value()));
    Layer untied = tanhs(copies.get(0), copies.get(1), copies.get(2));

    Tensor loss = tied.forward(x, Pass.inference()).square().sum();
    Tensor apart = untied.forward(x, Pass.inference()).square().sum();
    assertClose(apart.item(), loss, 1e-14);
    List<Tensor> g = Autodiff.gradients(apart, copies);
    Tensor sum = g.get(0).add(g.get(1)).add(g.get(2));
    assertClose(sum.toDoubleArray(), Autodiff.gradient(loss, shared), 1e-13);
  }

  private static Layer tanhs(Param a, Param b, Param c) {
    return Sequential.of(
        new Dense(a, null),
        Activation.TANH,
        new Dense(b, null),
        Activation.TANH,
        new Dense(c, null));
  }

  /** The decoder of an auto-encoder is the encoder transposed. */
  record Tied(Param weight) implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return x.matmul(weight.value()).tanh().matmul(weight.value().transpose());
    }
  }

  @Test
  void transposedPlacesAddUp() {
    Param w = param(DType.F64, 3, 4, 2);
    Tensor x = random(DType.F64, 4, 6, 4);
    Param encoder = Param.of(w.value());
    Param decoder = Param.of(w.value().transpose());
    Tensor tied = new Tied(w).forward(x, Pass.inference()).sub(x).square().mean();
    Tensor apart = x.matmul(encoder.value()).tanh().matmul(decoder.value()).sub(x).square().mean();
    List<Tensor> g = Autodiff.gradients(apart, List.of(encoder, decoder));
    assertClose(
        g.get(0).add(g.get(1).transpose()).toDoubleArray(), Autodiff.gradient(tied, w), 1e-13);
  }

  /** A convolution is a local layer whose units share their weights. */
  @Test
  void aFiltersGradientIsTheSumOverItsPositions() {
    Tensor x = random(DType.F64, 5, 2, 7, 1); // [n, time, channel]
    Param filter = param(DType.F64, 6, 3, 1, 1);
    Tensor y = x.conv1d(filter.value(), ConvSpec.VALID);
    Tensor c = random(DType.F64, 7, 2, 5, 1);
    double[] sum = new double[3];
    double[] at = x.toDoubleArray();
    double[] by = c.toDoubleArray();
    for (int n = 0; n < 2; n++) {
      for (int t = 0; t < 5; t++) {
        for (int k = 0; k < 3; k++) {
          sum[k] += by[5 * n + t] * at[7 * n + t + k];
        }
      }
    }
    assertClose(sum, Autodiff.gradient(y.mul(c).sum(), filter), 1e-13);
  }

  @Test
  void itIsFoundMovedAndDecayedOnce() {
    Param shared = Param.of(Tensor.of(new double[] {2}, 1, 1));
    Layer net = Sequential.of(new Dense(shared, null), new Dense(shared, null));
    assertEquals(List.of("layers.0.weight"), List.copyOf(Parameters.all(net).keySet()));
    assertEquals(1, Parameters.count(Parameters.trainable(net).values()));

    List<Param> params = List.copyOf(Parameters.trainable(net).values());
    Sgd sgd = Sgd.of(0.01).weightDecay(0.5, p -> true);
    Program step =
        Program.compile((Tensor x) ->
            Step.of(
                sgd.update(
                    params, Autodiff.gradients(net.forward(x, Pass.inference()).sum(), params))));
    step.run(Tensor.of(new double[] {3}, 1, 1));
    // d(3 w²)/dw = 6 w = 12, and decay takes η λ w once.
    assertClose(2 - 0.01 * 12 - 0.01 * 0.5 * 2, shared.value(), 1e-15);
  }

  /** Shared over time: the parts of the gradient of an unrolled network, one for each step. */
  @Test
  void stepsOfARecurrenceAddUp() {
    Param w = param(DType.F64, 8, 2, 2);
    Tensor h0 = random(DType.F64, 9, 3, 2);
    int steps = 6;
    Param[] each = new Param[steps];
    Arrays.setAll(each, t -> Param.of(w.value()));
    Tensor together = h0;
    Tensor apart = h0;
    for (int t = 0; t < steps; t++) {
      together = together.matmul(w.value()).tanh();
      apart = apart.matmul(each[t].value()).tanh();
    }
    Tensor sum =
        Autodiff.gradients(apart.sum(), List.of(each)).stream().reduce(Tensor::add).orElseThrow();
    assertClose(sum.toDoubleArray(), Autodiff.gradient(together.sum(), w), 1e-13);
  }
}
