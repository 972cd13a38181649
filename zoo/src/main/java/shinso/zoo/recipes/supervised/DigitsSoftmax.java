package shinso.zoo.recipes.supervised;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.BATCH;
import static shinso.zoo.harness.Training.EPOCHS;
import static shinso.zoo.harness.Training.RATE;
import static shinso.zoo.harness.Training.TEST;
import static shinso.zoo.harness.Training.TRAIN;
import static shinso.zoo.harness.Training.VALIDATION;

import java.util.List;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.zoo.harness.Card;
import shinso.zoo.harness.Classification;
import shinso.zoo.harness.DataChoice;
import shinso.zoo.harness.Experiment;
import shinso.zoo.harness.GreyImages;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.Setting;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.Target;

/**
 * Softmax regression, which is one affine map: what the other recipes have to beat.
 *
 * <pre>
 * ./shinso run digits-softmax --data mnist   # 92.64 % in 7 s
 * </pre>
 *
 * <p>Times on two cores with AVX-512, seed 1.
 */
public final class DigitsSoftmax implements Recipe {
  @Override
  public Card card() {
    return new Card(
        "digits-softmax",
        "supervised",
        "softmax regression on grey images of 28 x 28",
        "MNIST: 12.0 % test error of a linear classifier on the pixels (LeCun, Bottou, Bengio and"
            + " Haffner, \"Gradient-based learning applied to document recognition\", 1998, figure"
            + " 9)");
  }

  @Override
  public List<DataChoice> data() {
    return GreyImages.ALL;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(3_000, ALL, ALL),
        VALIDATION.row(500, 5_000, 5_000),
        TEST.row(1_000, ALL, ALL),
        EPOCHS.row(5, 15, 50),
        BATCH.row(64, 128, 128),
        RATE.row(0.01, 0.003, 0.003));
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atLeast("glyphs", "test.accuracy", 0.60, 0.880),
        Target.atLeast("mnist", "test.accuracy", 0.75, 0.920),
        Target.atLeast("fashion-mnist", "test.accuracy", 0.65, 0.835));
  }

  @Override
  public Experiment experiment(Setup s) {
    Network network = Network.of(28, 28, 1).flatten().dense(10).build(s.rng("model"));
    return new Classification(network, steps -> Schedule.cosine(s.get(RATE), 0, steps), Adam::of);
  }
}
