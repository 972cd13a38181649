package shinso.train.data.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.data.Standardizer;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;

/**
 * Turns tables into data sets, always in the same way: with the columns, categories, means and
 * deviations of the training part that it was fitted to. It belongs to the model: {@link #save} it
 * beside the weights, and {@link #load} it to make predictions.
 *
 * <p>Columns are found by their names, wherever they stand; others are ignored.
 */
public final class CsvEncoder {
  private static final String FORMAT = "shinso-table-encoder";
  private static final int VERSION = 1;

  private final CsvSchema.Task task;
  private final CsvSchema.Missing missing;
  private final List<ColumnCode> features;
  private final List<ColumnCode> targets;

  private CsvEncoder(
      CsvSchema.Task task,
      CsvSchema.Missing missing,
      List<ColumnCode> features,
      List<ColumnCode> targets) {
    this.task = task;
    this.missing = missing;
    this.features = List.copyOf(features);
    this.targets = List.copyOf(targets);
  }

  static CsvEncoder fit(CsvFile train, CsvSchema schema, List<String> featureNames) {
    List<ColumnCode> targets = new ArrayList<>();
    for (String name : schema.targets()) {
      List<String> markers = schema.markersOf(name);
      targets.add(
          schema.task() == CsvSchema.Task.CLASSIFICATION
              ? ColumnCode.categories(train, name, ColumnCode.Coding.INDEX, markers, false)
              : ColumnCode.number(name, markers));
    }
    List<ColumnCode> features = new ArrayList<>();
    for (String name : featureNames) {
      List<String> markers = schema.markersOf(name);
      ColumnCode.Coding kind = schema.kind(name);
      boolean unseen = schema.unseen() == CsvSchema.Unseen.OTHER;
      ColumnCode code =
          kind.isNumeric()
              ? ColumnCode.of(kind, name, markers)
              : ColumnCode.categories(train, name, kind, markers, unseen);
      features.add(schema.missing() == CsvSchema.Missing.MEAN ? code.filled(train) : code);
    }
    CsvEncoder raw = new CsvEncoder(schema.task(), schema.missing(), features, targets);
    if (!schema.standardizesFeatures() && !schema.standardizesTargets()) {
      return raw;
    }
    Dataset data = raw.encode(train);
    return new CsvEncoder(
        schema.task(),
        schema.missing(),
        schema.standardizesFeatures() ? standardized(features, data, 0) : features,
        schema.standardizesTargets() ? standardized(targets, data, 1) : targets);
  }

  private static List<ColumnCode> standardized(List<ColumnCode> codes, Dataset data, int field) {
    Map<String, float[]> fitted = Standardizer.fit(data, field, Standardizer.Per.FEATURE).arrays();
    float[] mean = Objects.requireNonNull(fitted.get("mean"));
    float[] deviation = Objects.requireNonNull(fitted.get("deviation"));
    List<ColumnCode> all = new ArrayList<>();
    int at = 0;
    for (ColumnCode code : codes) {
      all.add(code.kind().isNumeric() ? code.standardized(mean[at], deviation[at]) : code);
      at += code.width();
    }
    return all;
  }

  /** Returns the names of the features, {@code column=category} for those of one-hot columns. */
  public List<String> featureNames() {
    List<String> names = new ArrayList<>();
    for (ColumnCode code : features) {
      if (code.kind() == ColumnCode.Coding.ONE_HOT) {
        code.categories().forEach(category -> names.add(code.column() + "=" + category));
      } else {
        names.add(code.column());
      }
    }
    return List.copyOf(names);
  }

  /** Returns the names of the classes; empty if the target is not a class. */
  public List<String> classNames() {
    return task == CsvSchema.Task.CLASSIFICATION ? targets.getFirst().categories() : List.of();
  }

  /** Returns the columns that features are made from, in their order. */
  public List<String> columns() {
    return features.stream().map(ColumnCode::column).toList();
  }

