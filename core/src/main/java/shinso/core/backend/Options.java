package shinso.core.backend;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Options that users set as system properties. A value that can't be is refused each time that it
 * is asked for; none is replaced in silence.
 */
public final class Options {
  private static final String PREFIX = "shinso.";

  /** What users set, in the order of the page that explains it, docs/configuration.md. */
  private static final List<String> NAMES =
      List.of(
          "shinso.memory",
          "shinso.threads",
          "shinso.precision",
          "shinso.backend",
          "shinso.onednn",
          "shinso.onednn.isa",
          "shinso.cache",
          "shinso.vector.bits",
          "shinso.vector.masks",
          "shinso.tiles");

  /** What the launcher tells its programs, and the build its tests. */
  private static final List<String> WIRING =
      List.of(
          "shinso.stderr",
          "shinso.commit",
          "shinso.repository",
          "shinso.bench.peers",
          "shinso.spark.jars");

  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([kmgt]?)");
  private static final String UNITS = "kmgt";
  private static final long LEAST_BYTES = 1L << 20;

  /** A petabyte: whoever writes bytes where megabytes are meant finds out. */
  private static final long MOST_BYTES = 1L << 50;

  private Options() {}

  /** Returns the names of all options that users may set. */
  public static List<String> names() {
    return NAMES;
  }

  /** Returns whether anything reads a system property: an option, or what the launcher sets. */
  public static boolean isRead(String name) {
    return NAMES.contains(name) || WIRING.contains(name);
  }

  /**
   * Returns the system properties that are meant for Shinso, since they begin with {@code shinso.},
   * but that nothing reads: their names are misspelt. In alphabetical order.
   */
  public static List<String> unread() {
    return System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(PREFIX) && !isRead(name))
        .sorted()
        .toList();
  }

  /**
   * Returns the value of an option that has one of a few.
   *
   * @param usual the value where the option isn't set
   * @throws OptionException if it is another
   */
  public static String choice(String name, String usual, List<String> allowed) {
    String text = System.getProperty(name);
    if (text == null) {
      return usual;
    }
    if (!allowed.contains(text)) {
      throw new OptionException(name, text, either(allowed));
    }
    return text;
  }

  private static String either(List<String> all) {
    int last = all.size() - 1;
    return last == 0
        ? all.getFirst()
        : String.join(", ", all.subList(0, last)) + " or " + all.get(last);
  }

  /**
   * Returns the value of an option that is a whole number.
   *
   * @param usual the value where the option isn't set
   * @throws OptionException if it is none, or outside {@code least} to {@code most}
   */
  public static int number(String name, int usual, int least, int most) {
    String text = System.getProperty(name);
    if (text == null) {
      return usual;
    }
    long value = text.matches("\\d{1,10}") ? Long.parseLong(text) : -1;
    if (value < least || value > most) {
      throw new OptionException(
          name, text, String.format(Locale.ROOT, "a whole number from %d to %d", least, most));
    }
    return (int) value;
  }

  /**
   * Returns the bytes that an option stands for, such as {@code 512m} or {@code 8g}; a plain number
   * is megabytes. Null if it isn't set.
   *
   * @throws OptionException if it is no size, less than a megabyte or more than a petabyte
   */
  public static @Nullable Long bytes(String name) {
    String text = System.getProperty(name);
    if (text == null) {
      return null;
    }
    Matcher m = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (m.matches()) {
      long number = Long.parseLong(m.group(1));
      char unit = m.group(2).isEmpty() ? 'm' : m.group(2).charAt(0);
      double bytes = Math.scalb((double) number, 10 * (UNITS.indexOf(unit) + 1));
      if (bytes >= LEAST_BYTES && bytes <= MOST_BYTES) {
        return (long) bytes;
      }
    }
    throw new OptionException(
        name, text, "a size from 1m to 1024t such as 512m, 8g or 512 (megabytes)");
  }
}
