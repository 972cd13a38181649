package shinso.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Nesterov;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.nn.optim.Sgd;

/** All parts of the module together. */
class TrainingTest {
  private static final long SEED = 3;

  static List<Optimizer> optimizers() {
    return List.of(
        Sgd.of(0.5),
        Momentum.of(0.1, 0.9),
        Momentum.averaging(Schedule.constant(1), 0.9),
        Nesterov.of(0.1, 0.9),
        Adam.of(0.05),
        Adam.of(Schedule.oneCycle(0.1, 300)));
  }

  private static Program program(Layer net, Optimizer optimizer) {
    List<Param> params = List.copyOf(Parameters.trainable(net).values());
    return Program.compileRandom((Tensor x, Tensor t, Rng rng) -> {
      Tensor z = net.forward(x, Pass.training(rng));
      Tensor loss = Losses.softmaxCrossEntropy(z, t);
      List<Tensor> gradients = Gradients.clipByNorm(Autodiff.gradients(loss, params), 10);
      return Step.of(optimizer.update(params, gradients))
          .metric("loss", loss)
          .metric("accuracy", Metrics.accuracy(z, t));
    });
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aSmallNetworkLearnsExclusiveOr(Optimizer optimizer) {
    Tensor x = Tensor.of(new float[] {-1, -1, -1, 1, 1, -1, 1, 1}, 4, 2);
    Tensor t = Tensor.of(new int[] {0, 1, 1, 0});
    Network net = Network.of(2).dense(8).tanh().dense(2).build(Rng.of(SEED));
    Program program = program(net, optimizer);
    double first = program.run(Rng.of(0), x, t).metric("loss").item();
    for (int i = 1; i < 400; i++) {
      program.run(Rng.of(i), x, t);
    }
    Program.Result last = program.run(Rng.of(400), x, t);
    assertTrue(first > 0.2, "loss at first: " + first);
    assertTrue(last.metric("loss").item() < 0.02, "loss at last: " + last.metric("loss").item());
    assertEquals(1, last.metric("accuracy").item());
  }

  @Test
  void aConvolutionalNetworkOverfitsOneBatch() {
    Network net =
        Network.of(8, 8, 1)
            .conv(4, 3, o -> o.same())
            .relu()
            .maxPool(2)
            .conv(8, 3)
            .relu()
            .flatten()
            .dropout(0.1)
            .dense(3)
            .build(Rng.of(SEED));
    Tensor x = random(DType.F32, SEED, 6, 8, 8, 1);
    Tensor t = Tensor.of(new int[] {0, 1, 2, 0, 1, 2});
    Program program = program(net, Adam.of(0.02));
    for (int i = 0; i < 60; i++) {
      program.run(Rng.of(SEED).split(i), x, t);
    }
    Tensor z = net.forward(x, Pass.inference());
    assertTrue(Losses.softmaxCrossEntropy(z, t).item() < 0.05);
    assertEquals(1, Metrics.accuracy(z, t).item());
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    float[][] runs = new float[2][];
    for (int run = 0; run < 2; run++) {
      Network net = Network.of(5).dense(7).relu().dropout(0.5).dense(3).build(Rng.of(SEED));
      Tensor x = random(DType.F32, SEED, 6, 5);
      Tensor t = Tensor.of(new int[] {0, 1, 2, 0, 1, 2});
      Program program = program(net, Adam.of(0.02));
      for (int i = 0; i < 10; i++) {
        program.run(Rng.of(SEED).split(i), x, t);
      }
      runs[run] = net.forward(x, Pass.inference()).toFloatArray();
    }
    assertArrayEquals(runs[0], runs[1]);
  }
}
