package shinso.zoo.feedforward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;

/**
 * Output units and the errors that belong to them: linear and squared, sigmoid and binary
 * cross-entropy, softmax and cross-entropy. With each pair the derivative by the last inputs is y −
 * t.
 */
@Tag("row-A10")
final class OutputUnitsTest {
  private static final int N = 4;
  private static final int K = 3;
  private static final Tensor X = Tensor.normal(Rng.of(1), N, 5);

  /**
   * A pair.
   *
   * @param loss of the last inputs and the targets, a mean over so many terms
   * @param error of y and t, written out
   */
  record Pair(
      String name,
      Activation unit,
      Tensor targets,
      BinaryOperator<Tensor> loss,
      BinaryOperator<Tensor> error,
      double scale) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Pair> pairs() {
    Tensor numbers = Tensor.normal(Rng.of(2), N, K);
    Tensor bits = Tensor.of(new float[] {1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0}, N, K);
    Tensor oneHot = Tensor.of(new int[] {2, 0, 1, 2}, N).oneHot(K).cast(DType.F32);
    return Stream.of(
        new Pair(
            "linear",
            Activation.IDENTITY,
            numbers,
            Losses::mse,
            (y, t) -> y.sub(t).square().sum().mul(0.5),
            2.0 / (N * K)),
        new Pair(
            "sigmoid",
            Activation.SIGMOID,
            bits,
            Losses::binaryCrossEntropyFromLogits,
            (y, t) -> t.mul(y.log()).add(t.rsub(1).mul(y.rsub(1).log())).sum().neg(),
            1.0 / (N * K)),
        new Pair(
            "softmax",
            Activation.SOFTMAX,
            oneHot,
            Losses::softmaxCrossEntropy,
            (y, t) -> t.mul(y.log()).sum().neg(),
            1.0 / N));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void lossAndDelta(Pair pair) {
    Network net = Network.of(5).dense(6).tanh().dense(K).build(Rng.of(3));
    Tensor u = net.forward(X, Pass.inference()).evaluate();
    Tensor y = pair.unit.apply(u);
    Tensor loss = pair.loss.apply(u, pair.targets);
    assertEquals(pair.error.apply(y, pair.targets).item() * pair.scale, loss.item(), 1e-5);
    double[] delta = y.sub(pair.targets).mul(pair.scale).toDoubleArray();
    assertArrayEquals(delta, Autodiff.gradient(loss, u).toDoubleArray(), 1e-6);
    Tensor ofNetwork = pair.loss.apply(net.forward(X, Pass.inference()), pair.targets);
    ParameterCheck.run(Parameters.trainable(net), ofNetwork, Rng.of(4)).requireBelow(1e-6);
  }
}
