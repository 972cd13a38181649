package shinso.zoo.energy;

import static shinso.zoo.energy.GreedyLayers.*;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Schedule;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A deep belief network on handwritten digits: two machines learned one on top of the other, then
 * both tuned by the up-down algorithm; the bound on the test log-likelihood before and after.
 *
 * <pre>
 * ./shinso run dbn-mnist --data mnist
 * </pre>
 */
public final class DbnMnist implements Recipe<Dbn> {
  private static final int PIXELS = 28 * 28;
  private static final int CHAINS = 100;

  private static final Quantity BOUND = Quantity.TEST_LOG_LIKELIHOOD;
  private static final Quantity TUNED = BOUND.of("after up-down");
  private static final Quantity REVERSE =
      Quantity.larger("test log-likelihood, reverse annealing", "nats");

  @Override
  public Card card() {
    return Card.of("dbn-mnist", "deep belief network, greedy layers and up-down, on digits")
        .rows("I5")
        .source(
            "Hinton, Osindero and Teh, \"A fast learning algorithm for deep belief nets\", 2006;"
                + " Salakhutdinov and Murray 2008, section 6.3")
        .reported("MNIST: at least -85.97 nats with 500 and 2000 hidden units");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(200, ALL, ALL),
        HIDDEN.row(40, 500, 500),
        SECOND.row(60, 2000, 2000),
        GREEDY.row(6, 8, 100),
        EPOCHS.row(3, 4, 50),
        BATCH.row(50, 100, 10),
        RATE.row(0.1, 0.05, 0.05),
        TEMPERATURES.row(100, 4_000, 20_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(BOUND, -300, -130, -87).on("mnist").published("-85.97"),
        Claim.atLeast(REVERSE, -300, -140, -92).on("mnist"),
        Claim.atLeast(BOUND, -300, -180, -120).on("glyphs"));
  }

  @Override
  public Dbn model(Run run) {
    return Dbn.of(machines(run));
  }

  private static List<Rbm> machines(Run run) {
    int hidden = run.get(HIDDEN);
    return List.of(
        Rbm.of(PIXELS, hidden, run.rng("below")).withBaseRates(rates(run)),
        Rbm.of(hidden, run.get(SECOND), run.rng("top")));
  }

  private static Tensor rates(Run run) {
    return BaseRates.of(run);
  }

  @Override
  public void run(Run run, Dbn dbn) {
    Split digits = run.data();
    List<Rbm> machines = machines(run);
    learnPersistently(run, machines, digits.train());
    Parameters.copy(Dbn.of(machines), dbn);
    score(run, dbn, "greedy", BOUND, REVERSE);

    Batches batches = run.batches(digits.train());
    Schedule rate = Schedule.linear(run.get(RATE) / 10, 0, run.steps(batches));
    run.train("up-down", new UpDown(dbn, 3, Sgd.of(rate)), batches)
        .evaluate("test", digits.test())
        .go();
    score(run, dbn, "tuned", TUNED, REVERSE.of("after up-down"));

    run.filters(
        "filters", "Generative weights of the first layer", dbn.layers().getFirst().generative());
    run.pictures(
        "samples",
        "p(v | h) after 200 steps of the top machine from test digits, and down",
        () -> dbn.shownNear(examples(digits), 200, run.rng("samples")));
  }

  private static Tensor examples(Split digits) {
    return digits.test().limit(CHAINS).whole().getFirst().round();
  }

  private static void score(Run run, Dbn dbn, String name, Quantity forward, Quantity reverse) {
    Rbm top = dbn.top();
    Tensor up =
        run.once(
            name + "-up",
            () -> dbn.drawnUp(examples(run.data()).flatten(1), run.rng(name + "-up")).getLast());
    Tensor samples =
        run.once(name + "-samples", () -> Gibbs.of(up, top::gibbs).run(500, run.rng(name)));
    AnnealedBound bound =
        AnnealedBound.of(run, name + "-annealing", dbn, up.mean(0), samples, run.get(TEMPERATURES));
    Protocol protocol = Protocol.on(run.source().name()).redrawn().bound();
    run.score(forward.under(protocol), bound::forward);
    run.score(reverse.under(protocol), bound::reverse);
  }
}
