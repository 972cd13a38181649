package shinso.zoo.directed;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * DRAW on binary digits, those of MNIST drawn anew at every use: the canvas from the first glimpse
 * to the last, and the bound.
 *
 * <pre>
 * ./shinso run draw-mnist --data mnist
 * </pre>
 */
public final class DrawMnist implements Recipe<Draw> {
  private static final Quantity BOUND = Quantity.larger("test bound", "nats");

  private static final Setting<Integer> GLIMPSES =
      Setting.integer("glimpses", "glimpses, T", 1, 1_000);
  private static final Setting<Integer> NOISE =
      Setting.integer("code", "latent variables of a glimpse", 1, 10_000);
  private static final Setting<Integer> READ =
      Setting.integer("read", "rows of the reading grid, 0 to read everything", 0, 28);
  private static final Setting<Integer> WRITE =
      Setting.integer("write", "rows of the writing grid, 0 to write everywhere", 0, 28);

  @Override
  public Card card() {
    return Card.of("draw-mnist", "recurrent writer with attention on digits")
        .rows("J8")
        .source(
            "Gregor, Danihelka, Graves, Rezende and Wierstra, \"DRAW: a recurrent neural network"
                + " for image generation\", 2015")
        .reported("MNIST: a bound of -80.97 nats with 64 glimpses");
  }

  @Override
  public List<DataSource> data() {
    return VaeDigits.DIGITS;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(200, ALL, ALL),
        GLIMPSES.row(4, 10, 64),
        HIDDEN.row(32, 128, 256),
        NOISE.row(8, 20, 100),
        READ.row(5, 5, 2),
        WRITE.row(5, 5, 5),
        EPOCHS.row(20, 15, 300),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.002, 0.001));
  }

  /** Independent pixels reach −205 nats on MNIST and −158 on the digits that the program draws. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(BOUND, -200, -105, -84).on("mnist").published("-80.97"),
        Claim.atLeast(BOUND, -150, -105, -95).on("glyphs-binary"));
  }

  @Override
  public Draw model(Run run) {
    Draw.Config config =
        new Draw.Config(
            28,
            28,
            run.get(GLIMPSES),
            run.get(HIDDEN),
            run.get(NOISE),
            run.get(READ),
            run.get(WRITE));
    Draw draw = Draw.of(config, run.rng("model"));
    draw.canvas().assign(VaeDigits.baseRates(run));
    return draw;
  }

  @Override
  public void run(Run run, Draw draw) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    run.train("train", draw.learning(Adam.of(rate)), batches)
        .evaluate("test", digits.test().limit(1_000))
        .rate(rate)
        .go();

    run.score(
        BOUND.under(VaeDigits.protocol(run).bound()),
        () ->
            PerExample.mean(
                digits.test(),
                run.rng("bound"),
                (x, rng) -> draw.bound(x.bernoulli(rng.split(0)), rng.split(1))));
    Tensor canvases =
        run.once("canvases", () -> draw.canvases(draw.codes(64, run.rng("samples"))).unsqueeze(4));
    run.show(
        "drawing",
        () ->
            Figure.animation("From the first glimpse to the last", canvases.slice(1, 0, 25))
                .milliseconds(120));
    run.show("canvas", () -> sheet(canvases, 12));
    run.pictures("samples", "Generated: the last canvases", () -> canvases.at(0, -1));
    new Latents(run, draw).reconstructions(digits.test(), 50);
  }

  /** A row for a picture: some of its canvases, the last one always. */
  private static Figure sheet(Tensor canvases, int columns) {
    int glimpses = canvases.shape().dim(0);
    int shown = Math.min(columns, glimpses);
    int[] when = new int[shown];
    for (int i = 0; i < shown; i++) {
      when[i] = (i + 1) * glimpses / shown - 1;
    }
    Tensor some = canvases.gather(0, Tensor.of(when, shown)); // [shown, 64, 28, 28, 1]
    Tensor rows = some.slice(1, 0, 8).swapAxes(0, 1).reshape(-1, 28, 28, 1);
    return Figure.pictures("Canvases in the order of time", rows).columns(shown);
  }
}
