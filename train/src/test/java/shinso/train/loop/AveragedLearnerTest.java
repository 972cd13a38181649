package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.train.run.RunFolder;

/** Learners whose models hold averages of their weights. */
class AveragedLearnerTest {
  private static final double BETA = 0.7;

  @TempDir private Path root;

  private static SupervisedLearner plain() {
    Network network = Network.of(2).dense(8).tanh().batchNorm().dense(2).build(Rng.of(3));
    return SupervisedLearner.of(network, Losses::softmaxCrossEntropy, Adam.of(0.05));
  }

  /** The model holds what an average of the plain learner's models would be, and is evaluated. */
  @Test
  void theModelIsTheAverageOfThoseThatPlainTrainingGoesThrough() {
    SupervisedLearner plain = plain();
    SupervisedLearner inner = plain();
    AveragedLearner averaged = AveragedLearner.of(inner, BETA);
    Program one = Program.of(plain::train);
    Program other = Program.of(averaged::train);
    List<Tensor> batch = Toy.Points.of(16, 1).batch(new int[] {0, 1, 2, 3, 4, 5, 6, 7});
    Map<String, Param> weights = plain.model();
    Map<String, double[]> sums = new TreeMap<>();
    double total = 0;
    for (int step = 0; step < 5; step++) {
      double loss = one.run(Rng.of(step), batch.get(0), batch.get(1)).metric("loss").item();
      assertEquals(
          loss, other.run(Rng.of(step), batch.get(0), batch.get(1)).metric("loss").item(), 1e-5);
      total = BETA * total + 1;
      weights.forEach((name, w) -> {
        double[] now = w.value().toDoubleArray();
        double[] sum = sums.computeIfAbsent(name, n -> new double[now.length]);
        for (int i = 0; i < sum.length; i++) {
          sum[i] = BETA * sum[i] + now[i];
        }
      });
    }
    for (Map.Entry<String, double[]> sum : sums.entrySet()) {
      double[] held =
          Objects.requireNonNull(averaged.model().get(sum.getKey())).value().toDoubleArray();
      for (int i = 0; i < held.length; i++) {
        assertEquals(sum.getValue()[i] / total, held[i], 1e-5, sum.getKey());
      }
    }
    double evaluated =
        Program.of(averaged::evaluate)
            .run(Rng.of(0), batch.get(0), batch.get(1))
            .metric("loss")
            .item();
    Tensor logits = inner.network().forward(batch.get(0), Pass.inference());
    assertEquals(Losses.softmaxCrossEntropy(logits, batch.get(1)).item(), evaluated, 1e-6);
  }

  @Test
  void aRunThatWasStoppedGoesOnWithTheSameBits() throws Exception {
    RunFolder whole = Toy.run(root);
    Toy.trainer(AveragedLearner.of(Toy.learner(), BETA)).steps(20).in(whole).run();
    RunFolder parts = Toy.run(root);
    for (int round = 0; round < 3; round++) {
      int[] asked = {0};
      Toy.trainer(AveragedLearner.of(Toy.learner(), BETA))
          .steps(20)
          .interruptedBy(() -> asked[0]++ == 8)
          .in(parts)
          .run();
    }
    assertArrayEquals(Files.readAllBytes(whole.model()), Files.readAllBytes(parts.model()));
    RunFolder without = Toy.run(root);
    Toy.trainer(Toy.learner()).steps(20).in(without).run();
    assertNotEquals(
        whole.info().metrics().get("test.loss"), without.info().metrics().get("test.loss"));
  }

  @Test
  void theStateHasTheWeightsBeingTrained() {
    Map<String, Param> state = AveragedLearner.of(plain(), BETA).state();
    assertTrue(state.containsKey("average.step"), state::toString);
    assertTrue(
        state.keySet().stream().anyMatch(n -> n.startsWith("average.trained.")), state::toString);
    assertTrue(state.containsKey("adam.step"), state::toString);
  }
}
