package shinso.spark;

import java.util.Locale;

/**
 * What an exchange costs with more machines than one has: T = a + c P + b N + 2 N (P − 1)/P ÷
 * bandwidth milliseconds for N megabytes and P machines.
 *
 * @param start a, ms
 * @param worker c, ms for each machine: the driver's messages
 * @param megabyte b, ms a megabyte: serialisation and sums
 */
record ExchangeModel(double start, double worker, double megabyte) {
  private static final double[] MEGABYTES = {2, 20, 200};
  private static final int[] MACHINES = {8, 64, 512};
  private static final double[] GIGABITS = {10, 100};
  private static final double[] STEP_SECONDS = {0.1, 1};
  private static final double WANTED = 0.9;

  /**
   * Fits a and b to times of one number of machines, by the least sum of squared relative errors.
   *
   * @param megabytes of each exchange
   * @param milliseconds of each exchange, with machines whose network costs nothing
   * @param worker c
   */
  static ExchangeModel fit(double[] megabytes, double[] milliseconds, int machines, double worker) {
    double s = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (int i = 0; i < megabytes.length; i++) {
      double w = 1 / (milliseconds[i] * milliseconds[i]);
      s += w;
      x += w * megabytes[i];
      y += w * milliseconds[i];
      xx += w * megabytes[i] * megabytes[i];
      xy += w * megabytes[i] * milliseconds[i];
    }
    double slope = (s * xy - x * y) / (s * xx - x * x);
    double intercept = (y - slope * x) / s;
    return new ExchangeModel(Math.max(0, intercept - worker * machines), worker, slope);
  }

  /** Returns T. */
  double milliseconds(double megabytes, int machines, double gigabits) {
    double sent = 2 * megabytes * (machines - 1) / machines;
    return start + worker * machines + megabyte * megabytes + 8 * sent / gigabits;
  }

  /** Returns which share of the time is work if there is an exchange after each step. */
  static double efficiency(double milliseconds, double stepSeconds) {
    return stepSeconds / (stepSeconds + milliseconds / 1e3);
  }

  /** Returns after how many steps there may be an exchange for 90 % of the time to be work. */
  static long steps(double milliseconds, double stepSeconds) {
    double most = stepSeconds * (1 - WANTED) / WANTED;
    return Math.max(1, (long) Math.ceil(milliseconds / 1e3 / most - 1e-9));
  }

  /** Returns the table, in Markdown. */
  String table() {
    StringBuilder text = new StringBuilder("| model | machines |");
    StringBuilder line = new StringBuilder("|---|---|");
    for (double gigabits : GIGABITS) {
      text.append(String.format(Locale.ROOT, " T at %.0f Gbit/s |", gigabits));
      line.append("---|");
      for (double seconds : STEP_SECONDS) {
        text.append(" ").append(seconds == 1 ? "1" : seconds).append(" s a step |");
        line.append("---|");
      }
    }
    text.append("\n").append(line).append("\n");
    for (double megabytes : MEGABYTES) {
      for (int machines : MACHINES) {
        text.append(String.format(Locale.ROOT, "| %.0f MB | %d |", megabytes, machines));
        for (double gigabits : GIGABITS) {
          double t = milliseconds(megabytes, machines, gigabits);
          text.append(
              t < 1_000
                  ? String.format(Locale.ROOT, " %.0f ms |", t)
                  : String.format(Locale.ROOT, " %.1f s |", t / 1e3));
          for (double seconds : STEP_SECONDS) {
            text.append(
                String.format(
                    Locale.ROOT,
                    " %.0f %%, H %d |",
                    100 * efficiency(t, seconds),
                    steps(t, seconds)));
          }
        }
        text.append("\n");
      }
    }
    return text.toString();
  }
}
