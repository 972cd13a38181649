package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Tempering;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Sgd;
import shinso.nn.penalty.Sparsity;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.zoo.harness.BaseRates;

@Tag("row-I3")
final class ContrastiveDivergenceTest {
  private static final int V = 5;
  private static final int H = 3;

  private static Rbm machine(long seed) {
    return new Rbm(
        Param.of(Tensor.normal(Rng.of(seed), V, H)),
        Param.of(Tensor.normal(Rng.of(seed + 1), V)),
        Param.of(Tensor.normal(Rng.of(seed + 2), H)));
  }

  private static Tensor data(int n) {
    return Tensor.normal(Rng.of(9), n, V)
        .add(Tensor.normal(Rng.of(8), n, 1))
        .greater(0.4)
        .cast(DType.F32)
        .evaluate();
  }

  private static void train(ContrastiveDivergence learner, Tensor v, int from, int to) {
    Program step = Program.of(learner::train);
    for (int i = from; i < to; i++) {
      step.run(Rng.of(i), v);
    }
  }

  private static double[] flat(Map<String, Param> params) {
    return params.values().stream()
        .flatMapToDouble(p -> Arrays.stream(p.value().toDoubleArray()))
        .toArray();
  }

  /** The mean step with many steps of the chains, or with persistent chains, is the gradient. */
  @Test
  void longChainsGiveTheGradient() {
    int n = 40_000;
    Tensor v = data(n);
    Rbm exact = machine(1);
    Tensor logP = exact.logProbability(v, exact.logPartition()).mean();
    List<Tensor> g = Autodiff.gradients(logP, exact.parameters());
    Tensor draws = Enumeration.of(V).sample(x -> exact.freeEnergy(x).neg(), n, Rng.of(2));
    List<ContrastiveDivergence> learners =
        List.of(
            ContrastiveDivergence.of(machine(1), 40, Sgd.of(1)),
            ContrastiveDivergence.persistent(machine(1), Param.of(draws), 1, Sgd.of(1)));
    for (ContrastiveDivergence learner : learners) {
      train(learner, v, 0, 1);
      List<Param> after = List.copyOf(learner.model().values());
      for (int p = 0; p < 3; p++) {
        double[] step = after.get(p).value().sub(exact.parameters().get(p).value()).toDoubleArray();
        // The mean of n numbers in 0 to 1 has an error of at most ½ / √n.
        assertArrayEquals(g.get(p).toDoubleArray(), step, 4 * 0.5 / Math.sqrt(n));
      }
    }
  }

  /** What a checkpoint keeps is all there is: another learner goes on with the same bits. */
  @Test
  void chainsAndFastWeightsAreState() {
    Tensor v = data(20);
    ContrastiveDivergence one = fast(machine(1), 0.05);
    train(one, v, 0, 4);
    ContrastiveDivergence two = fast(machine(50), 0.05);
    assertEquals(one.state().keySet(), two.state().keySet());
    assertTrue(two.state().containsKey("chains") && two.state().containsKey("fast.weight"));
    two.model().forEach((name, p) -> p.assign(get(one.model(), name)));
    two.state().forEach((name, p) -> p.assign(get(one.state(), name)));
    train(one, v, 4, 8);
    train(two, v, 4, 8);
    assertArrayEquals(flat(one.model()), flat(two.model()), 0);
    assertArrayEquals(flat(one.state()), flat(two.state()), 0);
  }

  private static Tensor get(Map<String, Param> params, String name) {
    return Objects.requireNonNull(params.get(name)).value();
  }

  private static ContrastiveDivergence fast(Rbm rbm, double rate) {
    Param chains = Param.of(Tensor.zeros(30, V));
    return ContrastiveDivergence.persistent(rbm, chains, 2, Momentum.of(0.1, 0.5))
        .fastWeights(rate, 0.95);
  }

  @Test
  void fastWeightsOfNoRateAreNone() {
    Tensor v = data(20);
    ContrastiveDivergence none = fast(machine(1), 0);
    Param chains = Param.of(Tensor.zeros(30, V));
    ContrastiveDivergence plain =
        ContrastiveDivergence.persistent(machine(1), chains, 2, Momentum.of(0.1, 0.5));
    train(none, v, 0, 5);
    train(plain, v, 0, 5);
    assertArrayEquals(flat(plain.model()), flat(none.model()), 1e-6);
    assertArrayEquals(chains.value().toDoubleArray(), get(none.state(), "chains").toDoubleArray());
  }

