package shinso.train.figure;

import java.util.List;
import java.util.Locale;

/** What figures refuse. */
final class FigureChecks {
  private FigureChecks() {}

  /** Throws an error that names the kind of figure and its title, unless a condition holds. */
  static void that(boolean holds, String kind, String title, String message, Object... values) {
    if (!holds) {
      String text = String.format(Locale.ROOT, message, values);
      throw new IllegalArgumentException(kind + " '" + title + "': " + text);
    }
  }

  /** Refuses a name that is taken. */
  static void isNew(String kind, String title, List<String> names, String name) {
    that(
        !names.contains(name),
        kind,
        title,
        "there is already something named '%s'; give each a name of its own",
        name);
  }
}
