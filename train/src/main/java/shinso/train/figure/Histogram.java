package shinso.train.figure;

import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.core.tensor.Tensor;

/**
 * How often numbers of some size occur.
 *
 * @param samples what is counted, side by side
 * @param bins how many parts the axis is cut into, 0 to choose
 * @param isDensity whether each sample's bars have an area of 1, so that samples of different size
 *     compare
 * @param axes what the axes are
 * @param size of the drawing
 */
public record Histogram(
    String title,
    String caption,
    List<Sample> samples,
    int bins,
    boolean isDensity,
    Axes axes,
    Size size)
    implements Figure {
  private static final String KIND = "histogram";
  private static final int MOST_BINS = 80;

  /** Numbers of one kind; those that are not finite are left out. */
  public record Sample(String name, List<Double> values) {
    /** Keeps a copy. */
    public Sample {
      values = List.copyOf(values);
    }

    double[] finite() {
      return values.stream().mapToDouble(v -> v).filter(Double::isFinite).sorted().toArray();
    }
  }

  /** Keeps a copy. */
  public Histogram {
    samples = List.copyOf(samples);
  }

  static Histogram of(String title) {
    return new Histogram(title, "", List.of(), 0, false, Axes.PLAIN, Size.USUAL);
  }

  private Histogram with(Axes newAxes) {
    return new Histogram(title, caption, samples, bins, isDensity, newAxes, size);
  }

  @Override
  public Histogram caption(String text) {
    return new Histogram(title, text, samples, bins, isDensity, axes, size);
  }

  /** Returns this with names at its axes; the vertical one is "count" or "density" without. */
  public Histogram axes(String x, String y) {
    return with(axes.named(x, y));
  }

  /** Returns this with a part of the horizontal axis, which is what is cut into bins. */
  public Histogram xRange(double low, double high) {
    return with(axes.withX(new Range(low, high)));
  }

  /** Returns this with another size. */
  public Histogram size(int width, int height) {
    Size s = new Size(width, height);
    return new Histogram(title, caption, samples, bins, isDensity, axes, s);
  }

  /**
   * Returns this with so many bins.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Histogram bins(int number) {
    FigureChecks.that(
        number >= 1 && number <= 10_000, KIND, title, "there are 1 to 10000 bins, not %d", number);
    return new Histogram(title, caption, samples, number, isDensity, axes, size);
  }

  /** Returns this with bars whose area is 1 for each sample. */
  public Histogram density() {
    return new Histogram(title, caption, samples, bins, true, axes, size);
  }

  /**
   * Returns this with more numbers.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Histogram values(String name, double[] values) {
    FigureChecks.isNew(KIND, title, samples.stream().map(Sample::name).toList(), name);
    Sample sample = new Sample(name, Arrays.stream(values).boxed().toList());
    List<Sample> all = Stream.concat(samples.stream(), Stream.of(sample)).toList();
    return new Histogram(title, caption, all, bins, isDensity, axes, size);
  }

  /**
   * Returns this with all numbers of a tensor.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Histogram values(String name, Tensor values) {
    return values(name, values.toDoubleArray());
  }

  /** Returns the borders of the bins, the lowest first: one more than there are bins. */
  public List<Double> edges() {
    double[] all =
        samples.stream().flatMapToDouble(s -> Arrays.stream(s.finite())).sorted().toArray();
    Range range = axes.xRange();
    if (all.length == 0 && range == null) {
      return List.of(0.0, 1.0);
    }
    double low = range == null ? all[0] : range.low();
    double high = range == null ? all[all.length - 1] : range.high();
    if (bins == 0 && range == null && areSmallIntegers(all)) {
      return IntStream.rangeClosed(0, (int) (high - low) + 1).mapToObj(i -> low - 0.5 + i).toList();
    }
    if (low == high) {
      double half = low == 0 ? 0.5 : Math.abs(low) * 0.05;
      return List.of(low - half, low + half);
    }
    int n = bins > 0 ? bins : chosen(high - low);
    return IntStream.rangeClosed(0, n).mapToObj(i -> low + (high - low) * i / n).toList();
  }

  private static boolean areSmallIntegers(double[] sorted) {
    return sorted[sorted.length - 1] - sorted[0] < MOST_BINS / 2.0
        && Arrays.stream(sorted).allMatch(v -> v == Math.rint(v));
  }

  /**
   * Returns the number of bins by the rule of Freedman and Diaconis, {@code 2 IQR / n^(1/3)} for
   * the width, of the sample that asks for the finest ones.
   */
  private int chosen(double length) {
    double finest = 5;
    for (Sample s : samples) {
      double[] v = s.finite();
      if (v.length > 1) {
        double spread = v[(int) (0.75 * (v.length - 1))] - v[(int) (0.25 * (v.length - 1))];
        double width = 2 * spread / Math.cbrt(v.length);
        finest = Math.max(finest, width > 0 ? length / width : Math.log(v.length) / Math.log(2));
      }
    }
    return (int) Math.ceil(Math.min(finest, MOST_BINS));
  }

  /**
   * Returns how many numbers of a sample are in each bin; a number at a border is in the upper one.
   *
   * @throws IllegalArgumentException if there is no sample of this name
   */
  public List<Integer> counts(String name) {
    List<String> names = samples.stream().map(Sample::name).toList();
    int index = names.indexOf(name);
    FigureChecks.that(index >= 0, KIND, title, "there is no sample '%s' but %s", name, names);
    return counts(samples.get(index), edges());
  }

  private static List<Integer> counts(Sample sample, List<Double> edges) {
    double low = edges.getFirst();
    double high = edges.getLast();
    int[] counts = new int[edges.size() - 1];
    for (double v : sample.finite()) {
      if (v >= low && v <= high) {
        int bin = (int) ((v - low) / (high - low) * counts.length);
        counts[Math.min(bin, counts.length - 1)]++;
      }
    }
    return Arrays.stream(counts).boxed().toList();
  }

  private double[] heights(Sample sample, List<Double> edges) {
    List<Integer> counts = counts(sample, edges);
    double area = counts.stream().mapToInt(c -> c).sum() * (edges.get(1) - edges.get(0));
    return counts.stream().mapToDouble(c -> isDensity ? c / Math.max(area, 1e-300) : c).toArray();
  }

  private List<PlotFrame.Key> keys() {
    List<PlotFrame.Key> keys = new ArrayList<>();
    samples.forEach(s -> keys.add(new PlotFrame.Key(s.name(), PlotFrame.Sign.BOX, keys.size())));
    return keys.size() == 1 && keys.getFirst().name().isEmpty() ? List.of() : keys;
  }

  private List<String> notes(List<Double> edges) {
    int all = samples.stream().mapToInt(s -> s.values().size()).sum();
    int finite = samples.stream().mapToInt(s -> s.finite().length).sum();
    int seen =
        samples.stream().mapToInt(s -> counts(s, edges).stream().mapToInt(c -> c).sum()).sum();
    List<String> notes = new ArrayList<>(Notes.leftOut(all - finite, "number", false));
    if (seen < finite) {
      notes.add(Numbers.count(finite - seen, "number") + " outside");
    }
    return notes;
  }

  void draw(Canvas canvas, boolean titled) {
    List<Double> edges = edges();
    List<double[]> heights = samples.stream().map(s -> heights(s, edges)).toList();
    String yName = !axes.y().isEmpty() ? axes.y() : isDensity ? "density" : "count";
    PlotFrame frame =
        new PlotFrame(canvas, size, titled ? title : "", keys(), axes.x(), yName, notes(edges), 0);
    List<Double> ys =
        DoubleStream.concat(DoubleStream.of(0), heights.stream().flatMapToDouble(Arrays::stream))
            .boxed()
            .toList();
    boolean isEmpty = ys.stream().allMatch(v -> v == 0);
    Axis y =
        Axis.of(
            isEmpty ? List.of(0.0, 1.0) : ys,
            false,
            axes.yRange(),
            frame.bottom(),
            frame.top(),
            true,
            frame.yTicks());
    List<PlotFrame.Tick> yTicks = PlotFrame.ticks(y);
    frame.sides(yTicks, 0);
    Axis x = Axis.around(edges, false, null, frame.left(), frame.right(), frame.xTicks());
    frame.grid(List.of(), yTicks);
    canvas.clip(frame.plot(0));
    double bin = x.at(edges.get(1)) - x.at(edges.get(0));
    double bar = 0.92 * bin / Math.max(1, samples.size());
    for (int s = 0; s < heights.size(); s++) {
      if (bar >= 3 || samples.size() == 1) {
        bars(canvas, edges, heights.get(s), s, bar, x, y);
      } else {
        outline(canvas, edges, heights.get(s), s, x, y);
      }
    }
    canvas.clip(null);
    frame.edges(PlotFrame.ticks(x), yTicks);
  }

  private void bars(
      Canvas canvas, List<Double> edges, double[] heights, int s, double bar, Axis x, Axis y) {
    double margin = (x.at(edges.get(1)) - x.at(edges.get(0)) - bar * samples.size()) / 2;
    for (int i = 0; i < heights.length; i++) {
      double left = x.at(edges.get(i)) + margin + s * bar;
      double top = y.at(heights[i]);
      if (heights[i] > 0) {
        canvas.fill(new Rectangle2D.Double(left, top, bar, y.at(0) - top), Ink.series(s));
      }
      hover(canvas, edges, heights, i, s, left + bar / 2, top);
    }
  }

  /** Draws bars that are too thin to stand side by side as one line. */
  private void outline(Canvas canvas, List<Double> edges, double[] heights, int s, Axis x, Axis y) {
    Path2D path = new Path2D.Double();
    path.moveTo(x.at(edges.getFirst()), y.at(0));
    for (int i = 0; i < heights.length; i++) {
      path.lineTo(x.at(edges.get(i)), y.at(heights[i]));
      path.lineTo(x.at(edges.get(i + 1)), y.at(heights[i]));
      double middle = (x.at(edges.get(i)) + x.at(edges.get(i + 1))) / 2;
      hover(canvas, edges, heights, i, s, middle, y.at(heights[i]));
    }
    path.lineTo(x.at(edges.getLast()), y.at(0));
    canvas.fill(path, Ink.series(s).faint(0.2));
    canvas.draw(path, Ink.series(s), 1.8);
  }

  private void hover(
      Canvas canvas, List<Double> edges, double[] heights, int i, int s, double x, double y) {
    String text =
        "%s to %s: %s"
            .formatted(
                Numbers.text(edges.get(i)),
                Numbers.text(edges.get(i + 1)),
                Numbers.text(heights[i]));
    canvas.hover(x, y, Notes.named(samples.get(s).name(), text));
  }
}
