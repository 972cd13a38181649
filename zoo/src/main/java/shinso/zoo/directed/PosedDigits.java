package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.data.augment.Affine;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.PictureSource;

/**
 * Digits in known poses: three of each class, each turned, made smaller, and moved. An example is a
 * code and its picture. The code says which of the 30 it is, one-hot, and the pose: the cosine and
 * the sine of the turn, the size, the shift to the right and down. The test part has poses that the
 * training part hasn't.
 *
 * @param digits where the 30 come from
 */
record PosedDigits(PictureSource digits) implements DataSource {
  static final int IDENTITIES = 30;
  static final int STYLES = 5;
  static final int SIDE = 28;

  private static final int OF_EACH_CLASS = IDENTITIES / 10;
  private static final int SEARCHED = 1_000;
  private static final double PAPER = 0.3;
  private static final int TRAIN_POSES = 300;
  private static final int TEST_POSES = 50;

  /** How something lies: degrees, a factor, and pixels. */
  private record Pose(double turn, double size, double right, double down) {
    static Pose draw(RandomGenerator random) {
      return new Pose(
          180 * (random.nextDouble() - 0.5),
          0.6 + 0.4 * random.nextDouble(),
          6 * (random.nextDouble() - 0.5),
          6 * (random.nextDouble() - 0.5));
    }

    Affine move() {
      Affine turned = Affine.rotation(turn);
      return new Affine(
          size * turned.xx(),
          size * turned.xy(),
          size * turned.yx(),
          size * turned.yy(),
          right,
          down);
    }

    /** Numbers between about −1 and 1. */
    float[] code() {
      double a = Math.toRadians(turn);
      return new float[] {
        (float) Math.cos(a),
        (float) Math.sin(a),
        (float) ((size - 0.8) / 0.2),
        (float) (right / 3),
        (float) (down / 3)
      };
    }
  }

  @Override
  public String name() {
    return "posed-" + digits.name();
  }

  @Override
  public boolean isHere() {
    return digits.isHere();
  }

  @Override
  public Split load() {
    Tensor upright = upright(digits.load().train());
    return Split.of(posed(upright, TRAIN_POSES, Rng.of(1)), posed(upright, TEST_POSES, Rng.of(2)));
  }

  /** The ink of the first three of each class: {@code [30, 28, 28, 1]}. */
  private static Tensor upright(Dataset data) {
    int[] labels = data.limit(SEARCHED).labels();
    int[] positions = new int[IDENTITIES];
    int[] found = new int[10];
    for (int i = 0; i < labels.length; i++) {
      int c = labels[i];
      if (found[c] < OF_EACH_CLASS) {
        positions[OF_EACH_CLASS * c + found[c]++] = i;
      }
    }
    // Grey paper would be turned with its digit, and its edges seen.
    return data.batch(positions).getFirst().sub(PAPER).relu().div(1 - PAPER).evaluate();
  }

  private Dataset posed(Tensor upright, int poses, Rng rng) {
    RandomGenerator random = rng.generator();
    List<Tensor> pictures = new ArrayList<>();
    float[] codes = new float[poses * IDENTITIES * (IDENTITIES + STYLES)];
    int row = 0;
    for (int p = 0; p < poses; p++) {
      Pose pose = Pose.draw(random);
      pictures.add(pose.move().apply(upright).evaluate());
      for (int who = 0; who < IDENTITIES; who++) {
        codes[row + who] = 1;
        System.arraycopy(pose.code(), 0, codes, row + IDENTITIES, STYLES);
        row += IDENTITIES + STYLES;
      }
    }
    float[] pixels = new float[poses * upright.shape().size()];
    for (int p = 0; p < poses; p++) {
      float[] part = pictures.get(p).toFloatArray();
      System.arraycopy(part, 0, pixels, p * part.length, part.length);
    }
    return InMemoryDataset.of(
        "%s, three of each class in %d poses".formatted(digits.name(), poses),
        List.of(
            Column.floats("code", Shape.of(IDENTITIES + STYLES), codes),
            Column.floats("picture", Shape.of(SIDE, SIDE, 1), pixels)));
  }

  /** Returns codes of one turn after the other, upright digits in the middle: {@code [n, 35]}. */
  static Tensor turns(int who, int count) {
    float[] codes = new float[count * (IDENTITIES + STYLES)];
    for (int i = 0; i < count; i++) {
      int row = i * (IDENTITIES + STYLES);
      codes[row + who] = 1;
      Pose pose = new Pose(-90 + 180.0 * i / (count - 1), 0.9, 0, 0);
      System.arraycopy(pose.code(), 0, codes, row + IDENTITIES, STYLES);
    }
    return Tensor.of(codes, count, IDENTITIES + STYLES);
  }
}
