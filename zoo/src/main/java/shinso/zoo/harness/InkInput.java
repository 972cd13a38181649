package shinso.zoo.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;

/**
 * Turns a picture of one thing on an even background, of any size, into the grey image that a model
 * was trained on: light on black, cropped, and placed as the training images are.
 *
 * @param side rows and columns of the result
 * @param share how much of the side the longer side of the thing takes
 * @param byMass whether its centre of mass comes to the middle, else the centre of its box
 */
record InkInput(int side, double share, boolean byMass) implements ImageInput {
  /** A picture without differences of grey larger than this share of white shows nothing. */
  private static final double FAINTEST = 0.1;

  /** What is darker than this share of the strongest ink may be shadow or noise. */
  private static final double INK = 0.3;

  @Override
  public Read fit(String name, Tensor pixels) {
    int h = pixels.shape().dim(0);
    int w = pixels.shape().dim(1);
    float[] ink = grey(pixels);
    List<String> changes = new ArrayList<>();

    double paper = background(ink, h, w);
    if (paper > 0.5) {
      changes.add("inverted, since it is dark on light");
      paper = 1 - paper;
      for (int i = 0; i < ink.length; i++) {
        ink[i] = 1 - ink[i];
      }
    }
    double full = 0;
    for (float v : ink) {
      full = Math.max(full, v);
    }
    if (full - paper < FAINTEST) {
      throw new DataException(
          name + ": shows nothing that stands out from its background; take another picture");
    }
    if (h == side && w == side) {
      return new Read(Tensor.owning(ink, shape()), changes);
    }

    stretch(ink, paper, full);
    Box box = Box.of(ink, h, w, byMass);
    changes.add(String.format(Locale.ROOT, "cropped and scaled from %d x %d", w, h));
    double scale = Math.max(box.height, box.width) / (share * side); // old pixels in a new one
    Tensor rows = sampling(box.y, scale, h); // [side, h]
    Tensor columns = sampling(box.x, scale, w); // [side, w]
    Tensor image = rows.matmul(Tensor.of(ink, h, w)).matmul(columns.transpose()); // [side, side]
    return new Read(image.reshape(shape()).evaluate(), changes);
  }

  /** Returns the pixels in grey: {@code [h, w, c] -> h · w}. */
  private static float[] grey(Tensor pixels) {
    float[] values = pixels.toFloatArray();
    if (pixels.shape().dim(2) == 1) {
      return values;
    }
    float[] grey = new float[values.length / 3];
    for (int i = 0; i < grey.length; i++) {
      // Luma of ITU-R BT.601.
      grey[i] = 0.299f * values[3 * i] + 0.587f * values[3 * i + 1] + 0.114f * values[3 * i + 2];
    }
    return grey;
  }

  /** Returns the median of the pixels on the border. */
  private static double background(float[] pixels, int h, int w) {
    float[] border = new float[2 * (h + w)];
    int n = 0;
    for (int x = 0; x < w; x++) {
      border[n++] = pixels[x];
      border[n++] = pixels[(h - 1) * w + x];
    }
    for (int y = 0; y < h; y++) {
      border[n++] = pixels[y * w];
      border[n++] = pixels[y * w + w - 1];
    }
    Arrays.sort(border);
    return border[border.length / 2];
  }

  /** Makes the background 0 and the strongest pixel 1. */
  private static void stretch(float[] ink, double paper, double full) {
    double range = full - paper;
    for (int i = 0; i < ink.length; i++) {
      ink[i] = (float) Math.clamp((ink[i] - paper) / range, 0, 1);
    }
  }

  /** Where the thing is: its size and its centre, in pixels. */
  private record Box(double height, double width, double y, double x) {
    static Box of(float[] ink, int h, int w, boolean byMass) {
      int top = h;
      int bottom = 0;
      int left = w;
      int right = 0;
      double mass = 0;
      double massY = 0;
      double massX = 0;
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          double v = ink[y * w + x];
          if (v >= INK) {
            top = Math.min(top, y);
            bottom = Math.max(bottom, y + 1);
            left = Math.min(left, x);
            right = Math.max(right, x + 1);
            mass += v;
            massY += v * (y + 0.5);
            massX += v * (x + 0.5);
          }
        }
      }
      return byMass
          ? new Box(bottom - top, right - left, massY / mass, massX / mass)
          : new Box(bottom - top, right - left, (top + bottom) / 2.0, (left + right) / 2.0);
    }
  }

  /**
   * Returns the shares of old pixels in new ones along one axis, {@code [side, length]}: a new
   * pixel is the mean over the stretch that it covers, in which what lies outside counts as
   * background.
   */
  private Tensor sampling(double center, double scale, int length) {
    float[] shares = new float[side * length];
    for (int i = 0; i < side; i++) {
      double from = center + (i - side / 2.0) * scale;
      double to = from + scale;
      int first = (int) Math.clamp(Math.floor(from), 0, length);
      int last = (int) Math.clamp(Math.ceil(to), 0, length);
      for (int p = first; p < last; p++) {
        shares[i * length + p] = (float) ((Math.min(to, p + 1) - Math.max(from, p)) / scale);
      }
    }
    return Tensor.owning(shares, Shape.of(side, length));
  }

  @Override
  public Shape shape() {
    return Shape.of(side, side, 1);
  }
}
