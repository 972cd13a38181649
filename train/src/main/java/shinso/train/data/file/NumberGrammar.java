package shinso.train.data.file;

import org.jspecify.annotations.Nullable;

/**
 * What is a number: a sign or none, digits with or without a point and more digits, an exponent or
 * none. Java's own grammar has more, such as {@code 1D}, {@code 0x1p3} and {@code Infinity}, which
 * in a table are names.
 *
 * @param decimal the point
 * @param thousands what stands between groups of three digits before the point, or null if nothing
 *     may
 */
record NumberGrammar(char decimal, @Nullable Character thousands) {
  /** Returns the text as Java would write the number, or null if it is none. */
  @Nullable String plain(String text) {
    int i = sign(text, 0);
    int from = i;
    i = digits(text, i);
    int whole = i - from;
    boolean grouped = false;
    if (thousands != null && whole >= 1 && whole <= 3) {
      while (i < text.length() && text.charAt(i) == thousands && digits(text, i + 1) == i + 4) {
        i += 4;
        grouped = true;
      }
    }
    int fraction = 0;
    if (i < text.length() && text.charAt(i) == decimal) {
      int end = digits(text, i + 1);
      fraction = end - i - 1;
      i = end;
    }
    if (whole + fraction == 0) {
      return null;
    }
    if (i < text.length() && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
      int power = sign(text, i + 1);
      i = digits(text, power);
      if (i == power) {
        return null;
      }
    }
    if (i < text.length()) {
      return null;
    }
    String ungrouped = grouped ? text.replace(String.valueOf(thousands), "") : text;
    return decimal == '.' ? ungrouped : ungrouped.replace(decimal, '.');
  }

  /** Returns the position behind a sign, if there is one. */
  private static int sign(String text, int i) {
    return i < text.length() && (text.charAt(i) == '+' || text.charAt(i) == '-') ? i + 1 : i;
  }

  /** Returns the position behind the digits, ASCII ones, that begin here. */
  private static int digits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i;
  }
}
