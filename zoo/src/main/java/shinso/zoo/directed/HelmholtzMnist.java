package shinso.zoo.directed;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.Locale;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.loop.Learner;
import shinso.zoo.harness.*;

/**
 * Helmholtz machines of one and of two hidden layers on binary digits, by wake and sleep and by
 * NVIL: the bound on the test log-likelihood, and the estimate by importance samples above it.
 *
 * <pre>
 * ./shinso run helmholtz-mnist --data binarized-mnist
 * </pre>
 */
public final class HelmholtzMnist implements Recipe<HelmholtzMachine> {
  private static final int PIXELS = 28 * 28;
  private static final Quantity BOUND = Quantity.larger("test bound", "nats");
  private static final Quantity ESTIMATE = Quantity.larger("test log-likelihood", "nats");

  /** Digits of the fixed test set stand class by class: the first ones are zeros. */
  private static final Setting<Integer> EVERY =
      Setting.integer("every", "distance of the test examples that are measured", 1, 1_000);

  private static final Setting<Integer> IMPORTANCE =
      Setting.integer("importance", "importance samples of the estimate", 1, 100_000);

  private static String variant(String method, int layers) {
    return method + (layers == 1 ? ", one layer" : ", two layers");
  }

  private static Quantity bound(String method, int layers) {
    return BOUND.of(variant(method, layers));
  }

  @Override
  public Card card() {
    return Card.of("helmholtz-mnist", "Helmholtz machines on binary digits, wake-sleep and NVIL")
        .rows("J4", "J5")
        .source(
            "Mnih and Gregor, \"Neural variational inference and learning in belief networks\","
                + " 2014; Hinton, Dayan, Frey and Neal 1995")
        .reported(
            "binarised MNIST, bounds of 200 and 200-200 units: wake-sleep -120.8 and -107.7 nats,"
                + " NVIL -113.1 and -99.8");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        EVERY.row(100, 10, 1),
        HIDDEN.row(30, 200, 200),
        EPOCHS.row(6, 30, 500),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.002, 0.0003),
        IMPORTANCE.row(20, 100, 1_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(bound("NVIL", 2), -200, -125, -102).on("binarized-mnist").published("-99.8"),
        Claim.atLeast(bound("NVIL", 1), -200, -130, -115).on("binarized-mnist").published("-113.1"),
        Claim.atLeast(bound("wake-sleep", 2), -200, -130, -110)
            .on("binarized-mnist")
            .published("-107.7"),
        Claim.atLeast(bound("wake-sleep", 1), -200, -135, -123)
            .on("binarized-mnist")
            .published("-120.8"),
        Claim.atLeast(bound("NVIL", 2), -200, -130, -100).on("glyphs-binary"),
        Claim.atLeast(bound("wake-sleep", 2), -200, -130, -100).on("glyphs-binary"));
  }

  @Override
  public HelmholtzMachine model(Run run) {
    return machine(run, 2);
  }

  private static HelmholtzMachine machine(Run run, int layers) {
    int hidden = run.get(HIDDEN);
    int[] units = layers == 1 ? new int[] {PIXELS, hidden} : new int[] {PIXELS, hidden, hidden};
    HelmholtzMachine machine = HelmholtzMachine.of(run.rng("model"), units);
    machine.generative().withBaseRates(BaseRates.of(run));
    return machine;
  }

  @Override
  public void run(Run run, HelmholtzMachine deep) {
    Protocol protocol = Protocol.on(run.source().name());
    Comparison bounds =
        run.compare(
            "bounds",
            "Helmholtz machines on digits",
            BOUND.under(protocol.bound()),
            ESTIMATE.under(protocol.estimate()));
    learn(run, bounds, "wake-sleep", 1, machine(run, 1));
    learn(run, bounds, "NVIL", 1, machine(run, 1));
    learn(run, bounds, "wake-sleep", 2, machine(run, 2));
    learn(run, bounds, "NVIL", 2, deep);
    bounds.show();
    run.show(
        "learning",
        () ->
            run.curves(
                "Bound on the test log-likelihood, nats",
                "test.bound",
                "wake-sleep-1",
                "nvil-1",
                "wake-sleep-2",
                "nvil-2"));
    Tensor lowest =
        run.once("samples", () -> deep.generative().draw(100, run.rng("samples")).get(1));
    run.pictures(
        "samples",
        "p(v | h) of samples, NVIL, two layers",
        () -> deep.generative().visible(lowest));
    run.show("weights", () -> weights(deep.generative().layers().getFirst().weight()));
  }

  private static Pictures weights(Param lowest) {
    Tensor shown = lowest.value().slice(0, 0, Math.min(100, lowest.shape().dim(0))); // [100, 784]
    return Figure.pictures("What hidden units make of pixels", shown.transpose(), 28, 28)
        .aroundZero();
  }

  private static void learn(
      Run run, Comparison bounds, String method, int layers, HelmholtzMachine machine) {
    Dataset test = run.data().test().every(run.get(EVERY));
    Batches batches = run.batches(run.data().train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    Learner learner =
        method.equals("NVIL")
            ? VariationalLearning.of(machine, Adam.of(rate), run.rng("baselines"))
            : new WakeSleep(machine, Adam.of(rate), Adam.of(rate));
    run.train((method + "-" + layers).toLowerCase(Locale.ROOT), learner, batches)
        .evaluate("test", test)
        .go();
    int draws = run.get(IMPORTANCE);
    bounds.variant(
        variant(method, layers),
        () -> PerExample.mean(test, run.rng("bound"), machine::logWeight).value(),
        () ->
            PerExample.mean(
                    test, run.rng("estimate"), (v, rng) -> machine.importanceBound(v, draws, rng))
                .value());
  }
}
