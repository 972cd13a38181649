package shinso.train.figure;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Canvas.Anchor;

/**
 * Numbers of some categories side by side.
 *
 * @param categories what stands below the bars
 * @param series one bar for each category
 * @param levels horizontal lines to compare with
 * @param x what the categories are
 * @param y what the numbers are, with their unit
 * @param yRange what is to be seen of the vertical axis, null for all from 0
 * @param size of the drawing
 */
public record Bars(
    String title,
    String caption,
    List<String> categories,
    List<Series> series,
    List<Lines.Level> levels,
    String x,
    String y,
    @Nullable Range yRange,
    Size size)
    implements Figure {
  private static final String KIND = "bars";

  /** A longer name of a category is cut. */
  private static final double LONGEST = 180;

  /**
   * Numbers of one kind.
   *
   * @param values one for each category; what is not finite has no bar
   * @param errors how far each may be off, or none at all
   */
  public record Series(String name, List<Double> values, List<Double> errors) {
    /** Keeps copies. */
    public Series {
      values = List.copyOf(values);
      errors = List.copyOf(errors);
    }

    double error(int category) {
      double e = errors.isEmpty() ? 0 : errors.get(category);
      return Double.isFinite(e) ? e : 0;
    }
  }

  /** Keeps copies. */
  public Bars {
    categories = List.copyOf(categories);
    series = List.copyOf(series);
    levels = List.copyOf(levels);
  }

  static Bars of(String title, List<String> categories) {
    return new Bars(title, "", categories, List.of(), List.of(), "", "", null, Size.USUAL);
  }

  @Override
  public Bars caption(String text) {
    return new Bars(title, text, categories, series, levels, x, y, yRange, size);
  }

  /** Returns this with names at its axes. */
  public Bars axes(String newX, String newY) {
    return new Bars(title, caption, categories, series, levels, newX, newY, yRange, size);
  }

  /** Returns this with a part of the vertical axis. */
  public Bars yRange(double low, double high) {
    Range range = new Range(low, high);
    return new Bars(title, caption, categories, series, levels, x, y, range, size);
  }

  /** Returns this with another size. */
  public Bars size(int width, int height) {
    Size s = new Size(width, height);
    return new Bars(title, caption, categories, series, levels, x, y, yRange, s);
  }

  /**
   * Returns this with a bar in each category.
   *
   * @throws IllegalArgumentException if there is not a number for each category, or the name is
   *     taken
   */
  public Bars series(String name, double... values) {
    return with(new Series(name, list(values), List.of()));
  }

  /**
   * Returns this with a bar in each category, and how far it may be off.
   *
   * @throws IllegalArgumentException if there is not a number for each category, or the name is
   *     taken
   */
  public Bars series(String name, double[] values, double[] errors) {
    FigureChecks.that(
        values.length == errors.length,
        KIND,
        title,
        "'%s' has %d numbers and %d errors",
        name,
        values.length,
        errors.length);
    return with(new Series(name, list(values), list(errors)));
  }

  private Bars with(Series more) {
    FigureChecks.isNew(KIND, title, series.stream().map(Series::name).toList(), more.name());
    FigureChecks.that(
        more.values().size() == categories.size(),
        KIND,
        title,
        "'%s' has %d numbers for %d categories",
        more.name(),
        more.values().size(),
        categories.size());
    List<Series> all = Stream.concat(series.stream(), Stream.of(more)).toList();
    return new Bars(title, caption, categories, all, levels, x, y, yRange, size);
  }

  /**
   * Returns this with one more horizontal line.
   *
   * @throws IllegalArgumentException if it is at no finite number
   */
  public Bars level(String name, double height) {
    FigureChecks.that(
        Double.isFinite(height), KIND, title, "the level '%s' can't be at %s", name, height);
    Lines.Level level = new Lines.Level(name, height);
    List<Lines.Level> all = Stream.concat(levels.stream(), Stream.of(level)).toList();
    return new Bars(title, caption, categories, series, all, x, y, yRange, size);
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private List<PlotFrame.Key> keys() {
    List<PlotFrame.Key> keys = new ArrayList<>();
    boolean obvious = series.size() == 1 && series.getFirst().name().isEmpty();
    if (!obvious) {
      series.forEach(s -> keys.add(new PlotFrame.Key(s.name(), PlotFrame.Sign.BOX, keys.size())));
    }
    for (int i = 0; i < levels.size(); i++) {
      int index = series.size() + i;
      keys.add(new PlotFrame.Key(levels.get(i).name(), PlotFrame.Sign.DASHES, index));
    }
    return keys;
  }

  private List<String> notes() {
    int lost =
        (int)
            series.stream()
                .flatMap(s -> s.values().stream())
                .filter(v -> !Double.isFinite(v))
                .count();
    return Notes.leftOut(lost, "number", false);
  }

  /** Returns the categories' names, shortened if need be. */
  private List<String> names(Canvas canvas) {
    return categories.stream().map(c -> PlotFrame.fit(canvas, c, Letters.TICK, LONGEST)).toList();
  }

  private double slant(Canvas canvas) {
    double widest =
        names(canvas).stream().mapToDouble(c -> canvas.width(c, Letters.TICK)).max().orElse(0);
    double room = (size.width() - 90.0) / Math.max(1, categories.size());
    return widest + 6 > room ? widest : 0;
  }

  void draw(Canvas canvas, boolean titled) {
    PlotFrame frame =
        new PlotFrame(canvas, size, titled ? title : "", keys(), x, y, notes(), slant(canvas));
    List<String> names = names(canvas);
    Axis yAxis = Axis.of(reach(), false, yRange, frame.bottom(), frame.top(), true, frame.yTicks());
    List<PlotFrame.Tick> yTicks = PlotFrame.ticks(yAxis);
    frame.sides(yTicks, 0);
    if (slant(canvas) > 0) {
      double middle = (frame.right() - frame.left()) / categories.size() / 2;
      frame.leftAtLeast(PlotFrame.reach(canvas.width(names.getFirst(), Letters.TICK)) - middle + 6);
    }
    frame.grid(List.of(), yTicks);
    double group = (frame.right() - frame.left()) / Math.max(1, categories.size());
    double bar = Math.min(90, 0.8 * group / Math.max(1, series.size()));
    canvas.clip(frame.plot(0));
    for (int s = 0; s < series.size(); s++) {
      for (int c = 0; c < categories.size(); c++) {
        double left = frame.left() + (c + 0.5) * group + (s - series.size() / 2.0) * bar;
        bar(canvas, series.get(s), s, c, left, bar, yAxis);
      }
    }
    for (int i = 0; i < levels.size(); i++) {
      level(canvas, levels.get(i), Ink.series(series.size() + i), frame, yAxis);
    }
    if (numbers().allMatch(n -> canvas.width(n, Letters.NOTE) < bar + 4)) {
      for (int s = 0; s < series.size(); s++) {
        for (int c = 0; c < categories.size(); c++) {
          double middle = frame.left() + (c + 0.5) * group + (s - series.size() / 2.0 + 0.5) * bar;
          number(canvas, series.get(s), c, middle, frame, yAxis);
        }
      }
    }
    canvas.clip(null);
    List<PlotFrame.Tick> xTicks =
        IntStream.range(0, names.size())
            .mapToObj(c -> new PlotFrame.Tick(frame.left() + (c + 0.5) * group, names.get(c)))
            .toList();
    frame.edges(xTicks, yTicks);
  }

  /** Returns all numbers that must have room: bars begin at 0. */
  private List<Double> reach() {
    List<Double> all = new ArrayList<>(List.of(0.0));
    if (series.isEmpty() || categories.isEmpty()) {
      all.add(1.0);
    }
    levels.forEach(l -> all.add(l.y()));
    for (Series s : series) {
      for (int c = 0; c < categories.size(); c++) {
        double v = s.values().get(c);
        if (Double.isFinite(v)) {
          // And the number above the bar.
          all.add(v * 1.06);
          all.add(v + s.error(c));
          all.add(v - s.error(c));
        }
      }
    }
    return all;
  }

  private void bar(
      Canvas canvas, Series s, int index, int category, double left, double width, Axis axis) {
    double v = s.values().get(category);
    if (!Double.isFinite(v)) {
      return;
    }
    double zero = axis.at(Math.clamp(0, axis.low(), axis.high()));
    double at = axis.at(v);
    double gap = Math.min(1, width / 10);
    canvas.fill(
        new Rectangle2D.Double(
            left + gap, Math.min(zero, at), width - 2 * gap, Math.abs(zero - at)),
        Ink.series(index));
    double middle = left + width / 2;
    double error = s.error(category);
    if (error > 0) {
      error(canvas, middle, axis.at(v - error), axis.at(v + error), Math.min(6, width / 3));
    }
    String number = Numbers.text(v);
    String text = error > 0 ? number + " ± " + Numbers.text(error) : number;
    canvas.hover(middle, at, Notes.named(s.name(), categories.get(category) + ": " + text));
  }

  private Stream<String> numbers() {
    return series.stream()
        .flatMap(s -> s.values().stream())
        .filter(Double::isFinite)
        .map(Numbers::text);
  }

  /** Writes a number beyond the end of its bar. */
  private static void number(
      Canvas canvas, Series s, int category, double x, PlotFrame frame, Axis axis) {
    double v = s.values().get(category);
    if (Double.isFinite(v)) {
      double error = s.error(category);
      double end = axis.at(v < 0 ? v - error : v + error);
      double y = Math.clamp(v < 0 ? end + 14 : end - 5, frame.top() + 13, frame.bottom() - 4);
      canvas.haloed(Numbers.text(v), x, y, Anchor.MIDDLE, Letters.NOTE, Ink.TEXT, Ink.PAPER);
    }
  }

  private static void error(Canvas canvas, double x, double low, double high, double half) {
    canvas.line(x, low, x, high, Ink.TEXT, 1.4);
    canvas.line(x - half, low, x + half, low, Ink.TEXT, 1.4);
    canvas.line(x - half, high, x + half, high, Ink.TEXT, 1.4);
  }

  private static void level(Canvas canvas, Lines.Level level, Ink ink, PlotFrame frame, Axis axis) {
    double at = axis.at(level.y());
    Line2D line = new Line2D.Double(frame.left(), at, frame.right(), at);
    canvas.draw(line, ink, 1.8, PlotFrame.dashes(PlotFrame.Sign.DASHES, 0));
    canvas.hover(frame.right(), at, Notes.named(level.name(), Numbers.text(level.y())));
  }
}
