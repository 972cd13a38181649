package shinso.zoo.convolution;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Standardization;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.model.Classifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Standardizer;
import shinso.train.data.augment.Augmentation;
import shinso.train.judge.Estimate;
import shinso.train.loop.Goal;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.train.report.Section;
import shinso.zoo.harness.*;

/**
 * A convolutional network on pictures of the user's own, with random crops and mirror images in
 * training; the epoch with the best validation accuracy is kept.
 *
 * <pre>
 * ./shinso train images photos --model resnet --size 64
 * </pre>
 */
public final class YourPictures implements OwnRecipe<YourPictures.Model> {
  private static final Setting<String> MODEL =
      Setting.choice("model", "architecture", Architecture.names());
  private static final Setting<Double> CROP =
      Setting.number("crop", "smallest share of a picture that random crops show", 0.05, 1);
  private static final Setting<Double> FLIP =
      Setting.number("flip", "share of the pictures that are mirrored in training", 0, 1);

  /**
   * A classifier of pictures as they are read.
   *
   * @param colours standardises each channel
   * @param network of standardised pictures
   */
  public record Model(Standardization colours, Network network) implements Layer, Classifier {
    /** Returns the logits: {@code [b, side, side, 3] -> [b, classes]}. */
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return network.forward(colours.forward(x, pass), pass);
    }

    @Override
    public Tensor logits(Tensor x) {
      return forward(x, Pass.inference());
    }
  }

  @Override
  public Card card() {
    return Card.of("images", "convolutional network on your own pictures in folders");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    List<Setting.Row<?>> rows = new ArrayList<>(PictureFolder.settings());
    rows.addAll(
        List.of(
            MODEL.always("resnet"),
            CROP.always(0.5),
            FLIP.always(0.5),
            EPOCHS.always(40),
            BATCH.always(32),
            RATE.always(0.003)));
    return rows;
  }

  @Override
  public OwnSource source(Settings s, long seed) {
    return PictureFolder.of(place(s), s).source(seed);
  }

  @Override
  public Model model(Run run) {
    Dataset train = run.data().train();
    Shape picture = train.fields().getFirst().shape();
    return new Model(
        run.standardization("colours", train, 0, Standardizer.Per.CHANNEL),
        Architecture.named(run.get(MODEL))
            .build(picture, train.classNames().size(), run.rng("model")));
  }

  @Override
  public void run(Run run, Model model) {
    Dataset test = run.data().test();
    Batches all = run.batches(run.data().train());
    Batches batches =
        (all.perEpoch() > 1 ? all.withoutRemainder() : all)
            .augmented(
                Augmentation.resizedCrop(run.get(CROP))
                    .then(Augmentation.horizontalFlip(run.get(FLIP))));
    Schedule rate = Schedule.oneCycle(run.get(RATE), run.steps(batches));
    SupervisedLearner learner =
        SupervisedLearner.of(model, Losses::softmaxCrossEntropy, Adam.of(rate))
            .metric("accuracy", Metrics::accuracy);
    run.train("train", learner, batches)
        .evaluate("validation", run.data().validation())
        .keepBest(Goal.largest("validation.accuracy"))
        .rate(rate)
        .go();

    run.score(TEST_ACCURACY, () -> accuracy(predictions(model, test)));
    run.score(
        TEST_ACCURACY.of("most frequent class"),
        () -> Frequencies.of(run.data().train()).accuracy(test));
    run.showAll("classifier", () -> Section.classifier(predictions(model, test)));
    run.show("curves", () -> run.curves("Validation accuracy", "validation.accuracy", "train"));
  }

  private static Predictions predictions(Model model, Dataset data) {
    return Predictions.of(model, Batches.inOrder(data, 500));
  }

  private static Estimate accuracy(Predictions p) {
    int[] labels = p.data().labels();
    double[] right = new double[labels.length];
    Arrays.setAll(right, i -> p.predicted(i) == labels[i] ? 1 : 0);
    return Estimate.mean(right);
  }
}
