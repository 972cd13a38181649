package shinso.app;

import java.util.List;
import shinso.core.backend.Options;
import shinso.zoo.harness.Names;
import shinso.zoo.harness.UsageException;

/** The options of Shinso that are system properties, such as {@code -Dshinso.memory=2g}. */
final class JvmOptions {
  private static final String PREFIX = "shinso.";

  private JvmOptions() {}

  /**
   * Refuses a misspelt option, which nothing would read.
   *
   * @throws UsageException if there is one; it gives the nearest names, and all
   */
  static void check() {
    List<String> unread = Options.unread();
    if (!unread.isEmpty()) {
      String given = unread.getFirst();
      // All begin alike, which would make everything near.
      List<String> known = Options.names().stream().map(JvmOptions::end).toList();
      List<String> near =
          Names.nearest(end(given), known).stream().map(name -> PREFIX + name).toList();
      throw new UsageException(
          "there is no option '%s'%s; choose %s, or leave it out"
              .formatted(given, Names.didYouMean(near), Names.listed(Options.names(), "or")));
    }
  }

  private static String end(String name) {
    return name.substring(PREFIX.length());
  }
}
