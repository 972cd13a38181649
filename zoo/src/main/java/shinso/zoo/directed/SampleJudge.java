package shinso.zoo.directed;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.train.data.Split;
import shinso.train.judge.PrecisionRecall;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.Comparison;
import shinso.zoo.harness.Run;
import shinso.zoo.harness.Setting;
import shinso.zoo.judge.PictureJudge;

/** The table of what a {@link PictureJudge} finds in samples, training examples first. */
final class SampleJudge {
  /** The passes over the training examples that the LeNet takes. */
  static final Setting<Integer> EPOCHS =
      Setting.integer("judge-epochs", "passes of the LeNet by which samples are judged", 1, 1_000);

  static final Quantity FRECHET = Quantity.smaller("Fréchet distance", "");
  static final Quantity COVERAGE = Quantity.share("coverage", Quantity.Better.LARGER);

  private static final Quantity KERNEL = Quantity.smaller("kernel distance", "");
  private static final Quantity PRECISION = Quantity.share("precision", Quantity.Better.LARGER);
  private static final Quantity RECALL = Quantity.share("recall", Quantity.Better.LARGER);
  private static final Quantity DENSITY = Quantity.of("density", "");
  private static final Quantity SYNTHETIC =
      Quantity.share("accuracy of a LeNet trained on samples", Quantity.Better.LARGER);

  private static final int MOST = 2_000;

  private final Run run;
  private final Comparison table;
  private final int count;
  private @Nullable PictureJudge judge;

  private SampleJudge(Run run) {
    Split data = run.data();
    this.run = run;
    this.count = Math.min(MOST, Math.min(data.train().size(), data.test().size()));
    this.table =
        run.compare(
            "judged",
            "Samples by the features of a LeNet",
            FRECHET,
            KERNEL,
            PRECISION,
            RECALL,
            DENSITY,
            COVERAGE,
            SYNTHETIC);
  }

  /** Returns the judge of a run, who judges as many training examples first. */
  static SampleJudge of(Run run) {
    SampleJudge judge = new SampleJudge(run);
    judge.judge(
        "training examples", () -> run.data().train().limit(judge.count).whole().getFirst());
    return judge;
  }

  /** Returns with how many test examples samples are compared: best with as many. */
  int count() {
    return count;
  }

  /** Returns which digits pictures {@code [n, h, w, c]} are taken for. */
  int[] classes(Tensor pictures) {
    return judge().classes(pictures);
  }

  /** Trains the LeNet when it is asked first. */
  private PictureJudge judge() {
    PictureJudge known = judge;
    if (known == null) {
      known = PictureJudge.of(run.data(), count, run.get(EPOCHS), run.rng("judge"));
      judge = known;
    }
    return known;
  }

  /**
   * Measures a variant; returns its Fréchet distance.
   *
   * @param samples gives pictures {@code [n, h, w, c]} of 0 to 1
   */
  double judge(String variant, Supplier<Tensor> samples) {
    PictureJudge.Verdict v =
        run.once(
            "judged-" + variant.replace(' ', '-'),
            PictureJudge.Verdict.class,
            () -> judge().judge(samples.get()));
    PrecisionRecall overlap = v.overlap();
    return table
        .variant(
            variant,
            v::frechet,
            () -> v.kernel().value(),
            overlap::precision,
            overlap::recall,
            overlap::density,
            overlap::coverage,
            v::synthetic)
        .getFirst();
  }

  /** Shows the table. */
  void show() {
    table.show();
  }
}