  /** Returns the columns of the targets. */
  public List<String> targets() {
    return targets.stream().map(ColumnCode::column).toList();
  }

  /**
   * Returns the rows of a table from which no features can be made, with what is wrong.
   *
   * @throws DataException if a column is missing
   */
  public SortedMap<Integer, String> problems(CsvFile table) {
    return ColumnCode.problems(table, features);
  }

  /**
   * Returns the categories of a table that the training part didn't have, by their columns.
   *
   * @throws DataException if a column is missing
   */
  public SortedMap<String, Set<String>> unseen(CsvFile table) {
    SortedMap<String, Set<String>> unseen = new TreeMap<>();
    for (ColumnCode code : features) {
      if (!code.kind().isNumeric()) {
        CsvFile.Cells cells = table.cells(code.column());
        for (int row = 0; row < table.size(); row++) {
          String text = cells.text(row);
          if (!code.isMissing(text) && !code.positions().containsKey(text)) {
            unseen.computeIfAbsent(code.column(), c -> new TreeSet<>()).add(text);
          }
        }
      }
    }
    return unseen;
  }

  /**
   * Turns the parts of a table into those of a data set, each like the training part.
   *
   * @throws DataException if a part doesn't fit, as {@link #encode(CsvFile)} says
   */
  public Split encode(CsvSplit rows) {
    Dataset train = encode(rows.train());
    return new Split(train, part(rows.validation(), train), part(rows.test(), train));
  }

  private Dataset part(CsvFile rows, Dataset train) {
    return rows.size() == 0 ? train.limit(0) : encode(rows);
  }

  /**
   * Turns a table with its targets into a data set.
   *
   * @return fields {@code features} F32 {@code [f]}, then {@code label} I32, or {@code target} F32
   *     {@code [t]}, or nothing
   * @throws DataException if a column is missing, a numeric one holds text, a number is not finite,
   *     a value is missing or a category new against the rules, or no row is left
   */
  public InMemoryDataset encode(CsvFile file) {
    int[] rows = keptRows(file);
    if (rows.length == 0) {
      throw new DataException(
          file.name() + ": the data set is empty: each row has a missing field, and was left out");
    }
    List<Column> columns = new ArrayList<>();
    columns.add(floats("features", file, rows, features));
    switch (task) {
      case CLASSIFICATION -> {
        ColumnCode code = targets.getFirst();
        CsvFile.Cells cells = file.cells(code.column());
        int[] labels = Arrays.stream(rows).map(row -> (int) code.value(cells, row)).toArray();
        columns.add(Column.labels("label", labels, code.positions().size()));
      }
      case REGRESSION -> columns.add(floats("target", file, rows, targets));
      case NONE -> {}
    }
    return InMemoryDataset.of(file.name(), columns, classNames());
  }

  /**
   * Turns a table into features to make predictions from; it needs no targets. Each row gives one
   * example: none is left out, also if that was the rule for training.
   *
   * @return the field {@code features} F32 {@code [f]}
   * @throws DataException if a column is missing, a numeric one holds text, a number is not finite,
   *     a value is missing or a category new against the rules, or there are no rows
   */
  public InMemoryDataset encodeFeatures(CsvFile file) {
    if (file.size() == 0) {
      throw new DataException(file.name() + ": the data set is empty: there are no rows");
    }
    int[] rows = IntStream.range(0, file.size()).toArray();
    return InMemoryDataset.of(
        file.name(), List.of(floats("features", file, rows, features)), List.of());
  }

  /**
   * Returns predicted targets {@code [n, t]} in the units of the table, where {@link
   * CsvSchema#standardizingTargets} was chosen.
   *
   * @throws IllegalStateException if the targets are not numbers
   */
  public Tensor restoreTargets(Tensor predicted) {
    if (task != CsvSchema.Task.REGRESSION) {
      throw new IllegalStateException("this encoder has no targets that are numbers");
    }
    float[] mean = new float[targets.size()];
    float[] deviation = new float[targets.size()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = targets.get(i).mean();
      deviation[i] = targets.get(i).deviation();
    }
    return Standardizer.ofArrays(Map.of("mean", mean, "deviation", deviation)).invert(predicted);
  }

