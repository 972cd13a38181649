package shinso.train.figure;

import java.util.List;

/** What is said beside the data. */
final class Notes {
  private Notes() {}

  /** Returns that some things can't be drawn, or nothing. */
  static List<String> leftOut(int n, String thing, boolean logarithmic) {
    if (n == 0) {
      return List.of();
    }
    String why = logarithmic ? "not finite, or without a logarithm" : "not finite";
    return List.of(Numbers.count(n, thing) + " left out: " + why);
  }

  /** Returns a text with what it is of in front. */
  static String named(String name, String text) {
    return name.isEmpty() ? text : name + " " + text;
  }
}
