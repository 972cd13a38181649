package shinso.train.data.glyphs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.data.glyphs.Pen.Point;

/**
 * Handwritten digits drawn by the program: grey images F32 {@code [28, 28, 1]} in 0..1, white on
 * black, and labels I32. Example i of a part is a pure function of the seed, the part's name and i.
 *
 * <p>Examples are drawn when they are first asked for, {@value #BLOCK} at a time, on all cores.
 */
public final class Glyphs implements Dataset {
  /** The size of the training part of {@link #split()}. */
  public static final int TRAIN = 60_000;

  /** The size of the test part of {@link #split()}. */
  public static final int TEST = 10_000;

  private static final long SEED = 1;
  private static final int BLOCK = 500;
  private static final int PIXELS = Paper.SIDE * Paper.SIDE;
  private static final List<String> CLASSES =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private final int[] key;
  private final String description;
  private final int size;
  private final byte[] @Nullable [] blocks;

  private Glyphs(long seed, String part, int size) {
    if (size < 0) {
      throw new IllegalArgumentException("the number of glyphs is negative: " + size);
    }
    this.key = Rng.of(seed).split("glyphs").split(part).words();
    this.description = String.format(Locale.ROOT, "glyphs %s (drawn from seed %d)", part, seed);
    this.size = size;
    this.blocks = new byte[Math.ceilDiv(size, BLOCK)][];
  }

  /**
   * Returns the data set of this name: 60,000 training and 10,000 test examples, always the same.
   */
  public static Split split() {
    return split(SEED, TRAIN, TEST);
  }

  /** Returns the first examples of the training and of the test part of a seed. */
  public static Split split(long seed, int train, int test) {
    return Split.of(new Glyphs(seed, "train", train), new Glyphs(seed, "test", test));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        new Field("image", Shape.of(Paper.SIDE, Paper.SIDE, 1), DType.F32),
        new Field("label", Shape.SCALAR, DType.I32));
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    draw(indices);
    float[] images = new float[indices.length * PIXELS];
    int[] labels = new int[indices.length];
    for (int n = 0; n < indices.length; n++) {
      byte[] pixels = block(indices[n] / BLOCK);
      int from = indices[n] % BLOCK * PIXELS;
      for (int i = 0; i < PIXELS; i++) {
        images[n * PIXELS + i] = (pixels[from + i] & 0xFF) / 255f;
      }
      labels[n] = label(draws(indices[n]));
    }
    return List.of(
        Tensor.owning(images, Shape.of(indices.length, Paper.SIDE, Paper.SIDE, 1)),
        Tensor.owning(labels, Shape.of(indices.length)));
  }

  @Override
  public int[] labels() {
    int[] labels = new int[size];
    Arrays.setAll(labels, i -> label(draws(i)));
    return labels;
  }

  /** Returns the bytes of images, one after the other. */
  byte[] bytes(int from, int to) {
    int[] indices = IntStream.range(from, to).toArray();
    draw(indices);
    byte[] all = new byte[indices.length * PIXELS];
    for (int n = 0; n < indices.length; n++) {
      System.arraycopy(
          block(indices[n] / BLOCK), indices[n] % BLOCK * PIXELS, all, n * PIXELS, PIXELS);
    }
    return all;
  }

  private synchronized byte[] block(int b) {
    return Objects.requireNonNull(blocks[b]);
  }

  /** Draws the blocks of these examples that are not drawn yet. */
  private synchronized void draw(int[] indices) {
    boolean[] wanted = new boolean[blocks.length];
    for (int index : indices) {
      wanted[Objects.checkIndex(index, size) / BLOCK] = true;
    }
    int[] missing =
        IntStream.range(0, blocks.length).filter(b -> wanted[b] && blocks[b] == null).toArray();
    byte[][] drawn = new byte[missing.length][];
    IntStream.range(0, missing.length)
        .parallel()
        .forEach(m -> {
          int first = missing[m] * BLOCK;
          byte[] pixels = new byte[Math.min(BLOCK, size - first) * PIXELS];
          for (int i = 0; i < pixels.length / PIXELS; i++) {
            drawOne(draws(first + i), pixels, i * PIXELS);
          }
          drawn[m] = pixels;
        });
    for (int m = 0; m < missing.length; m++) {
      blocks[missing[m]] = drawn[m];
    }
  }

  private ExactDraws draws(int index) {
    return ExactDraws.ofChild(key[0], key[1], index);
  }

  /** The label is the first draw of an example. */
  private static int label(ExactDraws d) {
    return d.below(CLASSES.size());
  }

  private static void drawOne(ExactDraws d, byte[] to, int offset) {
    int digit = label(d);
    Pen pen = new Pen(d, d.between(0.012, 0.035));
    DigitStrokes.write(digit, pen, d);
    List<List<Point>> strokes = new Pose(d).place(pen.strokes());
    Paper canvas = new Paper();
    double radius = d.between(0.6, 1.7);
    for (List<Point> stroke : strokes) {
      canvas.stroke(
          stroke,
          radius * d.between(0.8, 1.2),
          radius * d.between(0.6, 1.2),
          d.between(0.8, 1),
          d.between(0.6, 1));
    }
    if (d.chance(0.2)) {
      for (List<Point> scratch : scratches(strokes, d)) {
        double r = d.between(0.4, 1.0);
        double pressure = d.between(0.3, 0.9);
        canvas.stroke(scratch, r, r, pressure, pressure);
      }
    }
    canvas.blur(d.between(0, 0.5));
    double paper = d.chance(0.3) ? d.between(0, 0.15) : 0;
    double full = d.between(0.6, 1);
    double grain = d.chance(0.7) ? d.between(0, 0.15) : 0;
    canvas.develop(paper, full, grain, d, to, offset);
  }

  /** Returns up to two short fragments of other writing, away from the digit. */
  private static List<List<Point>> scratches(List<List<Point>> digit, ExactDraws d) {
    List<List<Point>> scratches = new ArrayList<>();
    for (int tries = 0; tries < 2; tries++) {
      double x = d.between(0, Paper.SIDE);
      double y = d.between(0, Paper.SIDE);
      List<Point> scratch = List.of(new Point(x, y), new Point(x + d.bell(3), y + d.bell(3)));
      if (scratch.stream().allMatch(p -> isAway(p, digit))) {
        scratches.add(scratch);
      }
    }
    return scratches;
  }

  private static boolean isAway(Point p, List<List<Point>> strokes) {
    for (List<Point> stroke : strokes) {
      for (Point q : stroke) {
        double dx = p.x() - q.x();
        double dy = p.y() - q.y();
        if (dx * dx + dy * dy < 25) {
          return false;
        }
      }
    }
    return true;
  }
}
