package shinso.zoo.regularization;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.regularization.Trial.TEST_ERROR;

import java.util.ArrayList;
import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;
import shinso.zoo.harness.*;
import shinso.zoo.regularization.NearestNeighbours.Neighbours;

/**
 * The nearest of the training digits, by Euclid's distance and by those of tangent planes: seven
 * small changes of a digit, or of both digits, cost nothing.
 *
 * <pre>
 * ./shinso run tangent-distance-mnist --data mnist
 * </pre>
 */
public final class TangentDistanceMnist implements Demo {
  private static final Setting<Integer> CANDIDATES =
      Setting.integer("candidates", "nearest by Euclid's distance that are looked at", 1, 10_000);
  private static final Setting<Double> SIGMA =
      Setting.number("sigma", "smoothing σ in pixels", 0.1, 10);
  private static final Setting<Double> KAPPA =
      Setting.number("kappa", "strength of the springs, κ", 1e-6, 100);

  private static final String EUCLID = "Euclid";
  private static final String ONE = "one-sided";
  private static final String TWO = "two-sided";

  @Override
  public Card card() {
    return Card.of("tangent-distance-mnist", "nearest digits by tangent distance")
        .rows("C15")
        .source(
            "Simard, LeCun and Denker, \"Efficient pattern recognition using a new transformation"
                + " distance\", 1993; LeCun, Bottou, Bengio and Haffner 1998, figure 9")
        .reported(
            "MNIST: 5.0 % test error by Euclid's distance, 1.1 % by tangent distance on 16 x 16"
                + " pixels");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(100, 2_000, ALL),
        CANDIDATES.row(10, 60, 200),
        SIGMA.always(0.9),
        KAPPA.always(0.5));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(TEST_ERROR.of(EUCLID), 0.45, 0.05, 0.05).on("mnist").published("5.0 %"),
        Claim.atMost(TEST_ERROR.of(TWO), 0.40, 0.016, 0.014).on("mnist").published("1.1 %"),
        Claim.atMost(TEST_ERROR.of(TWO), 0.40, 0.02, 0.02).on("glyphs"));
  }

  @Override
  public void run(Run run) {
    Split digits = run.data();
    TangentDistance distance = new TangentDistance(run.get(SIGMA), run.get(KAPPA));
    Errors found =
        run.once(
            "errors",
            Errors.class,
            () ->
                Errors.of(
                    new NearestNeighbours(digits.train(), run.get(CANDIDATES)),
                    digits.test(),
                    distance));
    Comparison errors = run.compare("errors", "Test error of the nearest digit", TEST_ERROR);
    errors.variant(EUCLID, () -> found.euclid);
    errors.variant(ONE, () -> found.oneSided);
    errors.variant(TWO, () -> found.twoSided);
    errors.show();
    run.show(
        "tangents",
        () -> moved(distance, digits.test().batch(new int[] {0}).getFirst().slice(0, 0, 1)));
  }

  /** Shares of test digits whose nearest digit is another one. */
  public record Errors(double euclid, double oneSided, double twoSided) {
    static Errors of(NearestNeighbours digits, Dataset test, TangentDistance distance) {
      Neighbours near = digits.nearest(test);
      return new Errors(
          digits.error(test, near, 1),
          digits.error(test, digits.sorted(test, near, distance::oneSided), 1),
          digits.error(test, digits.sorted(test, near, distance::twoSided), 1));
    }
  }

  /** A digit in the middle and what is left and right of it along each tangent. */
  private static Pictures moved(TangentDistance distance, Tensor digit) {
    Tensor t = distance.tangents(digit).squeeze(0); // [7, p]
    Tensor unit = t.div(t.square().sumKeep(1).sqrt());
    List<Tensor> all = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    for (int k = 0; k < TangentDistance.NAMES.size(); k++) {
      for (double alpha : new double[] {-3, -1.5, 0, 1.5, 3}) {
        // What moves to the right has its slope subtracted; what grows thicker gains.
        double step = TangentDistance.NAMES.get(k).equals("thickness") ? alpha : -alpha;
        Tensor picture = distance.smoothed(digit).squeeze(0).add(unit.at(0, k).mul(step));
        all.add(picture.reshape(28, 28, 1));
        captions.add(alpha == 0 ? TangentDistance.NAMES.get(k) : "");
      }
      all.add(unit.at(0, k).mul(3).add(0.5).reshape(28, 28, 1));
      captions.add("tangent");
    }
    return Figure.pictures("A digit along its tangents", Tensor.stack(0, all))
        .columns(6)
        .captions(captions);
  }
}
