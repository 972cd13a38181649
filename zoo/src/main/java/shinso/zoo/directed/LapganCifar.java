package shinso.zoo.directed;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A pyramid of adversarial networks on photographs: the smallest picture first, then what each
 * larger size adds.
 *
 * <pre>
 * ./shinso run lapgan-cifar --data cifar10
 * </pre>
 */
public final class LapganCifar implements Recipe<Lapgan> {
  private static final int LEVELS = 2;
  private static final int SHOWN = 10;

  /** The smallest pictures cost next to nothing, and all else depends on them. */
  private static final int TOP_EPOCHS = 4;

  private static final Quantity FRECHET = SampleJudge.FRECHET;
  private static final Quantity GAIN =
      Quantity.larger("Fréchet distance that made-up details take off", "");

  private static final Setting<Integer> MAPS =
      Setting.integer("maps", "maps of the convolutions", 1, 1_024);

  @Override
  public Card card() {
    return Card.of("lapgan-cifar", "Laplacian pyramid of adversarial networks on photographs")
        .rows("J11")
        .source(
            "Denton, Chintala, Szlam and Fergus, \"Deep generative image models using a Laplacian"
                + " pyramid of adversarial networks\", 2015")
        .reported("pictures (figures 3 to 5)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, DataSource.of("cifar10"));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(250, 2_000, ALL),
        HIDDEN.row(64, 600, 1_200),
        MAPS.row(8, 32, 64),
        EPOCHS.row(6, 5, 100),
        BATCH.row(32, 128, 128),
        RATE.row(0.002, 0.0005, 0.0002),
        SampleJudge.EPOCHS.row(2, 3, 10));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(GAIN, -64, 0, 0), Claim.atMost(FRECHET.of("samples"), 150, 40, 25));
  }

  @Override
  public Lapgan model(Run run) {
    Shape picture = run.data().test().fields().getFirst().shape();
    return Lapgan.of(picture, LEVELS, run.get(MAPS), run.get(HIDDEN), run.rng("model"));
  }

  @Override
  public void run(Run run, Lapgan lapgan) {
    Split pictures = run.data();
    play(run, "smallest", lapgan.top(), TOP_EPOCHS * run.get(EPOCHS));
    for (Lapgan.Level level : lapgan.levels().reversed()) {
      play(run, "level-" + level.depth(), level, run.get(EPOCHS));
    }

    SampleJudge judge = SampleJudge.of(run);
    int count = judge.count();
    Tensor small =
        run.once("small", () -> lapgan.top().real(pictures.train().limit(count).whole()));
    double blurred = judge.judge("blurred", () -> lapgan.blurred(small));
    double detailed =
        judge.judge("details", () -> lapgan.detailed(small, run.rng("details")).clip(0, 1));
    run.score(GAIN, () -> blurred - detailed);
    judge.judge("samples", () -> lapgan.sample(count, run.rng("judged")).clip(0, 1));
    judge.show();
    run.show(
        "samples",
        () -> Figure.pictures("Samples", lapgan.sample(100, run.rng("samples")).clip(0, 1)));
    run.show(
        "details",
        () -> {
          Tensor some = pictures.test().limit(SHOWN).whole().getFirst();
          Tensor smallest = lapgan.top().real(List.of(some));
          Tensor made = lapgan.detailed(smallest, run.rng("shown")).clip(0, 1);
          Tensor rows = Tensor.concat(0, List.of(lapgan.blurred(smallest), made, some));
          return Figure.pictures(
                  "A quarter of the size made large, with details made up, and the original", rows)
              .columns(SHOWN);
        });
  }

  private static void play(Run run, String stage, Adversaries players, int epochs) {
    Adam rule = Adam.of(run.get(RATE)).betas(0.5, 0.999);
    Batches batches = run.batches(run.data().train()).withoutRemainder();
    run.train(stage, new Gan.Game(players, Gan.Objective.NON_SATURATING, 1, 0, rule, rule), batches)
        .epochs(epochs)
        .evaluateAtEnd("test", run.data().test())
        .go();
  }
}
