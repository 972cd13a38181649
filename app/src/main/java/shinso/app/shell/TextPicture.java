package shinso.app.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Pictures as lines of text. */
final class TextPicture {
  /** How many columns lie between pictures. */
  private static final int GAP = 1;

  private static final String[] SHADES = {" ", "░", "▒", "▓", "█"};
  private static final String[] ASCII = {" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"};

  /** Where a terminal of 256 colours has its cube of 6 x 6 x 6, and its 24 shades of grey. */
  private static final int CUBE = 16;

  private static final int GREYS = 232;
  private static final int GREY_STEPS = 24;

  /** What a pixel is drawn with. */
  enum Style {
    /** Half blocks, two pixels above one another in a place, in 24-bit colours. */
    TRUE_COLOURS,
    /** Half blocks in the colours of a terminal of 256. */
    COLOURS_256,
    /** Two characters of the same shade, which are about as wide as they are high. */
    SHADES,
    /** The same in ASCII. */
    ASCII;

    boolean hasColours() {
      return this == TRUE_COLOURS || this == COLOURS_256;
    }

    /** Returns how many columns a pixel takes. */
    int columns() {
      return hasColours() ? 1 : 2;
    }
  }

  private final Style style;
  private final int width;
  private final int height;

  /** {@code [n][height][width][3]}, from 0 to 1. */
  private final double[][][][] pixels;

  private TextPicture(Style style, double[][][][] pixels) {
    this.style = style;
    this.pixels = pixels;
    height = pixels[0].length;
    width = pixels[0][0].length;
  }

  /**
   * Returns pictures, side by side in as many rows as it takes; what is wider than the columns is
   * made smaller.
   *
   * @param images {@code [h, w]}, {@code [h, w, 1 or 3]} or {@code [n, h, w, 1 or 3]}
   * @throws IllegalArgumentException if the shape is another
   */
  static String of(Tensor images, int columns, Style style) {
    Shape s = images.shape();
    boolean several = s.rank() == 4;
    boolean right =
        s.size() > 0
            && (s.rank() == 2 || s.rank() == 3 || several)
            && (s.rank() == 2 || s.dim(s.rank() - 1) == 1 || s.dim(s.rank() - 1) == 3);
    if (!right) {
      throw new IllegalArgumentException(
          "pictures are [h, w], [h, w, 1 or 3] or [n, h, w, 1 or 3], not %s; reshape it"
              .formatted(s));
    }
    int first = several ? 1 : 0;
    int channels = s.rank() == 2 ? 1 : s.dim(s.rank() - 1);
    double[] values = images.toDoubleArray();
    double[][][][] pixels =
        pixels(values, several ? s.dim(0) : 1, s.dim(first), s.dim(first + 1), channels);
    int factor = Math.ceilDiv(s.dim(first + 1) * style.columns(), columns);
    for (int i = 0; i < pixels.length && factor > 1; i++) {
      pixels[i] = smaller(pixels[i], factor);
    }
    return new TextPicture(style, pixels).lines(columns);
  }

  private static double[][][][] pixels(double[] values, int n, int h, int w, int channels) {
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    double low = Arrays.stream(finite).min().orElse(0);
    double high = Arrays.stream(finite).max().orElse(1);
    if (low >= 0 && high <= 1) {
      low = 0;
      high = 1;
    }
    double range = high > low ? high - low : 1;
    double[][][][] pixels = new double[n][h][w][3];
    for (int i = 0; i < n * h * w; i++) {
      for (int c = 0; c < 3; c++) {
        double v = values[i * channels + Math.min(c, channels - 1)];
        pixels[i / (h * w)][i / w % h][i % w][c] =
            Double.isNaN(v) ? v : Math.clamp((v - low) / range, 0, 1);
      }
    }
    return pixels;
  }

  /** Returns the means of squares. */
  private static double[][][] smaller(double[][][] image, int factor) {
    int h = Math.ceilDiv(image.length, factor);
    int w = Math.ceilDiv(image[0].length, factor);
    double[][][] small = new double[h][w][3];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int bottom = Math.min(image.length, (y + 1) * factor);
        int right = Math.min(image[0].length, (x + 1) * factor);
        int count = (bottom - y * factor) * (right - x * factor);
        for (int v = y * factor; v < bottom; v++) {
          for (int u = x * factor; u < right; u++) {
            for (int c = 0; c < 3; c++) {
              small[y][x][c] += image[v][u][c] / count;
            }
          }
        }
      }
    }
    return small;
  }

  private String lines(int columns) {
    int each = width * style.columns() + GAP;
    int inRow = Math.clamp((columns + GAP) / each, 1, pixels.length);
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < pixels.length; from += inRow) {
      if (from > 0) {
        lines.add("");
      }
      int to = Math.min(pixels.length, from + inRow);
      for (int y = 0; y < height; y += style.hasColours() ? 2 : 1) {
        StringBuilder line = new StringBuilder();
        for (int i = from; i < to; i++) {
          line.append(i > from ? " ".repeat(GAP) : "");
          row(line, pixels[i], y);
        }
        lines.add(style.hasColours() ? line.toString() : line.toString().stripTrailing());
      }
    }
    return String.join("\n", lines);
  }

  private void row(StringBuilder line, double[][][] image, int y) {
    String last = "";
    for (int x = 0; x < width; x++) {
      double[] pixel = image[y][x];
      if (!style.hasColours()) {
        line.append(character(pixel).repeat(style.columns()));
        continue;
      }
      String colours = colour(38, pixel);
      if (y + 1 < height) {
        colours += ";" + colour(48, image[y + 1][x]);
      }
      // Neighbours of the same colours need no other words.
      line.append(colours.equals(last) ? "▀" : "\u001b[" + colours + "m▀");
      last = colours;
    }
    if (style.hasColours()) {
      line.append("\u001b[0m");
    }
  }

  private String character(double[] pixel) {
    boolean isGrey = pixel[0] == pixel[1] && pixel[1] == pixel[2];
    double light = isGrey ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
    String[] ramp = style == Style.ASCII ? ASCII : SHADES;
    return Double.isNaN(light) ? "?" : ramp[(int) Math.min(light * ramp.length, ramp.length - 1)];
  }

  /** Returns the words for a colour of letters (38) or of what is behind them (48). */
  private String colour(int place, double[] pixel) {
    if (Double.isNaN(pixel[0] + pixel[1] + pixel[2])) {
      return place + (style == Style.TRUE_COLOURS ? ";2;255;0;0" : ";5;196");
    }
    if (style == Style.TRUE_COLOURS) {
      return "%d;2;%d;%d;%d".formatted(place, level(pixel[0]), level(pixel[1]), level(pixel[2]));
    }
    return place + ";5;" + ofPalette(pixel);
  }

  private static int level(double value) {
    return (int) Math.round(255 * value);
  }

  private static int ofPalette(double[] pixel) {
    if (pixel[0] == pixel[1] && pixel[1] == pixel[2]) {
      // The greys are neither black nor white, which are corners of the cube.
      int step = (int) Math.round(pixel[0] * (GREY_STEPS + 1)) - 1;
      return step < 0 ? CUBE : step >= GREY_STEPS ? GREYS - 1 : GREYS + step;
    }
    int number = 0;
    for (double v : pixel) {
      number = 6 * number + (int) Math.round(5 * v);
    }
    return CUBE + number;
  }
}