  private int[] keptRows(CsvFile file) {
    boolean[] dropped = new boolean[file.size()];
    if (missing == CsvSchema.Missing.DROP_ROW) {
      List<ColumnCode> all = new ArrayList<>(features);
      all.addAll(targets);
      for (ColumnCode code : all) {
        CsvFile.Cells cells = file.cells(code.column());
        for (int row = 0; row < dropped.length; row++) {
          dropped[row] |= code.isMissing(cells.text(row));
        }
      }
    }
    return IntStream.range(0, dropped.length).filter(row -> !dropped[row]).toArray();
  }

  private static Column floats(String name, CsvFile file, int[] rows, List<ColumnCode> codes) {
    long width = codes.stream().mapToLong(ColumnCode::width).sum();
    if (width * rows.length > Integer.MAX_VALUE) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %,d rows with %,d features are more than fit into memory; take fewer rows, or index columns of many categories",
              file.name(),
              rows.length,
              width));
    }
    int w = (int) width;
    float[] values = new float[rows.length * w];
    int offset = 0;
    for (ColumnCode code : codes) {
      CsvFile.Cells cells = file.cells(code.column());
      for (int i = 0; i < rows.length; i++) {
        code.encode(cells, rows[i], values, i * w + offset);
      }
      offset += code.width();
    }
    return Column.floats(name, Shape.of(w), values);
  }

  // ---- files

  /**
   * Writes this as JSON, to stand beside the weights of the model.
   *
   * @throws FileException if that fails; the file is as it was
   */
  public void save(Path file) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("version", VERSION);
    json.put("task", task.name().toLowerCase(Locale.ROOT));
    json.put("missing", missing.name().toLowerCase(Locale.ROOT));
    json.put("features", features.stream().map(ColumnCode::toJson).toList());
    json.put("targets", targets.stream().map(ColumnCode::toJson).toList());
    JsonFile.write(file, json);
  }

  /**
   * Reads what {@link #save} wrote; the same rows give the same bits.
   *
   * @throws FileException if the file can't be read, is none of these, or is damaged
   */
  public static CsvEncoder load(Path file) {
    JsonFile json = JsonFile.read(file);
    if (!FORMAT.equals(json.fields().get("format"))) {
      throw new FileException(file + " is not an encoder of tables; is it the right file?");
    }
    if (json.integer("version") != VERSION) {
      throw new FileException(
          "%s is of version %d, but this program reads version %d; update it"
              .formatted(file, json.integer("version"), VERSION));
    }
    CsvEncoder encoder =
        new CsvEncoder(
            constant(json, "task", CsvSchema.Task.class),
            constant(json, "missing", CsvSchema.Missing.class),
            json.objects("features").stream().map(ColumnCode::ofJson).toList(),
            json.objects("targets").stream().map(ColumnCode::ofJson).toList());
    ColumnCode.Coding kind =
        encoder.task == CsvSchema.Task.REGRESSION
            ? ColumnCode.Coding.NUMBER
            : ColumnCode.Coding.INDEX;
    boolean fits =
        switch (encoder.task) {
          case CLASSIFICATION -> encoder.targets.size() == 1;
          case REGRESSION -> !encoder.targets.isEmpty();
          case NONE -> encoder.targets.isEmpty();
        };
    if (!fits
        || encoder.features.isEmpty()
        || encoder.targets.stream().anyMatch(t -> t.kind() != kind)) {
      throw new FileException(file + " is corrupt: its features, targets and task don't agree");
    }
    return encoder;
  }

  private static <E extends Enum<E>> E constant(JsonFile json, String name, Class<E> type) {
    String text = json.text(name);
    for (E constant : Objects.requireNonNull(type.getEnumConstants())) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw new FileException(
        "%s is corrupt: '%s' is '%s', which is not known".formatted(json.file(), name, text));
  }
}
