package shinso.train.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Images side by side.
 *
 * @param images {@code [n, h, w, 1]} in grey or {@code [n, h, w, 3]} in red, green and blue
 * @param brightness how numbers become brightness
 * @param columns how many images are in a row
 * @param scale how many pixels of the picture are one of an image across; 0 chooses
 * @param captions a line below each image, or none at all
 */
public record Pictures(
    String title,
    String caption,
    Tensor images,
    Brightness brightness,
    int columns,
    int scale,
    List<String> captions)
    implements Figure {
  private static final String KIND = "pictures";

  /** The height of a line of text in pixels. */
  private static final int LINE = 17;

  /** Mid-grey can be read on light and on dark ground. */
  private static final Ink INK = Ink.fixed(0x7A828C);

  /** About how wide a picture is whose scale isn't given, and a single image of it. */
  private static final int WIDTH = 900;

  private static final int WIDEST = 180;

  /** How the numbers of an image become brightness. */
  public enum Brightness {
    /** 0 is black and 1 is white. */
    UNIT,
    /** The smallest number of an image is black, its largest one is white. */
    STRETCHED,
    /** 0 is in the middle between black and white. */
    AROUND_ZERO
  }

  /** Keeps a copy. */
  public Pictures {
    captions = List.copyOf(captions);
  }

  static Pictures of(String title, Tensor images) {
    Shape s = images.shape();
    boolean fits = s.rank() == 4 && (s.dim(3) == 1 || s.dim(3) == 3);
    FigureChecks.that(
        fits && s.size() > 0,
        KIND,
        title,
        "pictures are [n, height, width, 1 or 3], not %s; reshape them",
        s);
    // Numbers, not a way to get them, which may be long and hold much.
    Tensor numbers = Tensor.owning(images.toFloatArray(), s);
    int columns = (int) Math.ceil(Math.sqrt(s.dim(0)));
    return new Pictures(title, "", numbers, Brightness.UNIT, columns, 0, List.of());
  }

  @Override
  public Pictures caption(String text) {
    return new Pictures(title, text, images, brightness, columns, scale, captions);
  }

  /**
   * Returns this with another number of columns.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Pictures columns(int number) {
    FigureChecks.that(number >= 1, KIND, title, "there is at least 1 column, not %d", number);
    return new Pictures(title, caption, images, brightness, number, scale, captions);
  }

  /**
   * Returns this with every pixel as a square of so many.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Pictures scale(int pixels) {
    FigureChecks.that(pixels >= 1, KIND, title, "a pixel is at least 1 wide, not %d", pixels);
    return new Pictures(title, caption, images, brightness, columns, pixels, captions);
  }

  private Pictures with(Brightness b) {
    return new Pictures(title, caption, images, b, columns, scale, captions);
  }

  /** Returns this with each image spread from its own smallest to its own largest number. */
  public Pictures stretched() {
    return with(Brightness.STRETCHED);
  }

  /** Returns this with 0 in the middle between black and white in each image, as for weights. */
  public Pictures aroundZero() {
    return with(Brightness.AROUND_ZERO);
  }

  /**
   * Returns this with a line of text below each image, left away on a machine without fonts.
   *
   * @throws IllegalArgumentException if there is not one for each image
   */
  public Pictures captions(List<String> texts) {
    FigureChecks.that(
        texts.size() == count(),
        KIND,
        title,
        "there are %d images and %d captions",
        count(),
        texts.size());
    return new Pictures(title, caption, images, brightness, columns, scale, texts);
  }

  /** Returns the number of images. */
  public int count() {
    return images.shape().dim(0);
  }

  private int across() {
    return Math.min(columns, count());
  }

  private int pixel() {
    double room = Math.min(WIDEST, (double) WIDTH / across());
    return scale > 0 ? scale : Math.max(1, (int) Math.round(room / images.shape().dim(2)));
  }

  /** Returns the picture without title; what lies between the images is transparent. */
  BufferedImage image() {
    Shape shape = images.shape();
    float[] values = images.toFloatArray();
    int pixel = pixel();
    boolean written = isWritten();
    int gap = gap(pixel);
    int h = shape.dim(1) * pixel + (written ? LINE : 0);
    int w = shape.dim(2) * pixel;
    int down = Math.ceilDiv(count(), across());
    BufferedImage image =
        new BufferedImage(
            across() * (w + gap) - gap, down * (h + gap) - gap, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < count(); i++) {
      int left = i % across() * (w + gap);
      int top = i / across() * (h + gap);
      draw(image, values, i, pixel, left, top);
      if (written) {
        write(image, captions.get(i), left, top + shape.dim(1) * pixel, w);
      }
    }
    return image;
  }

  private void draw(BufferedImage image, float[] values, int index, int pixel, int left, int top) {
    int h = images.shape().dim(1);
    int w = images.shape().dim(2);
    int c = images.shape().dim(3);
    int from = index * h * w * c;
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + h * w * c; i++) {
      if (Float.isFinite(values[i])) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
    }
    float size = Math.max(Math.abs(low), Math.abs(high));
    float black =
        brightness == Brightness.UNIT ? 0 : brightness == Brightness.STRETCHED ? low : -size;
    float white =
        brightness == Brightness.UNIT ? 1 : brightness == Brightness.STRETCHED ? high : size;
    for (int y = 0; y < h * pixel; y++) {
      for (int x = 0; x < w * pixel; x++) {
        int at = from + (y / pixel * w + x / pixel) * c;
        int red = level(values[at], black, white);
        int green = c == 1 ? red : level(values[at + 1], black, white);
        int blue = c == 1 ? red : level(values[at + 2], black, white);
        image.setRGB(left + x, top + y, 0xFF << 24 | red << 16 | green << 8 | blue);
      }
    }
  }

  private static int level(float value, float black, float white) {
    // An even image, and what is not a number, is mid-grey.
    float part = white > black ? (value - black) / (white - black) : 0.5f;
    return Float.isNaN(part) ? 128 : Math.round(255 * Math.clamp(part, 0, 1));
  }

  /** Writes a text into the line below an image, narrowed if it is too long. */
  private static void write(BufferedImage image, String text, int left, int top, int width) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    Color ink = INK.color();
    g.setColor(ink);
    g.setFont(Fonts.of(Letters.MARK));
    double needed = Fonts.width(text, Letters.MARK);
    double narrowed = Math.min(1, width / Math.max(1, needed));
    g.translate(left + (width - narrowed * needed) / 2, top + LINE - 4);
    g.scale(narrowed, 1);
    g.drawString(text, 0, 0);
    g.dispose();
  }

  /** Returns the picture as an element. */
  String element() {
    BufferedImage image = image();
    return String.format(
        Locale.ROOT,
        "<img alt=\"%s\" width=\"%d\" data-cells='%s' src=\"%s\"/>",
        Html.escape(Page.name(this)),
        image.getWidth(),
        cells(image).json(),
        Html.dataUri(Drawing.png(image)));
  }

  /** Returns what is said of each image: which one it is, and its numbers. */
  private HoverCells cells(BufferedImage image) {
    float[] values = images.toFloatArray();
    int size = values.length / count();
    int down = Math.ceilDiv(count(), across());
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < down * across(); i++) {
      if (i < count()) {
        float[] own = Arrays.copyOfRange(values, i * size, (i + 1) * size);
        String name = captions.isEmpty() ? (i + 1) + " of " + count() : captions.get(i);
        texts.add(name + ": " + ends(own));
      } else {
        texts.add("");
      }
    }
    int gap = gap(pixel());
    return new HoverCells(
        new Rectangle2D.Double(0, 0, image.getWidth() + gap, image.getHeight() + gap),
        Collections.nCopies(across(), ""),
        Collections.nCopies(down, ""),
        texts,
        false);
  }

  private static String ends(float[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float v : values) {
      if (Float.isFinite(v)) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
    return low > high ? "no number" : Numbers.text(low) + " to " + Numbers.text(high);
  }

  private boolean isWritten() {
    return !captions.isEmpty() && Fonts.arePresent();
  }

  /** Returns how far images lie from each other. */
  private int gap(int pixel) {
    return Math.clamp(pixel / 3, 1, 6) + (isWritten() ? 4 : 0);
  }
}
