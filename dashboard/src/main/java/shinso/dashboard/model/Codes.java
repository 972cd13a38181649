package shinso.dashboard.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.dashboard.web.RefusedException;
import shinso.nn.model.Decoder;
import shinso.nn.model.LatentVariableModel;

/**
 * The space of a model's codes, as far as the page needs it to look around.
 *
 * @param length how many numbers a code has
 * @param axes those along which codes differ most, the most first
 * @param start the code to start from, the mean of codes
 * @param points codes of test examples at the axes, one row an example; empty without the data
 * @param labels the names of their classes; empty if they have none
 * @param encodes whether pictures can be turned into codes
 * @param draws whether codes can be drawn
 */
record Codes(
    int length,
    List<Axis> axes,
    List<Double> start,
    List<List<Double>> points,
    List<String> labels,
    boolean encodes,
    boolean draws) {
  /** Axes that the page offers. */
  private static final int MOST_AXES = 24;

  /** Examples whose codes are looked at. */
  private static final int EXAMPLES = 500;

  private static final int BATCH = 100;

  /** How far an axis goes if nothing is known of it. */
  private static final double REACH = 3;

  /** Codes of a grid in a row, and rows. */
  private static final int MOST_SIDE = 20;

  /** Numbers of a code beyond this are no sensible ones. */
  private static final double LARGEST = 1e6;

  /** Keeps copies. */
  Codes {
    axes = List.copyOf(axes);
    start = List.copyOf(start);
    points = List.copyOf(points);
    labels = List.copyOf(labels);
  }

  /**
   * An axis of the space.
   *
   * @param index its position in a code, from 0
   * @param low the smallest number that codes have there
   * @param high the largest one
   */
  record Axis(int index, double low, double high, double mean, double deviation) {}

  /**
   * Pictures or rows of some codes.
   *
   * @param milliseconds that the server took to decode them
   */
  record Decoded(Shown shown, double milliseconds) {}

  /**
   * The code of a picture.
   *
   * @param input the picture as the model sees it
   */
  record Encoded(Shown input, List<Double> code) {
    /** Keeps a copy. */
    Encoded {
      code = List.copyOf(code);
    }
  }

  /** Returns what is to be known of the codes of a model; computed once. */
  static Codes of(OpenModel model) {
    requireCodes(model);
    return model.once("codes", Codes.class, () -> measured(model));
  }

  private static void requireCodes(OpenModel model) {
    if (!model.can(LatentVariableModel.class) && !model.can(Decoder.class)) {
      throw new RefusedException(409, model.whyNot("turn codes into examples"));
    }
  }

  private static Codes measured(OpenModel model) {
    @Nullable LatentVariableModel encoder =
        model.can(LatentVariableModel.class) ? model.as(LatentVariableModel.class, "encode") : null;
    Tensor seen = encoder == null ? null : encodedExamples(model, encoder);
    Tensor drawn =
        model.can(Decoder.class)
            ? model.as(Decoder.class, "decode").drawCodes(EXAMPLES, Rng.of(1)).evaluate()
            : null;
    Tensor either = seen == null ? drawn : seen;
    if (either == null) {
      // Without the data and a distribution of codes, that of an empty picture says how long one
      // is.
      Shape empty = Shape.of(1).concat(model.shape());
      Tensor code = model.as(LatentVariableModel.class, "encode").encode(Tensor.full(empty, 0));
      double[] middle = code.toDoubleArray();
      List<Axis> axes =
          IntStream.range(0, Math.min(MOST_AXES, middle.length))
              .mapToObj(i -> new Axis(i, middle[i] - REACH, middle[i] + REACH, middle[i], 1))
              .toList();
      return new Codes(middle.length, axes, listed(middle), List.of(), List.of(), true, false);
    }
    Statistics all = new Statistics(either);
    if (seen != null && drawn != null) {
      all.widen(drawn);
    }
    List<Axis> axes = all.axes();
    return new Codes(
        all.length(),
        axes,
        listed(all.mean),
        seen == null ? List.of() : points(seen, axes),
        seen == null ? List.of() : labels(model.examples(), seen.shape().dim(0)),
        encoder != null,
        drawn != null);
  }

  /** Codes of the first test examples, {@code [n, z]}; null if the data isn't on this machine. */
  private static @Nullable Tensor encodedExamples(OpenModel model, LatentVariableModel encoder) {
    int n = Math.min(EXAMPLES, model.examples().size());
    if (n == 0) {
      return null;
    }
    List<Tensor> parts = new ArrayList<>();
    for (int from = 0; from < n; from += BATCH) {
      Tensor x = model.examples().slice(from, Math.min(n, from + BATCH));
      parts.add(encoder.encode(x).flatten(1).evaluate());
    }
    return Tensor.concat(0, parts).evaluate();
  }

  private static List<List<Double>> points(Tensor codes, List<Axis> axes) {
    double[] values = codes.toDoubleArray();
    int length = codes.shape().dim(1);
    List<List<Double>> points = new ArrayList<>();
    for (int i = 0; i < codes.shape().dim(0); i++) {
      int row = i * length;
      points.add(axes.stream().map(a -> rounded(values[row + a.index])).toList());
    }
    return points;
  }

  private static List<String> labels(TestExamples examples, int n) {
    return examples.labels().isEmpty() ? List.of() : examples.labels().subList(0, n);
  }

  /** For a place on a screen four decimals are enough. */
  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  private static List<Double> listed(double[] values) {
    return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
  }

  /** What codes are like at each position. */
  private static final class Statistics {
    private final double[] low;
    private final double[] high;
    private final double[] mean;
    private final double[] deviation;

    Statistics(Tensor codes) {
      low = codes.min(0).toDoubleArray();
      high = codes.max(0).toDoubleArray();
      mean = codes.mean(0).toDoubleArray();
      deviation = codes.variance(0).sqrt().toDoubleArray();
    }

    int length() {
      return low.length;
    }

    void widen(Tensor codes) {
      Statistics other = new Statistics(codes);
      for (int i = 0; i < low.length; i++) {
        low[i] = Math.min(low[i], other.low[i]);
        high[i] = Math.max(high[i], other.high[i]);
      }
    }

    List<Axis> axes() {
      return IntStream.range(0, low.length)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -deviation[i]))
          .limit(MOST_AXES)
          .map(i -> new Axis(i, low[i], Math.max(high[i], low[i] + 1e-6), mean[i], deviation[i]))
          .toList();
    }
  }

  /**
   * Returns what codes stand for.
   *
   * @param fields {@code code}, as many numbers as a code has; with {@code grid} codes that differ
   *     from it at two positions {@code x} and {@code y}, where they take the values {@code xs} and
   *     {@code ys}, row by row
   */
  static Decoded decode(OpenModel model, Fields fields) {
    int length = of(model).length;
    float[] code = fields.numbers("code", length, -LARGEST, LARGEST);
    float[] numbers = fields.has("grid") ? grid(code, fields.object("grid")) : code;
    Tensor codes = Tensor.owning(numbers, Shape.of(numbers.length / length, length));
    long begun = System.nanoTime();
    Tensor made = decoder(model).run(codes).output(0);
    Shown shown = Shown.of(model.shaped(made));
    return new Decoded(shown, (System.nanoTime() - begun) / 1e6);
  }

  private static float[] grid(float[] code, Fields grid) {
    int x = grid.count("x", 0, 0, code.length - 1);
    int y = grid.count("y", 0, 0, code.length - 1);
    float[] xs = grid.some("xs", MOST_SIDE, -LARGEST, LARGEST);
    float[] ys = grid.some("ys", MOST_SIDE, -LARGEST, LARGEST);
    float[] all = new float[xs.length * ys.length * code.length];
    for (int i = 0; i < xs.length * ys.length; i++) {
      int at = i * code.length;
      System.arraycopy(code, 0, all, at, code.length);
      all[at + x] = xs[i % xs.length];
      all[at + y] = ys[i / xs.length];
    }
    return all;
  }

  private static Program decoder(OpenModel model) {
    return model.program(
        "decode",
        () ->
            model.can(Decoder.class)
                ? Program.compile(
                    (Tensor z) -> Step.outputs(model.as(Decoder.class, "decode").decode(z)))
                : Program.compile((Tensor z) ->
                    Step.outputs(model.as(LatentVariableModel.class, "decode").decode(z))));
  }

  /** Returns the code of a picture. */
  static Encoded encode(OpenModel model, Fields fields) {
    LatentVariableModel encoder = model.as(LatentVariableModel.class, "encode");
    Tensor x = GivenPicture.read(model, fields.object("picture")).image().unsqueeze(0).evaluate();
    return new Encoded(Shown.of(x), listed(model.finite(encoder.encode(x).toDoubleArray())));
  }

  /** Returns a code that is drawn from the distribution of codes. */
  static List<Double> drawn(OpenModel model, long seed) {
    requireCodes(model);
    Decoder decoder = model.as(Decoder.class, "draw codes");
    return listed(model.finite(decoder.drawCodes(1, Rng.of(seed)).toDoubleArray()));
  }
}