  /** Chains move with θ + θ⁺, only θ learns, and θ⁺ decays and gets its own step. */
  @Test
  void fastWeightsMoveTheChainsAlone() {
    Tensor v = data(20);
    Rbm rbm = machine(1);
    double[] before = rbm.visibleBias().value().toDoubleArray();
    Param chains = Param.of(Tensor.zeros(30, V));
    ContrastiveDivergence learner =
        ContrastiveDivergence.persistent(rbm, chains, 1, Sgd.of(0.1)).fastWeights(0.2, 0.5);
    Param quick = Objects.requireNonNull(learner.state().get("fast.visibleBias"));
    quick.assign(Tensor.zeros(V).add(100));
    train(learner, v, 0, 1);
    assertEquals(1, chains.value().min().item());
    double[] after = rbm.visibleBias().value().toDoubleArray();
    double[] mean = v.mean(0).toDoubleArray();
    double[] now = quick.value().toDoubleArray();
    for (int i = 0; i < V; i++) {
      assertEquals(before[i] + 0.1 * (mean[i] - 1), after[i], 1e-5);
      assertEquals(0.5 * 100 + 0.2 * (mean[i] - 1), now[i], 1e-4);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ContrastiveDivergence.of(rbm, 1, Sgd.of(0.1)).fastWeights(0.1, 0.95));
  }

  @Test
  void aTargetMakesHiddenUnitsSparse() {
    Tensor v = data(100);
    Rbm free = Rbm.of(V, H, Rng.of(1));
    Rbm sparse = Rbm.of(V, H, Rng.of(1));
    train(ContrastiveDivergence.of(free, 1, Sgd.of(0.2)), v, 0, 150);
    ContrastiveDivergence target =
        ContrastiveDivergence.of(sparse, 1, Sgd.of(0.2))
            .penalty(x -> Sparsity.kl(sparse.hidden(x), 0.1).mul(2));
    train(target, v, 0, 150);
    assertEquals(0.1, sparse.hidden(v).mean().item(), 0.06);
    assertTrue(free.hidden(v).mean().item() > 0.3);
  }

  @Test
  void temperedChainsAreState() {
    Rbm rbm = machine(1);
    Tempering ladder = Tempering.of(rbm.annealing(Tensor.zeros(V).add(0.5)), 3);
    Param chains = Param.of(ladder.start(20, Rng.of(1)));
    ContrastiveDivergence learner =
        ContrastiveDivergence.tempered(rbm, ladder, chains, 2, Sgd.of(0.1));
    double[] before = chains.value().toDoubleArray();
    train(learner, data(20), 0, 1);
    assertTrue(!Arrays.equals(before, chains.value().toDoubleArray()));
    assertTrue(learner.state().containsValue(chains));
  }

  @Test
  void evaluationsTellWhatLearningIsLike() {
    Rbm rbm = machine(1);
    ContrastiveDivergence learner = ContrastiveDivergence.of(rbm, 1, Sgd.of(0.1));
    Tensor v = data(50);
    Program.Result r = Program.of(learner::evaluate).run(Rng.of(1), v);
    assertEquals(rbm.freeEnergy(v).mean().item(), r.metric("free energy").item(), 1e-5);
    assertTrue(r.metric("pseudo-likelihood").item() < 0);
    assertTrue(r.metric("reconstruction error").item() > 0);
  }

  @Test
  void unitsThatAreNotBinaryAreNamed() {
    float[] x = new float[600 * 3];
    x[521 * 3 + 2] = 254;
    Dataset grey = InMemoryDataset.of("greys", List.of(Column.floats("picture", Shape.of(3), x)));
    DataException e = assertThrows(DataException.class, () -> BaseRates.of(grey));
    assertTrue(
        e.getMessage().startsWith("greys: unit 2 of example 521 is 254.0; binary units are 0 or 1"),
        e.getMessage());
    x[521 * 3 + 2] = 0.5f;
    Dataset fine = InMemoryDataset.of("greys", List.of(Column.floats("picture", Shape.of(3), x)));
    assertArrayEquals(new double[] {0, 0, 0.5 / 600}, BaseRates.of(fine).toDoubleArray(), 1e-8);
  }
}
