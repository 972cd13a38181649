package shinso.train.data.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import shinso.train.data.DataException;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;

/**
 * How a column becomes numbers, with all that was fitted for it.
 *
 * @param positions the categories with their positions, in order; empty for numbers
 * @param markers what stands for a missing value, in small letters
 * @param unseen whether a category that was not fitted is taken
 * @param fill what stands in for a missing value, the number or the category's position; null if
 *     none may be missing
 * @param mean what is taken from numbers
 * @param deviation what they are divided by then
 */
record ColumnCode(
    String column,
    Coding kind,
    Map<String, Integer> positions,
    List<String> markers,
    boolean unseen,
    @Nullable Double fill,
    float mean,
    float deviation) {
  /** How many categories a message lists. */
  private static final int LISTED = 20;

  enum Coding {
    NUMBER("number"),
    DATE("date"),
    ONE_HOT("one-hot"),
    INDEX("index");

    private final String text;

    Coding(String text) {
      this.text = text;
    }

    /** Returns whether it makes one feature that has a mean. */
    boolean isNumeric() {
      return this == NUMBER || this == DATE;
    }
  }

  static ColumnCode number(String column, List<String> markers) {
    return of(Coding.NUMBER, column, markers);
  }

  /** Returns the code of a column to which nothing was fitted; it takes all categories. */
  static ColumnCode of(Coding kind, String column, List<String> markers) {
    return new ColumnCode(column, kind, Map.of(), lower(markers), true, null, 0, 1);
  }

  /** Returns the rows of a table in which a column has no value that could be used, and why. */
  static SortedMap<Integer, String> problems(CsvFile table, List<ColumnCode> codes) {
    SortedMap<Integer, String> problems = new TreeMap<>();
    for (ColumnCode code : codes) {
      CsvFile.Cells cells = table.cells(code.column);
      for (int row = 0; row < table.size(); row++) {
        if (!problems.containsKey(row)) {
          try {
            code.value(cells, row);
          } catch (DataException e) {
            problems.put(row, e.getMessage());
          }
        }
      }
    }
    return problems;
  }

  /** Returns this with what stands in for a missing value. */
  ColumnCode filled(double value) {
    return new ColumnCode(column, kind, positions, markers, unseen, value, mean, deviation);
  }

  /** Returns the code of categories, which are those of the column of a table. */
  static ColumnCode categories(
      CsvFile file, String column, Coding kind, List<String> markers, boolean unseen) {
    ColumnCode empty = new ColumnCode(column, kind, Map.of(), lower(markers), unseen, null, 0, 1);
    CsvFile.Cells cells = file.cells(column);
    Map<String, Integer> found = new LinkedHashMap<>();
    for (int row = 0; row < file.size(); row++) {
      String text = cells.text(row);
      if (!empty.isMissing(text)) {
        found.put(text, 0);
      }
    }
    if (found.isEmpty()) {
      throw new DataException(
          "%s: the column '%s' has no value in any row".formatted(file.name(), column));
    }
    Map<String, Integer> positions = positions(CsvSchema.ordered(found.keySet()));
    return new ColumnCode(column, kind, positions, empty.markers, unseen, null, 0, 1);
  }

  static Map<String, Integer> positions(List<String> categories) {
    Map<String, Integer> positions = new LinkedHashMap<>();
    categories.forEach(category -> positions.put(category, positions.size()));
    return positions;
  }

  private static List<String> lower(List<String> markers) {
    return markers.stream().map(m -> m.strip().toLowerCase(Locale.ROOT)).distinct().toList();
  }

  /** Returns this with the mean of a column or its most frequent category for missing values. */
  ColumnCode filled(CsvFile file) {
    CsvFile.Cells cells = file.cells(column);
    double sum = 0;
    int count = 0;
    int[] frequency = new int[positions.size()];
    for (int row = 0; row < file.size(); row++) {
      if (!isMissing(cells.text(row))) {
        double value = value(cells, row);
        sum += value;
        count++;
        if (!kind.isNumeric()) {
          frequency[(int) value]++;
        }
      }
    }
    if (count == 0) {
      throw new DataException(
          "%s: the column '%s' has no value to take a mean of".formatted(file.name(), column));
    }
    int best = 0;
    for (int i = 1; i < frequency.length; i++) {
      best = frequency[i] > frequency[best] ? i : best;
    }
    double fill = kind.isNumeric() ? sum / count : best;
    return filled(fill);
  }

  ColumnCode standardized(float mean, float deviation) {
    return new ColumnCode(column, kind, positions, markers, unseen, fill, mean, deviation);
  }

  /** Returns how many features this makes. */
  int width() {
    return kind == Coding.ONE_HOT ? positions.size() : 1;
  }

  List<String> categories() {
    return List.copyOf(positions.keySet());
  }

  boolean isMissing(String text) {
    for (String marker : markers) {
      if (marker.equalsIgnoreCase(text)) {
        return true;
      }
    }
    return false;
  }

  /** Writes the features of a row to their place. */
  void encode(CsvFile.Cells cells, int row, float[] into, int at) {
    double value = value(cells, row);
    switch (kind) {
      case NUMBER, DATE -> into[at] = ((float) value - mean) / deviation;
      case INDEX -> into[at] = (float) value;
      case ONE_HOT -> {
        if (value < positions.size()) {
          into[at + (int) value] = 1;
        }
      }
    }
  }

  /**
   * Returns the number in a row, or the position of its category: the one behind the last if it was
   * not fitted.
   *
   * @throws DataException if it is missing, no number or an unknown category against the rules
   */
  double value(CsvFile.Cells cells, int row) {
    String text = cells.text(row);
    if (isMissing(text)) {
      if (fill != null) {
        return fill;
      }
      throw new DataException(
          "%s: the value is missing ('%s'); fill it in, remove the row, or choose another rule (CsvSchema.missing) or other markers (CsvSchema.markers)"
              .formatted(cells.place(row), text));
    }
    if (kind == Coding.NUMBER) {
      return cells.number(row, text);
    }
    if (kind == Coding.DATE) {
      Double days = DateGrammar.days(text);
      if (days == null) {
        throw new DataException(
            "%s: '%s' is not a date such as 2024-02-29 or 29.2.2024, with a time such as 12:30 or none"
                .formatted(cells.place(row), text));
      }
      return days;
    }
    Integer position = positions.get(text);
    if (position == null && !unseen) {
      throw new DataException(
          "%s: '%s' is none of the categories that were fitted: %s%s"
              .formatted(
                  cells.place(row),
                  text,
                  positions.keySet().stream().limit(LISTED).toList(),
                  positions.size() > LISTED ? " and more" : ""));
    }
    return position == null ? positions.size() : position;
  }

  // ---- as JSON

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("column", column);
    json.put("kind", kind.text);
    json.put("missing", markers);
    if (fill != null) {
      json.put("fill", fill);
    }
    if (kind.isNumeric()) {
      // As double, which gives the same bits back.
      json.put("mean", (double) mean);
      json.put("deviation", (double) deviation);
    } else {
      json.put("unseen", unseen);
      json.put("categories", categories());
    }
    return json;
  }

  /**
   * Restores what {@link #toJson} gave.
   *
   * @throws FileException if something is missing or can't be
   */
  static ColumnCode ofJson(JsonFile json) {
    String column = json.text("column");
    Coding kind = null;
    for (Coding k : Coding.values()) {
      kind = k.text.equals(json.text("kind")) ? k : kind;
    }
    if (kind == null) {
      throw damaged(json, column, "the kind '" + json.text("kind") + "' is not known");
    }
    List<String> markers = texts(json, column, "missing");
    Double fill = json.fields().containsKey("fill") ? finite(json, column, "fill") : null;
    if (kind.isNumeric()) {
      float mean = (float) finite(json, column, "mean");
      float deviation = (float) finite(json, column, "deviation");
      if (!Float.isFinite(mean) || !Float.isFinite(deviation) || deviation <= 0) {
        throw damaged(json, column, "mean or deviation can't be");
      }
      return new ColumnCode(column, kind, Map.of(), markers, false, fill, mean, deviation);
    }
    List<String> categories = texts(json, column, "categories");
    Map<String, Integer> positions = positions(categories);
    if (positions.isEmpty() || positions.size() != categories.size()) {
      throw damaged(json, column, "there are no categories, or one is there twice");
    }
    if (fill != null && !(fill >= 0 && fill < positions.size() && fill == Math.rint(fill))) {
      throw damaged(json, column, "'fill' is not the position of a category");
    }
    boolean unseen = Objects.equals(json.fields().get("unseen"), true);
    return new ColumnCode(column, kind, positions, markers, unseen, fill, 0, 1);
  }

  private static List<String> texts(JsonFile json, String column, String name) {
    List<String> texts = new ArrayList<>();
    for (Object entry : json.list(name)) {
      if (!(entry instanceof String text)) {
        throw damaged(json, column, "'" + name + "' is not a list of texts");
      }
      texts.add(text);
    }
    return List.copyOf(texts);
  }

  private static double finite(JsonFile json, String column, String name) {
    if (json.fields().get(name) instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    throw damaged(json, column, "'" + name + "' is missing or not a number");
  }

  private static FileException damaged(JsonFile json, String column, String why) {
    return new FileException("%s is corrupt: column '%s': %s".formatted(json.file(), column, why));
  }
}
