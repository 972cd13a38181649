package shinso.zoo.energy;

import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.zoo.harness.Run;
import shinso.zoo.harness.Setting;
import shinso.zoo.harness.Training;

/** Learning of machines one after the other, each from what the one below makes of the data. */
final class GreedyLayers {
  static final Setting<Integer> GREEDY =
      Setting.integer("greedy", "epochs of each layer that is learned greedily", 1, 100_000);
  static final Setting<Integer> SECOND =
      Setting.integer("second", "units of the second hidden layer", 1, 1_000_000);
  static final Setting<Integer> TEMPERATURES =
      Setting.integer("temperatures", "steps of annealing from each side", 10, 1_000_000);

  private static final int CHAINS = 100;

  private GreedyLayers() {}

  /** Learns the machines by CD-1 in stages {@code layer-1}, {@code layer-2}, …. */
  static void learn(Run run, List<Rbm> machines, Dataset train) {
    Dataset data = train;
    for (int l = 0; l < machines.size(); l++) {
      Rbm rbm = machines.get(l);
      learn(run, "layer-" + (l + 1), rbm, data);
      data = l + 1 < machines.size() ? hidden(data, rbm::hidden) : data;
    }
  }

  private static void learn(Run run, String stage, GibbsModel machine, Dataset data) {
    Batches batches = run.batches(data);
    int steps = run.get(GREEDY) * batches.perEpoch();
    run.train(stage, ContrastiveDivergence.of(machine, 1, rule(run, steps)), batches)
        .epochs(run.get(GREEDY))
        .go();
  }

  /**
   * Learns the machines by persistent contrastive divergence in stages {@code layer-1}, {@code
   * layer-2}, ….
   */
  static void learnPersistently(Run run, List<Rbm> machines, Dataset train) {
    Dataset data = train;
    for (int l = 0; l < machines.size(); l++) {
      Rbm rbm = machines.get(l);
      learnPersistently(run, "layer-" + (l + 1), rbm, rbm.visibleUnits(), data);
      data = l + 1 < machines.size() ? hidden(data, rbm::hidden) : data;
    }
  }

  /**
   * Learns a machine by persistent contrastive divergence. CD-1 sees it only near the data and
   * leaves log Z wrong by hundreds of nats, which a model that is judged by its likelihood can't
   * afford.
   *
   * @param visible the size of a state
   */
  static void learnPersistently(
      Run run, String stage, GibbsModel machine, int visible, Dataset data) {
    Batches batches = run.batches(data);
    Tensor half = Tensor.full(Shape.of(CHAINS, visible), 0.5);
    Param chains = Param.of(half.bernoulli(run.rng(stage + "-chains")).evaluate());
    int steps = run.get(GREEDY) * batches.perEpoch();
    Sgd rule = Sgd.of(Schedule.linear(run.get(Training.RATE), 0, steps));
    run.train(stage, ContrastiveDivergence.persistent(machine, chains, 1, rule), batches)
        .epochs(run.get(GREEDY))
        .go();
  }

  private static Optimizer rule(Run run, int steps) {
    Schedule rate = Schedule.linear(run.get(Training.RATE), 0, steps);
    return Momentum.of(rate, Schedule.linear(0.5, 0.9, steps / 2 + 1))
        .weightDecay(2e-4, Parameters::isWeight);
  }

  /**
   * Returns the data that the machine above learns from, p(h = 1 | v) of each example, from which
   * its units are drawn at each use.
   */
  static Dataset hidden(Dataset data, UnaryOperator<Tensor> probabilities) {
    Program program = Program.compile((Tensor x) -> Step.outputs(probabilities.apply(x)));
    float[] all = new float[0];
    int at = 0;
    try (Batches.Epoch epoch = Batches.inOrder(data, 500).epoch(0)) {
      while (epoch.hasNext()) {
        float[] part = program.run(epoch.next().getFirst()).output(0).toFloatArray();
        if (at == 0) {
          int rows = Math.min(500, data.size());
          all = new float[Math.multiplyExact(part.length / rows, data.size())];
        }
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
    }
    Column units = Column.floats("hidden", Shape.of(all.length / data.size()), all);
    return InMemoryDataset.of("hidden units of " + data.description(), List.of(units));
  }
}
