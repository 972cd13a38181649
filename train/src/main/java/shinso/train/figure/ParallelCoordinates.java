package shinso.train.figure;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Canvas.Anchor;

/**
 * Things of many numbers as lines across an axis for each number, coloured by the last one: which
 * settings good trials have in common.
 *
 * <p>Source: Inselberg, "The plane with parallel coordinates" (1985).
 *
 * @param names what the things are called
 * @param coordinates the axes from left to right, each with a value for every thing
 * @param best which end of the last axis is good; null if neither is
 * @param size of the drawing
 */
public record ParallelCoordinates(
    String title,
    String caption,
    List<String> names,
    List<Coordinate> coordinates,
    Lines.@Nullable Best best,
    Size size)
    implements Figure {
  private static final String KIND = "parallel coordinates";
  private static final int TOP = 34;

  /** Lines of so many things can be followed one by one. */
  private static final int FEW = 60;

  /**
   * An axis and the values on it.
   *
   * @param values one for each thing; for words their positions among {@code words}; what is not
   *     finite, or has no logarithm where one is needed, has no place
   * @param words what stands at the axis instead of numbers, from bottom to top; empty for numbers
   */
  public record Coordinate(
      String name, List<Double> values, List<String> words, boolean logarithmic) {
    /** Keeps copies. */
    public Coordinate {
      values = List.copyOf(values);
      words = List.copyOf(words);
    }

    boolean has(int thing) {
      double v = values.get(thing);
      return Double.isFinite(v) && (!logarithmic || v > 0);
    }

    String text(int thing) {
      double v = values.get(thing);
      return words.isEmpty() || !has(thing) ? Numbers.text(v) : words.get((int) v);
    }

    Axis axis(double bottom, double top, int ticks) {
      if (!words.isEmpty()) {
        double room = words.size() == 1 ? 0.5 : 0;
        return Axis.linear(-room, words.size() - 1 + room, bottom, top, ticks);
      }
      List<Double> shown =
          IntStream.range(0, values.size()).filter(this::has).mapToObj(values::get).toList();
      return Axis.around(shown, logarithmic && !shown.isEmpty(), null, bottom, top, ticks);
    }
  }

  /** Keeps copies. */
  public ParallelCoordinates {
    names = List.copyOf(names);
    coordinates = List.copyOf(coordinates);
  }

  static ParallelCoordinates of(String title, List<String> names) {
    return new ParallelCoordinates(title, "", names, List.of(), null, Size.USUAL);
  }

  @Override
  public ParallelCoordinates caption(String text) {
    return new ParallelCoordinates(title, text, names, coordinates, best, size);
  }

  /** Returns this with another size. */
  public ParallelCoordinates size(int width, int height) {
    return new ParallelCoordinates(
        title, caption, names, coordinates, best, new Size(width, height));
  }

  /** Returns this with an end of the last axis that is good: lines to it are drawn over others. */
  public ParallelCoordinates best(Lines.Best end) {
    return new ParallelCoordinates(title, caption, names, coordinates, end, size);
  }

  /**
   * Returns this with one more axis of numbers at the right.
   *
   * @throws IllegalArgumentException if there is not a number for each thing, or the name is taken
   */
  public ParallelCoordinates numbers(String name, double... values) {
    return with(new Coordinate(name, list(values), List.of(), false));
  }

  /**
   * Returns this with one more axis of numbers at the right, which is logarithmic; numbers that are
   * not positive have no place on it.
   *
   * @throws IllegalArgumentException if there is not a number for each thing, or the name is taken
   */
  public ParallelCoordinates logarithms(String name, double... values) {
    return with(new Coordinate(name, list(values), List.of(), true));
  }

  /**
   * Returns this with one more axis of words at the right.
   *
   * @param order the words from bottom to top
   * @param values a word for each thing
   * @throws IllegalArgumentException if there is not a word for each thing, one of them isn't in
   *     the order, or the name is taken
   */
  public ParallelCoordinates words(String name, List<String> order, List<String> values) {
    List<Double> places = new ArrayList<>();
    for (String value : values) {
      int place = order.indexOf(value);
      FigureChecks.that(place >= 0, KIND, title, "'%s' of '%s' is none of %s", value, name, order);
      places.add((double) place);
    }
    return with(new Coordinate(name, places, order, false));
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private ParallelCoordinates with(Coordinate more) {
    FigureChecks.isNew(
        KIND, title, coordinates.stream().map(Coordinate::name).toList(), more.name());
    FigureChecks.that(
        more.values().size() == names.size(),
        KIND,
        title,
        "'%s' has %d values for %d things",
        more.name(),
        more.values().size(),
        names.size());
    List<Coordinate> all = Stream.concat(coordinates.stream(), Stream.of(more)).toList();
    return new ParallelCoordinates(title, caption, names, all, best, size);
  }

  private List<String> notes() {
    int lost =
        (int)
            IntStream.range(0, names.size())
                .filter(i -> coordinates.stream().anyMatch(c -> !c.has(i)))
                .count();
    return lost == 0
        ? List.of()
        : List.of(Numbers.count(lost, "thing") + " with a value that is not finite: dashed");
  }

  void draw(Canvas canvas, boolean titled) {
    PlotFrame frame =
        new PlotFrame(canvas, size, titled ? title : "", List.of(), "", "", notes(), 0);
    frame.sides(List.of(), 0);
    double top = frame.top() + TOP;
    double bottom = frame.bottom();
    List<Axis> axes = coordinates.stream().map(c -> c.axis(bottom, top, frame.yTicks())).toList();
    double[] places = places(canvas, axes, frame);
    for (int c = 0; c < axes.size(); c++) {
      canvas.line(places[c], bottom, places[c], top, Ink.EDGE, 1.4);
    }
    List<Integer> order = order();
    int first = order.isEmpty() || best == null ? -1 : order.getLast();
    for (int thing : order) {
      line(canvas, thing, thing == first, axes, places, bottom);
    }
    for (int c = 0; c < axes.size(); c++) {
      axis(canvas, c, axes.get(c), places, top);
    }
    frame.names();
  }

  /** Returns where the axes stand: the words of the first and the numbers of the last have room. */
  private double[] places(Canvas canvas, List<Axis> axes, PlotFrame frame) {
    int n = axes.size();
    if (n == 0) {
      return new double[0];
    }
    double first = Math.max(widest(canvas, 0, axes.getFirst()) + 8, half(canvas, 0));
    double last = half(canvas, n - 1);
    double left = frame.left() + first;
    double right = frame.right() - last;
    double[] places = new double[n];
    for (int c = 0; c < n; c++) {
      places[c] = n == 1 ? (left + right) / 2 : left + c * (right - left) / (n - 1);
    }
    return places;
  }

  private double half(Canvas canvas, int c) {
    return Math.min(size.width() / 6.0, canvas.width(coordinates.get(c).name(), Letters.NAME) / 2);
  }

  private double widest(Canvas canvas, int c, Axis axis) {
    return Math.min(
        size.width() / 4.0,
        labels(c, axis).stream()
            .mapToDouble(t -> canvas.width(t.label(), Letters.TICK))
            .max()
            .orElse(0));
  }

  private List<PlotFrame.Tick> labels(int c, Axis axis) {
    List<String> words = coordinates.get(c).words();
    return words.isEmpty()
        ? PlotFrame.ticks(axis)
        : IntStream.range(0, words.size())
            .mapToObj(i -> new PlotFrame.Tick(axis.at(i), words.get(i)))
            .toList();
  }

  private void axis(Canvas canvas, int c, Axis axis, double[] places, double top) {
    double x = places[c];
    double room = places.length == 1 ? size.width() : size.width() / (double) places.length;
    String name = PlotFrame.fit(canvas, coordinates.get(c).name(), Letters.NAME, room - 8);
    canvas.text(name, x, top - 14, Anchor.MIDDLE, Letters.NAME, Ink.TEXT);
    for (PlotFrame.Tick t : labels(c, axis)) {
      canvas.line(x - 4, t.at(), x, t.at(), Ink.EDGE, 1.4);
      String label = PlotFrame.fit(canvas, t.label(), Letters.TICK, room - 16);
      canvas.haloed(label, x - 7, t.at() + 4.5, Anchor.END, Letters.TICK, Ink.SOFT, Ink.PAPER);
    }
  }

  /** Returns the things in the order in which they are drawn: the good ones over the others. */
  private List<Integer> order() {
    return IntStream.range(0, names.size())
        .boxed()
        .sorted((a, b) -> Double.compare(goodness(a), goodness(b)))
        .toList();
  }

  private double goodness(int thing) {
    if (coordinates.isEmpty() || !coordinates.getLast().has(thing)) {
      return Double.NEGATIVE_INFINITY;
    }
    double v = coordinates.getLast().values().get(thing);
    return best == null ? 0 : best == Lines.Best.LARGEST ? v : -v;
  }

  /** Returns the colour of a thing: dark blue to green along the last axis, green being good. */
  private Ink ink(int thing, @Nullable Axis last, double bottom) {
    if (last == null || !coordinates.getLast().has(thing)) {
      return Ink.EDGE;
    }
    double at = last.at(coordinates.getLast().values().get(thing));
    double part = (bottom - at) / Math.max(1, bottom - last.at(last.high()));
    double good = best == Lines.Best.SMALLEST ? 1 - part : part;
    // The pale end of the map can't be seen on white, the dark one not on black.
    return Ink.fixed(ColourMap.SEQUENTIAL.rgb(0.1 + 0.78 * Math.clamp(good, 0, 1)));
  }

  private void line(
      Canvas canvas, int thing, boolean first, List<Axis> axes, double[] places, double bottom) {
    boolean whole = coordinates.stream().allMatch(c -> c.has(thing));
    Ink ink = ink(thing, axes.isEmpty() ? null : axes.getLast(), bottom);
    double opacity = first ? 1 : names.size() > FEW ? 0.45 : 0.75;
    Path2D path = new Path2D.Double();
    boolean begun = false;
    double before = 0;
    double level = 0;
    for (int c = 0; c < axes.size(); c++) {
      if (!coordinates.get(c).has(thing)) {
        continue;
      }
      double x = places[c];
      double y = axes.get(c).at(coordinates.get(c).values().get(thing));
      if (begun) {
        // Level at the axes, so that lines through the same point can be told apart.
        double middle = (before + x) / 2;
        path.curveTo(middle, level, middle, y, x, y);
      } else {
        path.moveTo(x, y);
      }
      begun = true;
      before = x;
      level = y;
      canvas.hover(x, y, names.get(thing) + ": " + described(thing));
    }
    if (begun) {
      float[] dashes = whole ? new float[0] : new float[] {4, 4};
      canvas.draw(path, ink.faint(opacity), first ? 3.4 : 1.8, dashes);
    }
  }

  private String described(int thing) {
    List<String> parts = new ArrayList<>();
    coordinates.forEach(c -> parts.add(c.name() + " " + c.text(thing)));
    return String.join(", ", parts);
  }
}
