package shinso.train.figure;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Canvas.Anchor;

/**
 * A matrix as coloured cells.
 *
 * @param values the cells; row 0 is drawn at the top
 * @param rows what the rows are called, empty for their numbers
 * @param columns what the columns are called
 * @param x what the columns are
 * @param y what the rows are
 * @param map the colours
 * @param range which numbers the colours go over, null for all that there are; a diverging map
 *     without one has zero in its middle
 * @param width of the drawing; its height follows from the numbers of rows and columns
 */
public record HeatMap(
    String title,
    String caption,
    Grid values,
    List<String> rows,
    List<String> columns,
    String x,
    String y,
    ColourMap map,
    @Nullable Range range,
    int width)
    implements Figure {
  private static final String KIND = "heat map";
  private static final int MOST_NUMBERS = 400;

  /** Keeps copies. */
  public HeatMap {
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
  }

  static HeatMap of(String title, Grid values) {
    return new HeatMap(
        title,
        "",
        values,
        List.of(),
        List.of(),
        "",
        "",
        ColourMap.SEQUENTIAL,
        null,
        Size.USUAL.width());
  }

  @Override
  public HeatMap caption(String text) {
    return new HeatMap(title, text, values, rows, columns, x, y, map, range, width);
  }

  /** Returns this with names for what the columns and the rows are. */
  public HeatMap axes(String columnsAre, String rowsAre) {
    return new HeatMap(
        title, caption, values, rows, columns, columnsAre, rowsAre, map, range, width);
  }

  /**
   * Returns this with names for the rows.
   *
   * @throws IllegalArgumentException if there is not one for each row
   */
  public HeatMap rows(List<String> names) {
    FigureChecks.that(
        names.size() == values.rows(),
        KIND,
        title,
        "there are %d rows and %d names",
        values.rows(),
        names.size());
    return new HeatMap(title, caption, values, names, columns, x, y, map, range, width);
  }

  /**
   * Returns this with names for the columns.
   *
   * @throws IllegalArgumentException if there is not one for each column
   */
  public HeatMap columns(List<String> names) {
    FigureChecks.that(
        names.size() == values.columns(),
        KIND,
        title,
        "there are %d columns and %d names",
        values.columns(),
        names.size());
    return new HeatMap(title, caption, values, rows, names, x, y, map, range, width);
  }

  /** Returns this in two colours that meet at zero. */
  public HeatMap diverging() {
    return new HeatMap(
        title, caption, values, rows, columns, x, y, ColourMap.DIVERGING, range, width);
  }

  /** Returns this with colours for these numbers; what lies outside has the colour of the end. */
  public HeatMap range(double low, double high) {
    return new HeatMap(
        title, caption, values, rows, columns, x, y, map, new Range(low, high), width);
  }

  private Scale scale() {
    double low = values.min();
    double high = values.max();
    Range r = range;
    if (r != null) {
      low = r.low();
      high = r.high();
    } else if (map == ColourMap.DIVERGING && !Double.isNaN(low)) {
      double size = Math.max(Math.abs(low), Math.abs(high));
      low = -size;
      high = size;
    }
    return new Scale(low, high, false, map, 0);
  }

  /** Returns the height of a cell: that of a square unless the matrix is far from one. */
  private double cell() {
    double square = 0.8 * width / values.columns();
    return Math.clamp(square, 220.0 / values.rows(), 480.0 / values.rows());
  }

  /** Returns whether cells are squares and the drawing is narrower if need be. */
  private boolean isSquare() {
    return values.columns() <= 3 * values.rows();
  }

  /** Returns the widest name of a column if they stand aslant for want of room, or 0. */
  private double slant() {
    double wide = isSquare() ? cell() : 0.8 * width / values.columns();
    double widest = widest(columns);
    return !columns.isEmpty() && wide >= 16 && widest + 8 > wide ? widest : 0;
  }

  private static double widest(List<String> names) {
    return names.stream().mapToDouble(n -> Fonts.width(n, Letters.TICK)).max().orElse(0);
  }

  Size size() {
    int around =
        92 + (int) (0.58 * slant()) + (x.isEmpty() ? 0 : 21) + (notes().isEmpty() ? 0 : 18);
    double high = Math.max(90, cell() * values.rows());
    double beside = widest(names(rows, values.rows())) + 150;
    double wide = isSquare() ? cell() * values.columns() + beside : width;
    return new Size(
        (int) Math.clamp(wide, 280, width), (int) Math.min(Math.ceil(high) + around, 2000));
  }

  private List<String> notes() {
    int lost = values.lost();
    return lost == 0 ? List.of() : List.of(Numbers.count(lost, "cell") + " not finite: grey");
  }

  void draw(Canvas canvas, boolean titled) {
    PlotFrame frame =
        new PlotFrame(canvas, size(), titled ? title : "", List.of(), x, y, notes(), slant());
    Scale scale = scale();
    List<PlotFrame.Tick> yTicks =
        ticks(rows, values.rows(), frame.top(), frame.bottom(), 16, canvas, false);
    frame.sides(yTicks, scale.room(canvas, frame.bottom() - frame.top()));
    List<String> names = columns;
    if (slant() > 0) {
      double middle = (frame.right() - frame.left()) / names.size() / 2;
      frame.leftAtLeast(PlotFrame.reach(Fonts.width(names.getFirst(), Letters.TICK)) - middle + 6);
    }
    square(frame);
    List<PlotFrame.Tick> xTicks =
        ticks(columns, values.columns(), frame.left(), frame.right(), 0, canvas, true);
    Rectangle2D plot = frame.plot(0);
    canvas.image(cells(scale), plot, false);
    numbers(canvas, scale, plot);
    frame.edges(xTicks, yTicks);
    if (values.lost() < values.columns() * values.rows()) {
      scale.bar(canvas, frame);
    }
    canvas.hover(hover(plot));
  }

  /** Makes cells square that are much wider than high. */
  private void square(PlotFrame frame) {
    double high = (frame.bottom() - frame.top()) / values.rows();
    double wide = (frame.right() - frame.left()) / values.columns();
    if (isSquare() && wide > high) {
      frame.narrow(frame.left() + Math.max(60, high * values.columns()));
    }
  }

  /** Returns what is written at the cells of an axis, as many as there is room for. */
  private List<PlotFrame.Tick> ticks(
      List<String> names,
      int n,
      double from,
      double to,
      double height,
      Canvas canvas,
      boolean across) {
    List<String> all = names(names, n);
    double cell = (to - from) / n;
    boolean aslant = across && slant() > 0;
    double need =
        across && !aslant
            ? all.stream().mapToDouble(s -> canvas.width(s, Letters.TICK)).max().orElse(0) + 8
            : aslant ? 16 : height;
    int every = every((int) Math.max(1, Math.ceil(need / cell - 1e-9)));
    List<PlotFrame.Tick> ticks = new ArrayList<>();
    for (int i = 0; i < n; i += every) {
      ticks.add(new PlotFrame.Tick(from + (i + 0.5) * cell, all.get(i)));
    }
    return ticks;
  }

  /** Returns the next of 1, 2, 5, 10, 20 and so on. */
  private static int every(int atLeast) {
    for (int power = 1; ; power *= 10) {
      for (int digit : new int[] {1, 2, 5}) {
        if (digit * power >= atLeast) {
          return digit * power;
        }
      }
    }
  }

  private static List<String> names(List<String> names, int n) {
    return names.isEmpty() ? IntStream.range(0, n).mapToObj(Integer::toString).toList() : names;
  }

  private BufferedImage cells(Scale scale) {
    BufferedImage image =
        new BufferedImage(values.columns(), values.rows(), BufferedImage.TYPE_INT_RGB);
    for (int r = 0; r < values.rows(); r++) {
      for (int c = 0; c < values.columns(); c++) {
        double v = values.at(r, c);
        image.setRGB(c, r, Double.isFinite(v) ? scale.rgb(v) : ColourMap.NOTHING);
      }
    }
    return image;
  }

  private void numbers(Canvas canvas, Scale scale, Rectangle2D plot) {
    double wide = plot.getWidth() / values.columns();
    double high = plot.getHeight() / values.rows();
    if (high < 18 || values.columns() * values.rows() > MOST_NUMBERS) {
      return;
    }
    List<String> texts = texts();
    if (texts.stream().anyMatch(t -> canvas.width(t, Letters.TICK) > wide - 6)) {
      return;
    }
    for (int i = 0; i < texts.size(); i++) {
      int r = i / values.columns();
      int c = i % values.columns();
      double v = values.at(r, c);
      int ground = Double.isFinite(v) ? scale.rgb(v) : ColourMap.NOTHING;
      canvas.text(
          texts.get(i),
          plot.getX() + (c + 0.5) * wide,
          plot.getY() + (r + 0.5) * high + 4.5,
          Anchor.MIDDLE,
          Letters.TICK,
          Ink.fixed(ColourMap.isLight(ground) ? 0x000000 : 0xFFFFFF));
    }
  }

  private List<String> texts() {
    return IntStream.range(0, values.rows() * values.columns())
        .mapToObj(i -> short3(values.at(i / values.columns(), i % values.columns())))
        .toList();
  }

  /** Returns a number with three digits that matter. */
  private static String short3(double v) {
    if (!Double.isFinite(v)) {
      return Double.isNaN(v) ? "NaN" : v > 0 ? "∞" : "−∞";
    }
    double size = Math.abs(v);
    double unit = size < 1e-3 || size >= 1000 ? 0 : Math.pow(10, Math.floor(Math.log10(size)) - 2);
    return Numbers.text(unit == 0 ? v : Math.rint(v / unit) * unit);
  }

  private HoverCells hover(Rectangle2D plot) {
    Grid some = values.thinned(120, 120);
    boolean all = some.columns() == values.columns() && some.rows() == values.rows();
    List<String> columnNames = all ? names(columns, values.columns()) : blank(some.columns());
    List<String> rowNames = all ? names(rows, values.rows()) : blank(some.rows());
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < some.rows() * some.columns(); i++) {
      texts.add(Numbers.text(some.at(i / some.columns(), i % some.columns())));
    }
    return new HoverCells(plot, columnNames, rowNames, texts, false);
  }

  private static List<String> blank(int n) {
    return IntStream.range(0, n).mapToObj(i -> "").toList();
  }
}
