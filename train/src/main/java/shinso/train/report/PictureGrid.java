package shinso.train.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.file.AtomicFile;

/** Images side by side in one picture. Immutable. */
public final class PictureGrid {
  /** How the numbers of a tile become brightness. */
  private enum Range {
    UNIT,
    OWN,
    AROUND_ZERO
  }

  private final float[] values;
  private final Shape shape;
  private final Range range;
  private final int columns;
  private final int scale;
  private final List<String> captions;

  private PictureGrid(
      float[] values, Shape shape, Range range, int columns, int scale, List<String> captions) {
    this.values = values;
    this.shape = shape;
    this.range = range;
    this.columns = columns;
    this.scale = scale;
    this.captions = captions;
  }

  /**
   * Returns a grid of images, as near to a square as it gets.
   *
   * @param images {@code [n, h, w, 1]} in grey or {@code [n, h, w, 3]} in red, green and blue, 0 to
   *     1
   * @throws IllegalArgumentException if the shape is another, or there are no images
   */
  public static PictureGrid of(Tensor images) {
    Shape s = images.shape();
    boolean fits = s.rank() == 4 && (s.dim(3) == 1 || s.dim(3) == 3);
    if (!fits || s.size() == 0) {
      throw new IllegalArgumentException(
          "pictures are [n, height, width, 1 or 3], not " + s + "; reshape them");
    }
    int columns = (int) Math.ceil(Math.sqrt(s.dim(0)));
    return new PictureGrid(images.toFloatArray(), s, Range.UNIT, columns, 1, List.of());
  }

  /**
   * Returns this with another number of columns.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public PictureGrid columns(int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException("a grid has at least 1 column, not " + columns);
    }
    return new PictureGrid(values, shape, range, columns, scale, captions);
  }

  /**
   * Returns this with every pixel as a square of so many.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public PictureGrid scale(int pixels) {
    if (pixels < 1) {
      throw new IllegalArgumentException("a pixel is at least 1 wide, not " + pixels);
    }
    return new PictureGrid(values, shape, range, columns, pixels, captions);
  }

  /** Returns this with each image spread from its own smallest to its own largest number. */
  public PictureGrid stretched() {
    return new PictureGrid(values, shape, Range.OWN, columns, scale, captions);
  }

  /** Returns this with 0 in the middle between black and white in each image, as for weights. */
  public PictureGrid aroundZero() {
    return new PictureGrid(values, shape, Range.AROUND_ZERO, columns, scale, captions);
  }

  /**
   * Returns this with a line of text below each image, left away on a machine without fonts.
   *
   * @throws IllegalArgumentException if there is not one for each image
   */
  public PictureGrid captions(List<String> captions) {
    if (captions.size() != count()) {
      throw new IllegalArgumentException(
          "there are " + count() + " images and " + captions.size() + " captions");
    }
    return new PictureGrid(values, shape, range, columns, scale, List.copyOf(captions));
  }

  /** Returns the number of images. */
  public int count() {
    return shape.dim(0);
  }

  /** Returns the picture; what lies between the images is transparent. */
  BufferedImage image() {
    int n = shape.dim(0);
    boolean written = !captions.isEmpty() && Captions.arePossible();
    int gap = Math.clamp(scale / 3, 1, 6) + (written ? 4 : 0);
    int h = shape.dim(1) * scale + (written ? Captions.HEIGHT : 0);
    int w = shape.dim(2) * scale;
    int across = Math.min(columns, n);
    int down = Math.ceilDiv(n, across);
    BufferedImage image =
        new BufferedImage(
            across * (w + gap) - gap, down * (h + gap) - gap, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < n; i++) {
      draw(image, i, i % across * (w + gap), i / across * (h + gap));
    }
    if (written) {
      for (int i = 0; i < n; i++) {
        int top = i / across * (h + gap) + shape.dim(1) * scale;
        Captions.draw(image, captions.get(i), i % across * (w + gap), top, w);
      }
    }
    return image;
  }

  private void draw(BufferedImage image, int index, int left, int top) {
    int h = shape.dim(1);
    int w = shape.dim(2);
    int c = shape.dim(3);
    int from = index * h * w * c;
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + h * w * c; i++) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    float size = Math.max(Math.abs(low), Math.abs(high));
    float black = range == Range.UNIT ? 0 : range == Range.OWN ? low : -size;
    float white = range == Range.UNIT ? 1 : range == Range.OWN ? high : size;
    for (int y = 0; y < h * scale; y++) {
      for (int x = 0; x < w * scale; x++) {
        int at = from + (y / scale * w + x / scale) * c;
        int red = brightness(values[at], black, white);
        int green = c == 1 ? red : brightness(values[at + 1], black, white);
        int blue = c == 1 ? red : brightness(values[at + 2], black, white);
        image.setRGB(left + x, top + y, 0xFF << 24 | red << 16 | green << 8 | blue);
      }
    }
  }

  private static int brightness(float value, float black, float white) {
    // An even image, and what is not a number, is mid-grey.
    float part = white > black ? (value - black) / (white - black) : 0.5f;
    return Float.isNaN(part) ? 128 : Math.round(255 * Math.clamp(part, 0, 1));
  }

  /** Returns the picture as a PNG file's bytes. */
  public byte[] png() {
    return png(image());
  }

  /**
   * Writes the picture as a PNG file.
   *
   * @throws shinso.train.file.FileException if that fails
   */
  public void write(Path file) {
    AtomicFile.write(file, png());
  }

  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("every Java platform writes PNG");
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory takes everything", e);
    }
    return out.toByteArray();
  }
}
