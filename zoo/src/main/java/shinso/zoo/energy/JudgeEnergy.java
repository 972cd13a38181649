package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Gibbs;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.judge.*;
import shinso.zoo.energy.ConvolutionalRbm.Values;
import shinso.zoo.harness.*;

/**
 * Models of binary units on the same digits under the same protocol: log-likelihoods that are exact
 * or estimated, how far their samples are from training examples, and Parzen windows, which put
 * them in another order and like the centres of clusters better than the training examples.
 *
 * <pre>
 * ./shinso run judge-energy --data binarized-mnist
 * </pre>
 */
public final class JudgeEnergy implements Recipe<JudgeEnergy.Models> {
  private static final Setting<Integer> SAMPLES =
      Setting.integer("samples", "samples of each model", 10, 100_000);
  private static final Setting<Integer> SWEEPS =
      Setting.integer("sweeps", "steps of Gibbs sampling to a sample", 1, 1_000_000);
  private static final Setting<Integer> TEMPERATURES =
      Setting.integer("temperatures", "steps of annealing", 10, 1_000_000);
  private static final Quantity LIKELIHOOD = Quantity.TEST_LOG_LIKELIHOOD;
  private static final Quantity PARZEN = Quantity.larger("Parzen window", "nats");
  private static final Quantity DISTANCE = Quantity.of("distance to training examples", "");
  private static final Quantity TRAP =
      Quantity.of("Parzen window, centres of clusters above training examples", "nats");
  private static final String PIXELS = "independent pixels";
  private static final String SMALL = "RBM, 16 hidden units";
  private static final String LARGE = "RBM, many hidden units";
  private static final String CONVOLUTIONAL = "convolutional RBM";
  private static final String EXAMPLES = "training examples";
  private static final String CENTRES = "centres of clusters";
  private static final int PIXEL_COUNT = 28 * 28;
  private static final int CHAINS = 50;

  /** What is judged. */
  public record Models(Rbm small, Rbm large, ConvolutionalRbm convolutional) {}

  @Override
  public Card card() {
    return Card.of("judge-energy", "binary energy-based models judged under one protocol")
        .rows("M1")
        .source(
            "Theis, van den Oord and Bethge, \"A note on the evaluation of generative models\","
                + " 2016; Salakhutdinov and Murray 2008")
        .reported("Parzen windows, MNIST: centres of clusters 313, training examples 243 nats");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(600, ALL, ALL),
        VALIDATION.row(100, 1_000, 1_000),
        TEST.row(200, ALL, ALL),
        HIDDEN.row(40, 200, 500),
        EPOCHS.row(16, 6, 50),
        BATCH.row(50, 100, 100),
        RATE.row(0.02, 0.005, 0.002),
        SAMPLES.row(50, 1_000, 10_000),
        SWEEPS.row(50, 500, 2_000),
        TEMPERATURES.row(40, 1_000, 20_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(LIKELIHOOD.of(SMALL), -180, -170, -150).on("glyphs-binary"),
        Claim.atLeast(LIKELIHOOD.of(LARGE), -180, -120, -100).on("glyphs-binary"),
        // Independent pixels have −206 nats.
        Claim.atLeast(LIKELIHOOD.of(SMALL), -206, -170, -150).on("binarized-mnist"),
        Claim.atLeast(LIKELIHOOD.of(LARGE), -206, -120, -100).on("binarized-mnist"),
        Claim.atLeast(TRAP, 0, 0, 0).published("70"));
  }

  @Override
  public Models model(Run run) {
    Tensor rates = rates(run);
    Tensor bias = Bernoulli.ofRates(rates.mean()).logits();
    ConvolutionalRbm convolutional =
        ConvolutionalRbm.of(Shape.of(28, 28, 1), 9, 8, 2, Values.BINARY, run.rng("convolutional"));
    convolutional.visibleBias().assign(bias.reshape(1));
    return new Models(
        Rbm.of(PIXEL_COUNT, 16, run.rng("small")).withBaseRates(rates),
        Rbm.of(PIXEL_COUNT, run.get(HIDDEN), run.rng("large")).withBaseRates(rates),
        convolutional);
  }

  private static Tensor rates(Run run) {
    return BaseRates.of(run);
  }

