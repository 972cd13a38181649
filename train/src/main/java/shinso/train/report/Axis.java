package shinso.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where numbers lie on a chart, and which of them are written at its edge. */
final class Axis {
  private static final int TICKS = 6;

  private final double low;
  private final double high;
  private final double first;
  private final double last;
  private final boolean logarithmic;

  private Axis(double low, double high, double first, double last, boolean logarithmic) {
    this.low = low;
    this.high = high;
    this.first = first;
    this.last = last;
    this.logarithmic = logarithmic;
  }

  /**
   * Returns a linear axis over all numbers.
   *
   * @param first where its low end lies
   * @param last where its high end lies
   * @param rounded whether it ends at round numbers
   */
  static Axis linear(List<Double> numbers, double first, double last, boolean rounded) {
    double low = numbers.stream().mapToDouble(x -> x).min().orElse(0);
    double high = numbers.stream().mapToDouble(x -> x).max().orElse(1);
    if (low == high) {
      double margin = low == 0 ? 1 : Math.abs(low) / 2;
      low -= margin;
      high += margin;
    }
    if (rounded) {
      double step = step(high - low);
      low = Math.floor(low / step + 1e-9) * step;
      high = Math.ceil(high / step - 1e-9) * step;
    }
    return new Axis(low, high, first, last, false);
  }

  /** Returns a logarithmic axis over positive numbers. */
  static Axis logarithmic(List<Double> numbers, double first, double last) {
    double low = numbers.stream().mapToDouble(x -> x).min().orElse(1);
    double high = numbers.stream().mapToDouble(x -> x).max().orElse(10);
    return new Axis(low / 1.1, high * 1.1, first, last, true);
  }

  /** Returns where a number lies. */
  double at(double x) {
    double part = logarithmic ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low);
    return first + part * (last - first);
  }

  /** Returns round numbers inside of the axis. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      int decades = (int) Math.ceil(Math.log10(high / low));
      int[] digits = decades <= 2 ? new int[] {1, 2, 5} : new int[] {1};
      for (int e = (int) Math.floor(Math.log10(low)); e <= Math.log10(high); e++) {
        for (int digit : digits) {
          double tick = digit * Math.pow(10, e);
          if (tick >= low && tick <= high) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
    double step = step(high - low);
    for (long i = Math.round(Math.ceil(low / step - 1e-9)); i * step <= high + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Returns what is written at a tick, with as many digits as tell it from the next. */
  String label(double tick) {
    double step = step(high - low);
    if (logarithmic || step < 1e-4 || high >= 1e6) {
      return LineChart.number(tick);
    }
    int digits = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", tick == 0 ? 0 : tick);
  }

  /** Returns 1, 2 or 5 times a power of ten that cuts a length into about six. */
  private static double step(double length) {
    double raw = length / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double digit = raw / power;
    return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
  }
}
