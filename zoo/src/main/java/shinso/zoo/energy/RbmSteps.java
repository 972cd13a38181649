package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Contrastive divergence with 1, 3 and 10 steps of Gibbs sampling: the more steps, the better the
 * model, judged by annealing from both sides. The last machine then paints the lower half of digits
 * whose upper half it is given, by Gibbs sampling with these units clamped.
 *
 * <pre>
 * ./shinso run rbm-cd --data mnist
 * </pre>
 */
public final class RbmSteps implements Recipe<Rbm> {
  private static final Setting<Integer> TEMPERATURES =
      Setting.integer("temperatures", "steps of annealing from each side", 10, 1_000_000);

  private static final int PIXELS = 28 * 28;
  private static final int CHAINS = 100;
  private static final List<Integer> STEPS_OF_CHAINS = List.of(1, 3, 10);

  private static final Quantity FORWARD = Quantity.TEST_LOG_LIKELIHOOD;
  private static final Quantity REVERSE =
      Quantity.larger("test log-likelihood, reverse annealing", "nats");
  private static final Quantity THREE = Quantity.larger("CD-3 above CD-1", "nats");
  private static final Quantity TEN = Quantity.larger("CD-10 above CD-3", "nats");
  private static final Quantity WRONG =
      Quantity.share("painted pixels that are wrong", Quantity.Better.SMALLER);

  @Override
  public Card card() {
    return Card.of("rbm-cd", "contrastive divergence with 1, 3 and 10 steps, and in-painting")
        .rows("I3", "I4")
        .source("Salakhutdinov and Murray 2008, table 1; Hinton 2002 and 2012")
        .reported("MNIST, 500 hidden units: CD-1 -125.5, CD-3 -105.5, CD-25 -86.34");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(300, ALL, ALL),
        HIDDEN.row(40, 500, 500),
        EPOCHS.row(8, 10, 50),
        BATCH.row(50, 100, 100),
        RATE.row(0.1, 0.05, 0.05),
        WEIGHT_DECAY.row(2e-4, 2e-4, 2e-4),
        TEMPERATURES.row(200, 5_000, 20_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(THREE, -10, 5, 5).on("mnist").published("20"),
        Claim.atLeast(TEN, -10, 2, 2).on("mnist").published("up to 19"),
        Claim.atLeast(FORWARD.of("CD-1"), -400, -300, -200),
        Claim.atLeast(FORWARD.of("CD-10"), -300, -250, -150),
        Claim.atMost(WRONG, 0.3, 0.15, 0.15));
  }

  @Override
  public Rbm model(Run run) {
    return Rbm.of(PIXELS, run.get(HIDDEN), run.rng("model")).withBaseRates(rates(run));
  }

  private static Tensor rates(Run run) {
    return BaseRates.of(run);
  }

  @Override
  public void run(Run run, Rbm last) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    Map<String, Rbm> machines = new LinkedHashMap<>();
    for (int k : STEPS_OF_CHAINS) {
      Rbm rbm = k == 10 ? last : model(run);
      machines.put("cd-" + k, rbm);
      run.train("cd-" + k, ContrastiveDivergence.of(rbm, k, rule(run, batches)), batches)
          .evaluate("train", digits.train().limit(digits.test().size()))
          .evaluate("test", digits.test())
          .go();
    }

    Protocol protocol = Protocol.on(run.source().name()).redrawn().estimate();
    Comparison comparison =
        run.compare(
            "steps",
            "Test log-likelihood by annealing",
            FORWARD.under(protocol),
            REVERSE.under(protocol));
    List<Double> forward = new ArrayList<>();
    machines.forEach((name, rbm) -> {
      Tensor samples =
          run.once("samples-" + name, () -> fromData(run, rbm).run(1_000, run.rng("chains")));
      AnnealedLikelihood z =
          AnnealedLikelihood.of(
              run, name, rbm, rbm.annealing(rates(run)), samples, run.get(TEMPERATURES));
      forward.add(
          comparison
              .variant(
                  name.toUpperCase(Locale.ROOT),
                  () -> z.forward(digits.test(), run.rng("test")).value(),
                  () -> z.reverse(digits.test(), run.rng("test")).value())
              .getFirst());
    });
    comparison.show();
    run.score(THREE, () -> forward.get(1) - forward.get(0));
    run.score(TEN, () -> forward.get(2) - forward.get(1));

    LearningFigures.freeEnergyGap(run, "test", "cd-1", "cd-3", "cd-10");
    Tensor draws = run.once("draws", () -> fromData(run, last).draws(60, 10, run.rng("draws")));
    LearningFigures.freeEnergies(run, last, digits.test(), draws.at(0, 59));
    LearningFigures.mixing(run, last, draws);
    run.filters("filters", "Weights, CD-10", last.weight());
    LearningFigures.inpainting(run, last, digits.test(), WRONG);
  }

  /** Chains of the machine that begin at test examples. */
  private static Gibbs fromData(Run run, Rbm rbm) {
    Tensor examples = run.data().test().limit(CHAINS).whole().getFirst();
    return Gibbs.of(rbm.observed(examples, run.rng("start")).evaluate(), rbm::gibbs);
  }

  /** Momentum rises and the rate falls, linearly over all steps. */
  private static Optimizer rule(Run run, Batches batches) {
    int steps = run.steps(batches);
    return Momentum.of(
            Schedule.linear(run.get(RATE), 0, steps), Schedule.linear(0.5, 0.9, steps / 2 + 1))
        .weightDecay(run.get(WEIGHT_DECAY), Parameters::isWeight);
  }
}
