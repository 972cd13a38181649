package shinso.train.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Where numbers lie on a plot, and which of them are written at its edge. */
final class Axis {
  private static final int[][] FINENESS = {{1, 2, 5}, {1, 3}, {1}};

  /** Fewer numbers are never written at a linear axis. */
  private static final int LEAST = 3;

  private final double low;
  private final double high;
  private final double first;
  private final double last;
  private final boolean logarithmic;
  private final int most;

  private Axis(double low, double high, double first, double last, boolean logarithmic, int most) {
    this.low = low;
    this.high = high;
    this.first = first;
    this.last = last;
    this.logarithmic = logarithmic;
    this.most = most;
  }

  /**
   * Returns a linear axis from one number to another.
   *
   * @param first where its low end lies
   * @param last where its high end lies
   * @param most about how many numbers are written
   */
  static Axis linear(double low, double high, double first, double last, int most) {
    return new Axis(low, high, first, last, false, most);
  }

  /**
   * Returns a linear axis over all numbers.
   *
   * @param rounded whether it ends at round numbers if some are near
   */
  static Axis linear(List<Double> numbers, double first, double last, boolean rounded, int most) {
    double low = numbers.stream().mapToDouble(x -> x).min().orElse(0);
    double high = numbers.stream().mapToDouble(x -> x).max().orElse(1);
    // Differences that are rounding errors of the numbers themselves are none.
    if (high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high))) {
      double margin = low == 0 ? 1 : Math.abs(low) / 2;
      low -= margin;
      high += margin;
    }
    if (rounded) {
      double step = step(high - low, most);
      double margin = 0.03 * (high - low);
      double below = Math.floor(low / step + 1e-9) * step;
      double above = Math.ceil(high / step - 1e-9) * step;
      // A round end that is far away would waste the plot.
      low = low - below <= 0.5 * step ? below : low - margin;
      high = above - high <= 0.5 * step ? above : high + margin;
    }
    return new Axis(low, high, first, last, false, most);
  }

  /** Returns a logarithmic axis over positive numbers, with some room at its ends. */
  static Axis logarithmic(List<Double> numbers, double first, double last, int most) {
    double low = numbers.stream().mapToDouble(x -> x).min().orElse(1);
    double high = numbers.stream().mapToDouble(x -> x).max().orElse(10);
    double room = low == high ? 2 : Math.pow(high / low, 0.03);
    return new Axis(low / room, high * room, first, last, true, most);
  }

  /** Returns an axis of the kind that is asked for, over all numbers or a range. */
  static Axis of(
      List<Double> numbers,
      boolean logarithmic,
      @Nullable Range range,
      double first,
      double last,
      boolean rounded,
      int most) {
    if (range != null) {
      return new Axis(range.low(), range.high(), first, last, logarithmic, most);
    }
    return logarithmic
        ? logarithmic(numbers, first, last, most)
        : linear(numbers, first, last, rounded, most);
  }

  /** Returns about so many round numbers between two positive ones, evenly spread by ratio. */
  static List<Double> roundByRatio(double low, double high, int about) {
    return new Axis(low, high, 0, 1, true, about).ticks();
  }

  /** Returns an axis over all numbers with room at both ends, or over a range. */
  static Axis around(
      List<Double> numbers,
      boolean logarithmic,
      @Nullable Range range,
      double first,
      double last,
      int most) {
    Axis tight = of(numbers, logarithmic, range, first, last, false, most);
    double room = range != null || logarithmic ? 0 : 0.04 * (tight.high - tight.low);
    return new Axis(tight.low - room, tight.high + room, first, last, logarithmic, most);
  }

  /** Returns how many pixels a unit has. */
  double unit() {
    return Math.abs(last - first) / (high - low);
  }

  /** Returns the same numbers at other places. */
  Axis between(double newFirst, double newLast) {
    return new Axis(low, high, newFirst, newLast, logarithmic, most);
  }

  /** Returns this over more numbers, or fewer, around the same middle. */
  Axis withUnit(double pixels) {
    double half = Math.abs(last - first) / pixels / 2;
    double middle = (low + high) / 2;
    return new Axis(middle - half, middle + half, first, last, logarithmic, most);
  }

  double low() {
    return low;
  }

  double high() {
    return high;
  }

  /** Returns where a number lies. */
  double at(double x) {
    double part = logarithmic ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low);
    return first + part * (last - first);
  }

  /** Returns which number lies at a place. */
  double value(double at) {
    double part = (at - first) / (last - first);
    return logarithmic ? low * Math.pow(high / low, part) : low + part * (high - low);
  }

  /** Returns round numbers inside of the axis. */
  List<Double> ticks() {
    if (!logarithmic) {
      return linearTicks();
    }
    List<Double> ticks = roundTicks();
    return ticks.size() > 2 ? ticks : linearTicks();
  }

  /** Returns powers of ten and numbers between them, the most that there is room for. */
  private List<Double> roundTicks() {
    for (int[] digits : FINENESS) {
      List<Double> ticks = decades(digits);
      if (ticks.size() <= most + 2) {
        return ticks;
      }
    }
    List<Double> ticks = decades(FINENESS[FINENESS.length - 1]);
    int every = Math.ceilDiv(ticks.size(), most);
    return ticks.stream()
        .filter(t -> Math.floorMod(Math.round(Math.log10(t)), every) == 0)
        .toList();
  }

  private List<Double> decades(int[] digits) {
    List<Double> ticks = new ArrayList<>();
    for (int e = (int) Math.floor(Math.log10(low)); e <= Math.log10(high); e++) {
      for (int digit : digits) {
        double tick = digit * Math.pow(10, e);
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  private List<Double> linearTicks() {
    double step = step();
    return LongStream.rangeClosed(first(step), last(step)).mapToObj(i -> i * step).toList();
  }

  private long first(double step) {
    return Math.round(Math.ceil(low / step - 1e-9));
  }

  private long last(double step) {
    return Math.round(Math.floor(high / step + 1e-9));
  }

  /** Returns how far numbers are from each other: one or two of them alone say no scale. */
  private double step() {
    double step = step(high - low, most);
    // Three rounds are enough for any axis that has a length.
    for (int i = 0; i < 3 && last(step) - first(step) + 1 < LEAST; i++) {
      double digit = step / Math.pow(10, Math.floor(Math.log10(step) + 1e-9));
      step *= Math.round(digit) == 5 ? 0.4 : 0.5;
    }
    return step;
  }

  /** Returns what is written at a tick, with as many digits as tell it from the next. */
  String label(double tick) {
    double step = step();
    double size = Math.max(Math.abs(low), Math.abs(high));
    if (logarithmic && roundTicks().size() > 2) {
      return Numbers.text(tick);
    }
    if (size < 1e-3 || size >= 1e6) {
      return scientific(tick, step);
    }
    int digits = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", Math.abs(tick) < step / 2 ? 0 : tick);
  }

  private static String scientific(double tick, double step) {
    if (Math.abs(tick) < step / 2) {
      return "0";
    }
    double exponent = Math.floor(Math.log10(Math.abs(tick)) + 1e-9);
    int digits = (int) Math.max(0, exponent - Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "e", tick)
        .replaceAll("(\\.\\d*?)0+e", "$1e")
        .replace(".e", "e")
        .replaceAll("e([+-])0?", "e$1")
        .replace("e+", "e");
  }

  /** Returns 1, 2 or 5 times a power of ten that cuts a length into about so many. */
  private static double step(double length, int parts) {
    double raw = length / parts;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double digit = raw / power;
    return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
  }
}
