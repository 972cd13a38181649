package shinso.zoo.regularization;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.regularization.Trial.TEST_ERROR;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.augment.Augmentation;
import shinso.train.data.augment.Image;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;
import shinso.zoo.harness.*;

/**
 * A network with one hidden layer that sees every digit as it is, moved, turned and slanted, or
 * bent elastically as well.
 *
 * <pre>
 * ./shinso run augmentation-mnist --data mnist
 * </pre>
 */
public final class AugmentationMnist implements Recipe<LogitClassifier> {
  private static final String PLAIN = "digits as they are";
  private static final String AFFINE = "affine distortions";
  private static final String ELASTIC = "elastic distortions";
  private static final int SHOWN = 10;

  private static final Augmentation AFFINE_MAP =
      Augmentation.shift(2)
          .then(Augmentation.rotation(12))
          .then(Augmentation.scaling(0.85, 1.15))
          .then(Augmentation.shear(0.15));

  private static final Augmentation ELASTIC_MAP = AFFINE_MAP.then(Augmentation.elastic(34, 4));

  @Override
  public Card card() {
    return Card.of("augmentation-mnist", "affine and elastic distortions of digits")
        .rows("C18")
        .source(
            "Simard, Steinkraus and Platt, \"Best practices for convolutional neural networks"
                + " applied to visual document analysis\", 2003, table 1")
        .reported(
            "MNIST, test error of 800 hidden units with cross-entropy: 1.6 % as they are, 1.1 % with"
                + " affine and 0.7 % with elastic distortions");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, ALL, ALL),
        TEST.row(500, ALL, ALL),
        HIDDEN.row(128, 800, 800),
        EPOCHS.row(4, 20, 150),
        BATCH.row(50, 100, 100),
        RATE.row(0.003, 0.002, 0.002));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(TEST_ERROR.of(PLAIN), 0.45, 0.020, 0.017).on("mnist").published("1.6 %"),
        Claim.atMost(TEST_ERROR.of(AFFINE), 0.55, 0.015, 0.012).on("mnist").published("1.1 %"),
        Claim.atMost(TEST_ERROR.of(ELASTIC), 0.55, 0.011, 0.008).on("mnist").published("0.7 %"),
        Claim.atMost(TEST_ERROR.of(AFFINE), 0.45, 0.45, 0.45).on("glyphs"));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(
        Network.of(28, 28, 1)
            .flatten()
            .dense(run.get(HIDDEN))
            .relu()
            .dense(10)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Comparison errors = run.compare("errors", "Test error", TEST_ERROR);
    train(run, "plain", PLAIN, model(run), null, errors);
    train(run, "affine", AFFINE, model(run), AFFINE_MAP, errors);
    train(run, "elastic", ELASTIC, model, ELASTIC_MAP, errors);
    errors.show();
    run.show("distortions", () -> pictures(run));
  }

  private static void train(
      Run run,
      String stage,
      String name,
      LogitClassifier net,
      @Nullable Augmentation change,
      Comparison errors) {
    Batches plain = run.batches(run.data().train());
    Adam rule = Adam.of(Schedule.oneCycle(run.get(RATE), run.steps(plain)));
    Batches batches = change == null ? plain : plain.augmented(change);
    run.train(stage, Trial.learner(net.network(), rule), batches).go();
    errors.variant(name, () -> Trial.error(run, net));
  }

  /** One digit as each change makes it, ten times. */
  private static Pictures pictures(Run run) {
    Map<String, Augmentation> rows = new LinkedHashMap<>();
    rows.put("shift", Augmentation.shift(3));
    rows.put("rotation", Augmentation.rotation(25));
    rows.put("scaling", Augmentation.scaling(0.7, 1.3));
    rows.put("shear", Augmentation.shear(0.4));
    rows.put("elastic", Augmentation.elastic(34, 4));
    rows.put("flip", Augmentation.horizontalFlip(0.5).then(Augmentation.verticalFlip(0.5)));
    rows.put("padded crop", Augmentation.paddedCrop(4));
    rows.put("crop, flip", Augmentation.crop(20, 20).then(Augmentation.horizontalFlip(0.5)));
    rows.put("affine", AFFINE_MAP);
    rows.put("affine, elastic", ELASTIC_MAP);
    Image digit = Image.of(run.data().test().batch(new int[] {0}).getFirst().squeeze(0));
    List<Tensor> all = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    rows.forEach((name, change) -> {
      for (int i = 0; i < SHOWN; i++) {
        Image changed = change.apply(digit, run.rng(name).split(i).generator());
        all.add(changed.tensor().unsqueeze(0).resizeBilinear(28, 28).squeeze(0));
        captions.add(i == 0 ? name : "");
      }
    });
    return Figure.pictures("A digit, changed", Tensor.stack(0, all))
        .columns(SHOWN)
        .captions(captions);
  }
}
