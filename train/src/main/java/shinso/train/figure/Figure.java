package shinso.train.figure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.file.AtomicFile;

/**
 * Something to look at: numbers and names, and how they are drawn. Immutable; every method that
 * adds something returns another figure.
 */
public sealed interface Figure
    permits Animation,
        Bars,
        Contours,
        HeatMap,
        Histogram,
        Lines,
        Panels,
        ParallelCoordinates,
        Pictures,
        Scatter,
        Surface {
  /** Returns what is drawn. */
  String title();

  /** Returns what is to be seen, or an empty text. */
  String caption();

  /** Returns this with a sentence that says what is to be seen. */
  Figure caption(String text);

  /** Returns the figure as a PNG file's bytes; without its letters on a machine without fonts. */
  default byte[] png() {
    return Drawing.png(this);
  }

  /**
   * Returns the figure as an HTML element that needs nothing else: it follows the reader's light or
   * dark mode and says the numbers under the mouse.
   */
  default String html() {
    return Page.html(this);
  }

  /** Returns the bytes of the figure's file, whose name ends in {@link #extension}. */
  default byte[] file() {
    return png();
  }

  /** Returns how the name of the figure's file ends, {@code png} or {@code gif}. */
  default String extension() {
    return "png";
  }

  /**
   * Writes the figure's file.
   *
   * @throws shinso.train.file.FileException if that fails
   */
  default void write(Path file) {
    AtomicFile.write(file, file());
  }

  /**
   * Returns images side by side, as near to a square as it gets.
   *
   * @param images {@code [n, h, w, 1]} in grey or {@code [n, h, w, 3]} in red, green and blue, 0 to
   *     1
   * @throws IllegalArgumentException if the shape is another, or there are no images
   */
  static Pictures pictures(String title, Tensor images) {
    return Pictures.of(title, images);
  }

  /**
   * Returns the columns of a matrix as images around zero: what the units of a layer look for.
   *
   * @param weights {@code [h * w, n]}
   * @throws IllegalArgumentException if the shape is another
   */
  static Pictures pictures(String title, Tensor weights, int h, int w) {
    Shape s = weights.shape();
    FigureChecks.that(
        s.rank() == 2 && s.dim(0) == h * w,
        "pictures",
        title,
        "weights of pictures of %d x %d are [%d, n], not %s; transpose or slice them",
        h,
        w,
        h * w,
        s);
    return Pictures.of(title, weights.transpose().reshape(s.dim(1), h, w, 1)).aroundZero();
  }

  /** Returns a line chart without lines. */
  static Lines lines(String title) {
    return Lines.of(title);
  }

  /** Returns a plane without points. */
  static Scatter scatter(String title) {
    return Scatter.of(title);
  }

  /** Returns a histogram of nothing. */
  static Histogram histogram(String title) {
    return Histogram.of(title);
  }

  /** Returns bars in these categories, of which there are none yet. */
  static Bars bars(String title, List<String> categories) {
    return Bars.of(title, categories);
  }

  /**
   * Returns parallel coordinates of these things, without an axis.
   *
   * @param names what the things are called
   */
  static ParallelCoordinates parallelCoordinates(String title, List<String> names) {
    return ParallelCoordinates.of(title, names);
  }

  /**
   * Returns figures after one another; the title of each says when it is.
   *
   * @throws IllegalArgumentException if there are none, or one of them moves by itself
   */
  static Animation animation(String title, List<? extends Figure> frames) {
    return Animation.of(title, frames);
  }

  /**
   * Returns images after one another.
   *
   * @param frames {@code [t, h, w, 1 or 3]}, or {@code [t, n, h, w, 1 or 3]} for n at a time
   * @throws IllegalArgumentException if the shape is another, or there are none
   */
  static Animation animation(String title, Tensor frames) {
    Shape s = frames.shape();
    FigureChecks.that(
        (s.rank() == 4 || s.rank() == 5) && s.size() > 0,
        "animation",
        title,
        "frames are [t, height, width, 1 or 3] or [t, n, height, width, 1 or 3], not %s",
        s);
    Tensor several = s.rank() == 5 ? frames : frames.unsqueeze(1);
    List<Pictures> all = new ArrayList<>();
    for (int t = 0; t < s.dim(0); t++) {
      Tensor images = several.slice(0, t, t + 1).squeeze(0);
      all.add(pictures((t + 1) + " of " + s.dim(0), images));
    }
    return animation(title, all);
  }

  /**
   * Returns several figures on one sheet, row by row.
   *
   * @throws IllegalArgumentException if there are none, no columns, or one of them moves
   */
  static Panels panels(String title, List<? extends Figure> figures, int columns) {
    return new Panels(title, "", figures, columns);
  }

  /**
   * Returns the heights of a landscape in space.
   *
   * @throws IllegalArgumentException if there are less than 2 x 2 of them
   */
  static Surface surface(String title, Grid z) {
    return Surface.of(title, z);
  }

  /**
   * Returns the heights of a landscape as filled contours.
   *
   * @throws IllegalArgumentException if there are less than 2 x 2 of them
   */
  static Contours contours(String title, Grid z) {
    return Contours.of(title, z);
  }

  /**
   * Returns a matrix as coloured cells, the first row at the top.
   *
   * @throws IllegalArgumentException if its rows differ in length or there are no cells
   */
  static HeatMap heatMap(String title, double[][] rows) {
    return HeatMap.of(title, Grid.ofRows("heat map", title, rows));
  }

  /**
   * Returns a matrix as coloured cells, the first row at the top.
   *
   * @param matrix {@code [rows, columns]}
   * @throws IllegalArgumentException if its shape is another
   */
  static HeatMap heatMap(String title, Tensor matrix) {
    Shape s = matrix.shape();
    FigureChecks.that(
        s.rank() == 2 && s.size() > 0,
        "heat map",
        title,
        "a heat map shows a matrix [rows, columns], not %s; reshape it",
        s);
    double[] values = matrix.toDoubleArray();
    double[][] rows = new double[s.dim(0)][s.dim(1)];
    for (int i = 0; i < values.length; i++) {
      rows[i / s.dim(1)][i % s.dim(1)] = values[i];
    }
    return heatMap(title, rows);
  }
}
