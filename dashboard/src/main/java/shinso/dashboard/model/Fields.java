package shinso.dashboard.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.dashboard.web.RefusedException;

/**
 * The fields of a request, each taken with its bounds. What is wrong with one is said in a line
 * that names it, its value and what it may be.
 *
 * @param values texts, numbers, booleans, lists and maps by name
 */
record Fields(Map<String, Object> values) {
  /** The largest seed: what a page can say exactly. */
  static final long MOST_SEED = (1L << 53) - 1;

  private static final int SHOWN = 40;

  /** Returns a whole number; {@code otherwise} if there is none. */
  long integer(String name, long otherwise, long least, long most) {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= least
        && ((Number) value).longValue() <= most) {
      return ((Number) value).longValue();
    }
    throw RefusedException.bad(
        "%s has to be a whole number from %d to %d, not %s"
            .formatted(name, least, most, shown(value)));
  }

  /** Returns a small whole number. */
  int count(String name, int otherwise, int least, int most) {
    return (int) integer(name, otherwise, least, most);
  }

  /** Returns the number that random draws follow from, 1 if there is none. */
  long seed() {
    return integer("seed", 1, -MOST_SEED, MOST_SEED);
  }

  /** Returns a number; {@code otherwise} if there is none. */
  double number(String name, double otherwise, double least, double most) {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number n && n.doubleValue() >= least && n.doubleValue() <= most) {
      return n.doubleValue();
    }
    throw RefusedException.bad(
        "%s has to be a number from %s to %s, not %s".formatted(name, least, most, shown(value)));
  }

  /** Returns a text, null if there is none. */
  @Nullable String text(String name, int longest) {
    Object value = values.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && text.length() <= longest) {
      return text;
    }
    throw RefusedException.bad(
        "%s has to be a text of at most %d characters, not %s"
            .formatted(name, longest, shown(value)));
  }

  /** Returns whether something is wanted; not, if there is no such field. */
  boolean flag(String name) {
    Object value = values.get(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw RefusedException.bad("%s has to be true or false, not %s".formatted(name, shown(value)));
  }

  /** Returns whether there is a field. */
  boolean has(String name) {
    return values.get(name) != null;
  }

  /** Returns the fields of a field. */
  Fields object(String name) {
    if (values.get(name) instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // keys of JSON are texts
      Map<String, Object> fields = (Map<String, Object>) map;
      return new Fields(fields);
    }
    throw RefusedException.bad(
        "%s has to be an object, not %s".formatted(name, shown(values.get(name))));
  }

  /**
   * Returns an array of finite numbers.
   *
   * @param length that it has to have
   */
  float[] numbers(String name, int length, double least, double most) {
    Object value = values.get(name);
    if (!(value instanceof List<?> list) || list.size() != length) {
      String found = value instanceof List<?> other ? "one of " + other.size() : shown(value);
      throw RefusedException.bad(
          "%s has to be an array of %d numbers, not %s".formatted(name, length, found));
    }
    return numbers(name, list, least, most);
  }

  /**
   * Returns an array of finite numbers.
   *
   * @param most that it may have; it has at least one
   */
  float[] some(String name, int most, double least, double largest) {
    Object value = values.get(name);
    if (!(value instanceof List<?> list) || list.isEmpty() || list.size() > most) {
      throw RefusedException.bad("%s has to be an array of 1 to %d numbers".formatted(name, most));
    }
    return numbers(name, list, least, largest);
  }

  private static float[] numbers(String name, List<?> list, double least, double most) {
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      Object value = list.get(i);
      if (!(value instanceof Number n) || !(n.doubleValue() >= least && n.doubleValue() <= most)) {
        throw RefusedException.bad(
            "%s has to hold numbers from %s to %s, not %s at position %d"
                .formatted(name, least, most, shown(value), i));
      }
      numbers[i] = n.floatValue();
    }
    return numbers;
  }

  /** Checks that there is one of some fields and no other. */
  void requireOne(String... names) {
    if (Arrays.stream(names).filter(this::has).count() != 1) {
      throw RefusedException.bad(
          "exactly one of %s has to be there".formatted(String.join(", ", names)));
    }
  }

  private static String shown(@Nullable Object value) {
    String text = value instanceof String s ? "'" + s + "'" : String.valueOf(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
