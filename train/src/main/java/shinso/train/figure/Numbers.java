package shinso.train.figure;

import java.util.Locale;

/** How numbers are written for people. */
public final class Numbers {
  private Numbers() {}

  /** Returns a number with three or four digits that matter, without needless zeros. */
  public static String text(double v) {
    double size = Math.abs(v);
    if (v != 0 && (size < 1e-3 || size >= 1e6)) {
      return String.format(Locale.ROOT, "%.1e", v)
          .replace(".0e", "e")
          .replaceAll("e([+-])0?", "e$1")
          .replace("e+", "e");
    }
    String text = String.format(Locale.ROOT, "%." + decimals(size) + "f", v);
    String plain = text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    return plain.equals("-0") ? "0" : plain;
  }

  private static int decimals(double size) {
    if (size == 0 || Double.isNaN(size)) {
      return 0;
    }
    int exponent = (int) Math.floor(Math.log10(size));
    return exponent < 0 ? 2 - exponent : Math.max(0, 3 - exponent);
  }

  /** Returns a time in words, such as {@code 4.2 s}, {@code 3 min 20 s} or {@code 2 h 5 min}. */
  public static String duration(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d min %d s", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d h %d min", s / 3600, s / 60 % 60);
  }

  /** Returns a number of things, as in "3 points". */
  static String count(int n, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", n, thing, n == 1 ? "" : "s");
  }
}
