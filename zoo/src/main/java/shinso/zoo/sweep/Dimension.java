package shinso.zoo.sweep;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import shinso.zoo.harness.Setting;
import shinso.zoo.harness.UsageException;

/** A setting that differs from trial to trial, and which values it takes. */
public sealed interface Dimension {
  /** Returns the setting. */
  Setting<?> setting();

  /** Returns the value for a number from 0 up to, but not including, 1. */
  String at(double u);

  /** Returns about so many values, evenly spread; of choices all. */
  List<String> grid(int points);

  /** Returns how many different values there are, {@link Integer#MAX_VALUE} for very many. */
  int size();

  /** Values that were listed. */
  record Choices(Setting<?> setting, List<String> values) implements Dimension {
    /** Keeps a copy. */
    public Choices {
      values = List.copyOf(values);
    }

    @Override
    public String at(double u) {
      return values.get((int) (u * values.size()));
    }

    @Override
    public List<String> grid(int points) {
      return values;
    }

    @Override
    public int size() {
      return values.size();
    }
  }

  /**
   * Numbers from one to another, both included.
   *
   * @param logarithmic whether equal ratios are equally likely, rather than equal differences
   */
  record Range(Setting<?> setting, double low, double high, boolean logarithmic)
      implements Dimension {
    /** So many digits are enough to tell settings apart, and few enough to be typed. */
    private static final MathContext DIGITS = new MathContext(4);

    private boolean isWhole() {
      return setting.kind() == Setting.Kind.WHOLE;
    }

    @Override
    public String at(double u) {
      if (!isWhole()) {
        return text(value(low, high, u));
      }
      // Each whole number has a share of its own, the first and the last as any other.
      double x = value(logarithmic ? low : low - 0.5, logarithmic ? high + 1 : high + 0.5, u);
      double whole = logarithmic ? Math.floor(x) : Math.rint(x);
      return Long.toString(Math.round(Math.clamp(whole, low, high)));
    }

    @Override
    public List<String> grid(int points) {
      Set<String> values = new LinkedHashSet<>();
      for (int i = 0; i < points; i++) {
        double x = value(low, high, points == 1 ? 0.5 : i / (points - 1.0));
        values.add(isWhole() ? Long.toString(Math.round(x)) : text(x));
      }
      return new ArrayList<>(values);
    }

    private double value(double from, double to, double u) {
      return logarithmic ? from * Math.pow(to / from, u) : from + u * (to - from);
    }

    private String text(double x) {
      double rounded = BigDecimal.valueOf(x).round(DIGITS).doubleValue();
      return Setting.text(Math.clamp(rounded, low, high));
    }

    @Override
    public int size() {
      return isWhole() ? (int) Math.min(Integer.MAX_VALUE, high - low + 1) : Integer.MAX_VALUE;
    }
  }

  /**
   * Returns the dimension that a text stands for: {@code low:high}, {@code low:high:log}, or values
   * with commas between them, of which one alone is the same for all trials.
   *
   * @throws UsageException if it is none of these, or a value is not allowed
   */
  static Dimension parse(Setting<?> setting, String text) {
    boolean number = setting.kind() == Setting.Kind.WHOLE || setting.kind() == Setting.Kind.NUMBER;
    if (!text.contains(":") || setting.kind() == Setting.Kind.TEXT) {
      return choices(setting, text);
    }
    if (!number) {
      throw new UsageException(
          "the setting %s is %s, which has no ranges such as '%s'; list values, as in --set %s=a,b"
              .formatted(setting.name(), setting.allowed(), text, setting.name()));
    }
    return range(setting, text);
  }

  private static Choices choices(Setting<?> setting, String text) {
    List<String> values = List.of(text.split(",", -1));
    Set<Object> distinct = new LinkedHashSet<>();
    for (String value : values) {
      if (!distinct.add(setting.parse(value))) {
        throw new UsageException(
            "the values '%s' of the setting %s have %s twice; list each once"
                .formatted(text, setting.name(), value));
      }
    }
    // As a run writes them down.
    return new Choices(setting, distinct.stream().map(Setting::text).toList());
  }

  private static Range range(Setting<?> setting, String text) {
    String[] parts = text.split(":", -1);
    boolean logarithmic = parts.length == 3 && parts[2].strip().equals("log");
    if (parts.length != 2 && !logarithmic) {
      throw new UsageException(
          "'%s' is no range of the setting %s; write LOW:HIGH or LOW:HIGH:log"
              .formatted(text, setting.name()));
    }
    double low = end(setting, parts[0]);
    double high = end(setting, parts[1]);
    if (!(low < high)) {
      throw new UsageException(
          "the range '%s' of the setting %s doesn't go up; write the smaller number first"
              .formatted(text, setting.name()));
    }
    if (logarithmic && !(low > 0)) {
      throw new UsageException(
          "the logarithmic range '%s' of the setting %s begins at %s; it needs a start above 0"
              .formatted(text, setting.name(), parts[0]));
    }
    return new Range(setting, low, high, logarithmic);
  }

  private static double end(Setting<?> setting, String text) {
    Object value = setting.parse(text.strip());
    if (value.equals(Setting.ALL) || !(value instanceof Number number)) {
      throw new UsageException(
          "a range of the setting %s ends at numbers, not at '%s'".formatted(setting.name(), text));
    }
    return number.doubleValue();
  }
}
