package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.estimator.Baseline;
import shinso.nn.estimator.Darn;
import shinso.nn.estimator.GumbelSoftmax;
import shinso.nn.estimator.LearnedBaseline;
import shinso.nn.estimator.RunningMean;
import shinso.nn.estimator.StraightThrough;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.zoo.directed.EstimatedLearning.Way;

/** Networks with drawn hidden units against sums over all their states. */
final class StochasticNetworkTest {
  /** log Σ_h p(h | x) p(y | h) for 2 + 3 hidden units. */
  private static double exact(StochasticNetwork network, Tensor x, Tensor y) {
    Tensor h = Enumeration.of(5).states(); // [32, 5]
    Tensor first = h.slice(1, 0, 2);
    Tensor second = h.slice(1, 2, 5);
    Tensor below = SigmoidBeliefNetwork.log(network.above(0, x), first);
    Tensor above = SigmoidBeliefNetwork.log(network.above(1, first), second);
    Tensor cost = network.cost(second, y.broadcastTo(Shape.of(32, y.shape().dim(1))));
    return below.add(above).sub(cost).logSumExp(0).item();
  }

  @Test
  @Tag("row-J3")
  void manyDrawsComeToTheSumOverStates() {
    StochasticNetwork network = StochasticNetwork.of(Rng.of(1), 4, 2, 3, 5);
    Tensor x = Tensor.of(new float[] {1, 0, 1, 1}, 1, 4);
    Tensor y = Tensor.of(new float[] {0, 1, 1, 0, 1}, 1, 5);
    double found = network.logProbability(x, y, 50_000, Rng.of(2)).item();
    assertEquals(exact(network, x, y), found, 0.02);
  }

  /** Each way learns which of two outputs belongs to which of two inputs. */
  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "mean", "learned", "best", "mu", "darn", "through", "soft", "hard"})
  @Tag("row-J3")
  void everyWayLearns(String name) {
    Way way =
        switch (name) {
          case "mean" -> new Way.Credited(RunningMean.of(5, 0.9));
          case "plain" -> new Way.Credited(Baseline.NONE);
          case "learned" ->
              new Way.Credited(
                  LearnedBaseline.of(Network.of(2).dense(5).tanh().dense(1).build(Rng.of(7)), 0.8));
          case "best" -> new Way.BestCredited();
          case "darn" -> new Way.Passing(t -> new Darn());
          case "mu" -> new Way.Expanded(RunningMean.of(0, 0.9));
          case "through" -> new Way.Passing(t -> new StraightThrough());
          case "soft" -> new Way.Passing(t -> GumbelSoftmax.of(0.5));
          default -> new Way.Passing(t -> GumbelSoftmax.of(0.5).hard());
        };
    StochasticNetwork network = StochasticNetwork.of(Rng.of(3), 2, 4, 4, 2);
    EstimatedLearning learner = new EstimatedLearning(network, way, Adam.of(0.03));
    // Pictures of 2 x 2: the lower row is the upper one turned round.
    Tensor a = Tensor.of(new float[] {1, 0, 0, 1}, 1, 2, 2, 1).tile(0, 40);
    Tensor b = Tensor.of(new float[] {0, 1, 1, 0}, 1, 2, 2, 1).tile(0, 40);
    Tensor pictures = Tensor.concat(0, List.of(a, b)).evaluate();
    Program step = Program.of((in, key) -> learner.train(in, key));
    for (int i = 0; i < 500; i++) {
      step.run(Rng.of(4).split(i), pictures);
    }
    Step judged = learner.evaluate(List.of(pictures), Rng.of(5));
    double loss = Objects.requireNonNull(judged.metrics().get("loss")).item();
    assertTrue(loss < 0.5, name + ": " + loss + " nats; ignorance is 1.39");
    assertEquals(DType.F32, network.predict(EstimatedLearning.upper(pictures), Rng.of(6)).dtype());
  }

  @Test
  void networksWithoutDrawsAreRefused() {
    Dense layer = Dense.of(2, 3, Initializer.glorotUniform(), Rng.of(1));
    assertThrows(IllegalArgumentException.class, () -> new StochasticNetwork(List.of(layer)));
  }
}
