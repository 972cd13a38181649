package shinso.zoo.harness;

import java.util.List;
import java.util.Locale;

/**
 * A number or choice that a recipe leaves open: it has a value for each budget, and {@code --set
 * name=value} another one. A setting knows which values are allowed.
 *
 * @param <T> what its values are
 */
public final class Setting<T> {
  /** A count that no data set reaches: all examples there are. */
  public static final int ALL = Integer.MAX_VALUE;

  /** What the values of a setting are. */
  public enum Kind {
    /** Whole numbers. */
    WHOLE,
    /** Numbers. */
    NUMBER,
    /** Some words. */
    WORD,
    /** Texts of any kind. */
    TEXT
  }

  private final Kind kind;
  private final String name;
  private final String meaning;
  private final String allowed;
  private final Reader<T> reader;

  private Setting(Kind kind, String name, String meaning, String allowed, Reader<T> reader) {
    this.kind = kind;
    this.name = name;
    this.meaning = meaning;
    this.allowed = allowed;
    this.reader = reader;
  }

  /** Reads a value. */
  private interface Reader<T> {
    /**
     * Returns the value.
     *
     * @throws IllegalArgumentException if the text is none of the allowed values
     */
    T read(String text);
  }

  /**
   * The values of a setting, one for each budget.
   *
   * @param <T> what the values are
   */
  public record Row<T>(Setting<T> setting, T smoke, T normal, T paper) {
    /**
     * Checks the values.
     *
     * @throws UsageException if one isn't allowed
     */
    public Row {
      for (T value : List.of(smoke, normal, paper)) {
        setting.parse(Setting.text(value));
      }
    }

    /** Returns the value for a budget. */
    public T at(Budget budget) {
      return switch (budget) {
        case SMOKE -> smoke;
        case DEFAULT -> normal;
        case PAPER -> paper;
      };
    }

    /** Returns the text that stands for the value for a budget. */
    public String text(Budget budget) {
      return Setting.text(at(budget));
    }
  }

  /** Returns a setting whose values are whole numbers. */
  public static Setting<Integer> integer(String name, String meaning, int least, int most) {
    return new Setting<>(
        Kind.WHOLE,
        name,
        meaning,
        String.format(Locale.ROOT, "a whole number from %,d to %,d", least, most),
        text -> {
          int value = Integer.parseInt(text.strip());
          require(value >= least && value <= most);
          return value;
        });
  }

  /** Returns a setting whose values are numbers of things, or {@code all} of them. */
  public static Setting<Integer> count(String name, String meaning, int least) {
    return new Setting<>(
        Kind.WHOLE,
        name,
        meaning,
        String.format(Locale.ROOT, "a whole number from %,d, or all", least),
        text -> {
          int value = text.strip().equals("all") ? ALL : Integer.parseInt(text.strip());
          require(value >= least);
          return value;
        });
  }

  /** Returns a setting whose values are numbers. */
  public static Setting<Double> number(String name, String meaning, double least, double most) {
    return new Setting<>(
        Kind.NUMBER,
        name,
        meaning,
        "a number from %s to %s".formatted(text(least), text(most)),
        text -> {
          double value = Double.parseDouble(text);
          require(value >= least && value <= most);
          return value;
        });
  }

  /** Returns a setting whose values are words. */
  public static Setting<String> choice(String name, String meaning, List<String> words) {
    return new Setting<>(
        Kind.WORD,
        name,
        meaning,
        Names.listed(words, "or"),
        text -> {
          require(words.contains(text.strip()));
          return text.strip();
        });
  }

  /** Returns a setting whose values are texts of any kind, kept to the letter. */
  public static Setting<String> text(String name, String meaning) {
    return new Setting<>(Kind.TEXT, name, meaning, "a text", text -> text);
  }

  private static void require(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException();
    }
  }

  /** Returns the name, as {@code --set} takes it. */
  public String name() {
    return name;
  }

  /** Returns what its values are. */
  public Kind kind() {
    return kind;
  }

  /** Returns what it is, in a few words. */
  public String meaning() {
    return meaning;
  }

  /** Returns which values are allowed, in a few words. */
  public String allowed() {
    return allowed;
  }

  /** Returns the row of this setting in a recipe's table. */
  public Row<T> row(T smoke, T normal, T paper) {
    return new Row<>(this, smoke, normal, paper);
  }

  /** Returns the row of this setting for a value that is the same in all budgets. */
  public Row<T> always(T value) {
    return new Row<>(this, value, value, value);
  }

  /**
   * Returns the value that a text stands for.
   *
   * @throws UsageException if it is not allowed
   */
  public T parse(String text) {
    try {
      return reader.read(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("the setting %s is %s, not '%s'".formatted(name, allowed, text));
    }
  }

  /** Returns the text that stands for a value. */
  public static String text(Object value) {
    if (value.equals(ALL)) {
      return "all";
    }
    String text = String.valueOf(value);
    return value instanceof Double && text.endsWith(".0")
        ? text.substring(0, text.length() - 2)
        : text;
  }

  @Override
  public String toString() {
    return name;
  }
}