  @Override
  public void run(Run run, Models m) {
    learn(run, "small", m.small);
    learn(run, "large", m.large);
    learn(run, "convolutional", m.convolutional);

    Map<String, Tensor> samples = new LinkedHashMap<>(); // E[v | h], [n, pixels]
    samples.put(PIXELS, rates(run).unsqueeze(0).tile(0, run.get(SAMPLES)));
    samples.put(SMALL, samples(run, "small", m.small));
    samples.put(LARGE, samples(run, "large", m.large));
    samples.put(CONVOLUTIONAL, samples(run, "convolutional", m.convolutional));
    Ranking ranking = likelihoods(run, m, samples);

    samples.put(EXAMPLES, run.once("examples", () -> Judging.examples(run, run.get(SAMPLES))));
    samples.put(CENTRES, run.once("centres", () -> Judging.centres(run, run.get(SAMPLES) / 2)));
    Map<String, Estimate> parzen = Judging.parzen(run, PARZEN, samples);
    Map<String, Estimate> distance = Judging.distances(run, DISTANCE, samples);
    Estimate examples = Objects.requireNonNull(parzen.get(EXAMPLES));
    double centres = Objects.requireNonNull(parzen.get(CENTRES)).value();
    run.score(TRAP, () -> centres - examples.value());
    run.showAll("table", () -> List.of(Judging.table(ranking, PARZEN, parzen, DISTANCE, distance)));
    Judging.refuse(run, ranking, "Parzen window", examples);
    run.show("samples", () -> Judging.sheet(samples));
  }

  private static void learn(Run run, String name, GibbsModel model) {
    Batches batches = run.batches(run.data().train());
    Schedule rate = Schedule.linear(run.get(RATE), 0, run.steps(batches));
    Param chains = Param.of(start(run, name));
    run.train(name, ContrastiveDivergence.persistent(model, chains, 3, Adam.of(rate)), batches)
        .go();
  }

  private static Tensor start(Run run, String name) {
    return rates(run).unsqueeze(0).tile(0, CHAINS).bernoulli(run.rng("start-" + name)).evaluate();
  }

  /** E[v | h] at the ends of long chains. */
  private static Tensor samples(Run run, String name, GibbsModel model) {
    return run.once(
        "samples-" + name,
        () -> {
          Rng rng = run.rng("samples-" + name);
          Tensor start = rates(run).unsqueeze(0).tile(0, run.get(SAMPLES)).bernoulli(rng.split(0));
          Tensor v = Gibbs.of(start.evaluate(), model::gibbs).run(run.get(SWEEPS), rng.split(1));
          return model.reconstruct(v, rng.split(2));
        });
  }

  private static Ranking likelihoods(Run run, Models m, Map<String, Tensor> samples) {
    Protocol exact = Protocol.on(run.source().name());
    Dataset test = run.data().test();
    Tensor rates = rates(run);
    Bernoulli pixels = Bernoulli.ofRates(rates);
    Ranking all =
        ranked(
            run,
            Ranking.empty(),
            PIXELS,
            exact,
            () ->
                PerExample.mean(
                    test, run.rng(PIXELS), (x, key) -> pixels.logProbability(x.flatten(1)).sum(1)));
    all =
        ranked(
            run,
            all,
            SMALL,
            exact,
            () ->
                PerExample.mean(test, run.rng(SMALL), (x, key) -> m.small.freeEnergy(x).neg())
                    .plus(-m.small.exactLogPartition()));
    all = annealed(run, all, LARGE, "large", m.large, m.large.annealing(rates), samples);
    Ais.Path path = m.convolutional.annealing(rates);
    return annealed(run, all, CONVOLUTIONAL, "convolutional", m.convolutional, path, samples);
  }

  private static Ranking annealed(
      Run run,
      Ranking all,
      String name,
      String kept,
      GibbsModel model,
      Ais.Path path,
      Map<String, Tensor> samples) {
    Tensor mean = Objects.requireNonNull(samples.get(name));
    Tensor end = mean.slice(0, 0, Math.min(CHAINS, mean.shape().dim(0))).bernoulli(run.rng(kept));
    AnnealedLikelihood likelihood =
        AnnealedLikelihood.of(run, "annealing-" + kept, model, path, end, run.get(TEMPERATURES));
    Protocol protocol = Protocol.on(run.source().name()).estimate();
    Dataset test = run.data().test();
    return ranked(run, all, name, protocol, () -> likelihood.cautious(test, run.rng(name)));
  }

  private static Ranking ranked(
      Run run, Ranking all, String name, Protocol protocol, Supplier<Estimate> value) {
    Quantity quantity = LIKELIHOOD.under(protocol);
    return all.with(name, quantity, run.score(quantity.of(name), value));
  }
}
