package shinso.train.data.augment;

import java.util.ArrayList;
import java.util.List;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A given move of pictures, where {@link Augmentation} draws one: the pixel at (x, y) goes to (xx x
 * + xy y + dx, yx x + yy y + dy), in pixels to the right of and below the middle.
 *
 * @param xx what a pixel to the right adds to the column
 * @param xy what a pixel further down adds to the column
 * @param yx what a pixel to the right adds to the row
 * @param yy what a pixel further down adds to the row
 * @param dx pixels to the right
 * @param dy pixels down
 */
public record Affine(double xx, double xy, double yx, double yy, double dx, double dy) {
  /**
   * Checks the map.
   *
   * @throws IllegalArgumentException if it can't be undone
   */
  public Affine {
    double area = xx * yy - xy * yx;
    if (!(Math.abs(area) > 1e-9 && Double.isFinite(area + dx + dy))) {
      throw new IllegalArgumentException(
          "a move of pictures can be undone, not as [%s, %s; %s, %s] + [%s, %s]"
              .formatted(xx, xy, yx, yy, dx, dy));
    }
  }

  /** Moves by so many pixels, whole or not, to the right and down. */
  public static Affine shift(double right, double down) {
    return new Affine(1, 0, 0, 1, right, down);
  }

  /** Turns around the middle, against the clock. */
  public static Affine rotation(double degrees) {
    double a = Math.toRadians(degrees);
    return new Affine(Math.cos(a), Math.sin(a), -Math.sin(a), Math.cos(a), 0, 0);
  }

  /**
   * Makes larger by a factor around the middle.
   *
   * @throws IllegalArgumentException if it is 0
   */
  public static Affine scaling(double factor) {
    return new Affine(factor, 0, 0, factor, 0, 0);
  }

  /**
   * Returns moved pictures {@code [n, h, w, c]} of the same size, read bilinearly; outside of a
   * picture everything is 0.
   */
  public Tensor apply(Tensor images) {
    Check.rank("affine", images.shape(), 4, "[batch, height, width, channels]");
    Check.floating("affine", images.dtype());
    Shape s = images.shape();
    Tensor pixels = images.reshape(s.dim(0), s.dim(1) * s.dim(2), s.dim(3));
    List<Tensor> parts = new ArrayList<>();
    for (int corner = 0; corner < 4; corner++) {
      parts.add(corner(pixels, s.dim(1), s.dim(2), corner >> 1, corner & 1));
    }
    return parts.stream().reduce(Tensor::add).orElseThrow().reshape(s);
  }

  /** What one of the four pixels around a place contributes. */
  private Tensor corner(Tensor pixels, int h, int w, int below, int right) {
    int[] from = new int[h * w];
    float[] weight = new float[h * w];
    double area = xx * yy - xy * yx;
    for (int i = 0; i < h * w; i++) {
      int down = i / w;
      int across = i % w;
      double x = across - 0.5 * (w - 1) - dx;
      double y = down - 0.5 * (h - 1) - dy;
      double column = (yy * x - xy * y) / area + 0.5 * (w - 1);
      double row = (xx * y - yx * x) / area + 0.5 * (h - 1);
      int a = (int) Math.floor(row) + below;
      int b = (int) Math.floor(column) + right;
      if (a >= 0 && a < h && b >= 0 && b < w) {
        from[i] = a * w + b;
        weight[i] = (float) ((1 - Math.abs(row - a)) * (1 - Math.abs(column - b)));
      }
    }
    Tensor share = Tensor.of(weight, h * w, 1).cast(pixels.dtype());
    return pixels.gather(1, Tensor.of(from, h * w)).mul(share);
  }
}
