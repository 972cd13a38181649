package shinso.train.data.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.InMemoryDataset;

/**
 * Turns tables into data sets, always in the same way: with the columns, categories and means of
 * the table that it was fitted to.
 */
public final class CsvEncoder {
  private static final Set<String> MISSING = Set.of("", "na", "n/a", "nan", "null", "?");

  /**
   * One column.
   *
   * @param categories the categories in order, or null for a number
   * @param oneHot whether each category is a feature of its own
   * @param fill what stands in for a missing field, the number or the category's position; null if
   *     it may not be missing
   */
  private record Code(
      String name, @Nullable List<String> categories, boolean oneHot, @Nullable Double fill) {
    int width() {
      return oneHot && categories != null ? categories.size() : 1;
    }
  }

  private final CsvSchema schema;
  private final List<Code> features;
  private final List<Code> targets;

  private CsvEncoder(CsvSchema schema, List<Code> features, List<Code> targets) {
    this.schema = schema;
    this.features = features;
    this.targets = targets;
  }

  static CsvEncoder fit(CsvFile file, CsvSchema schema, List<String> featureNames) {
    List<Code> targets = new ArrayList<>();
    for (String name : schema.targets()) {
      boolean isClass = schema.task() == CsvSchema.Task.CLASSIFICATION;
      targets.add(new Code(name, isClass ? categories(file, name) : null, false, null));
    }
    List<Code> features = new ArrayList<>();
    for (String name : featureNames) {
      List<String> categories = schema.isCategory(name) ? categories(file, name) : null;
      Code code = new Code(name, categories, schema.isOneHot(name), null);
      boolean fills = schema.missing() == CsvSchema.Missing.MEAN;
      features.add(fills ? new Code(name, categories, code.oneHot, fill(file, code)) : code);
    }
    return new CsvEncoder(schema, List.copyOf(features), List.copyOf(targets));
  }

  /** Returns the names of the features, {@code column=category} for those of one-hot columns. */
  public List<String> featureNames() {
    List<String> names = new ArrayList<>();
    for (Code code : features) {
      if (code.categories != null && code.oneHot) {
        code.categories.forEach(category -> names.add(code.name + "=" + category));
      } else {
        names.add(code.name);
      }
    }
    return List.copyOf(names);
  }

  /** Returns the names of the classes; empty if the target is not a class. */
  public List<String> classNames() {
    List<String> names = targets.isEmpty() ? null : targets.getFirst().categories;
    return names == null ? List.of() : names;
  }

  /**
   * Turns a table into a data set, which may be another one than this was fitted to.
   *
   * @return fields {@code features} F32 {@code [f]}, then {@code label} I32, or {@code target} F32
   *     {@code [t]}, or nothing
   * @throws DataException if a column is missing, a numeric one holds text, a number is not finite,
   *     a field is missing against the rule, a category is new, or no row is left
   */
  public InMemoryDataset encode(CsvFile file) {
    int[] rows = keptRows(file);
    if (rows.length == 0) {
      throw new DataException(
          file.name() + ": the data set is empty: each row has a missing field, and was left out");
    }
    List<Column> columns = new ArrayList<>();
    columns.add(floats("features", file, rows, features));
    switch (schema.task()) {
      case CLASSIFICATION -> {
        int column = file.column(targets.getFirst().name);
        int[] labels =
            Arrays.stream(rows)
                .map(row -> (int) value(file, row, column, targets.getFirst()))
                .toArray();
        columns.add(Column.labels("label", labels, classNames().size()));
      }
      case REGRESSION -> columns.add(floats("target", file, rows, targets));
      case NONE -> {}
    }
    return InMemoryDataset.of(file.name(), columns, classNames());
  }

  private int[] keptRows(CsvFile file) {
    if (schema.missing() != CsvSchema.Missing.DROP_ROW) {
      return IntStream.range(0, file.size()).toArray();
    }
    List<Code> all = new ArrayList<>(features);
    all.addAll(targets);
    int[] columns = all.stream().mapToInt(code -> file.column(code.name)).toArray();
    return IntStream.range(0, file.size())
        .filter(row -> Arrays.stream(columns).noneMatch(c -> isMissing(file.text(row, c))))
        .toArray();
  }

  private static Column floats(String name, CsvFile file, int[] rows, List<Code> codes) {
    int width = codes.stream().mapToInt(Code::width).sum();
    float[] values = new float[Math.multiplyExact(rows.length, width)];
    int offset = 0;
    for (Code code : codes) {
      int column = file.column(code.name);
      for (int i = 0; i < rows.length; i++) {
        double value = value(file, rows[i], column, code);
        if (code.width() > 1 || code.oneHot) {
          values[i * width + offset + (int) value] = 1;
        } else {
          values[i * width + offset] = (float) value;
        }
      }
      offset += code.width();
    }
    return Column.floats(name, Shape.of(width), values);
  }

  /** Returns the number in a field, or the position of its category. */
  private static double value(CsvFile file, int row, int column, Code code) {
    String text = file.text(row, column);
    if (isMissing(text)) {
      if (code.fill != null) {
        return code.fill;
      }
      throw new DataException(
          "%s: the value is missing ('%s'); fill it in, or set a rule for missing fields"
              .formatted(file.place(row, column), text));
    }
    if (code.categories == null) {
      return number(file, row, column);
    }
    int position = code.categories.indexOf(text);
    if (position < 0) {
      throw new DataException(
          "%s: '%s' is none of the categories that were fitted: %s"
              .formatted(file.place(row, column), text, code.categories));
    }
    return position;
  }

  private static double number(CsvFile file, int row, int column) {
    String text = file.text(row, column);
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new DataException(
          "%s: '%s' is not a number; correct it, or declare the column as categories"
              .formatted(file.place(row, column), text),
          e);
    }
    if (!Float.isFinite((float) value)) {
      throw new DataException(
          "%s: '%s' is not a finite number in F32; correct it, or remove the row"
              .formatted(file.place(row, column), text));
    }
    return value;
  }

  private static boolean isMissing(String text) {
    return text.length() <= 4 && MISSING.contains(text.toLowerCase(Locale.ROOT));
  }

  private static List<String> categories(CsvFile file, String name) {
    int column = file.column(name);
    Set<String> found = new HashSet<>();
    for (int row = 0; row < file.size(); row++) {
      String text = file.text(row, column);
      if (!isMissing(text)) {
        found.add(text);
      }
    }
    if (found.isEmpty()) {
      throw new DataException(
          "%s: the column '%s' has no value in any row".formatted(file.name(), name));
    }
    return CsvSchema.ordered(found);
  }

  /** Returns the mean of a column, or the position of its most frequent category. */
  private static double fill(CsvFile file, Code code) {
    int column = file.column(code.name);
    double sum = 0;
    int count = 0;
    int[] frequency = new int[code.categories == null ? 0 : code.categories.size()];
    for (int row = 0; row < file.size(); row++) {
      if (!isMissing(file.text(row, column))) {
        double value = value(file, row, column, code);
        sum += value;
        count++;
        if (frequency.length > 0) {
          frequency[(int) value]++;
        }
      }
    }
    if (count == 0) {
      throw new DataException(
          "%s: the column '%s' has no value to take a mean of".formatted(file.name(), code.name));
    }
    if (frequency.length == 0) {
      return sum / count;
    }
    int best = 0;
    for (int i = 1; i < frequency.length; i++) {
      best = frequency[i] > frequency[best] ? i : best;
    }
    return best;
  }
}
