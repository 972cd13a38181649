package shinso.train.data.file;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import shinso.train.data.DataException;

/**
 * Says what the columns of a table mean. All columns that are not targets are numeric features
 * unless something else is said.
 *
 * <p>
 *
 * {@snippet :
 * CsvFile table = CsvFile.read(path, CsvFile.Format.COMMA);
 * CsvSplit rows = CsvSplit.random(table, 0.1, 0.2, 1);
 * CsvEncoder encoder = CsvSchema.regression("price").oneHot("district").standardizing().fit(rows);
 * Split data = encoder.encode(rows);
 * }
 *
 * <p>A number is an optional sign, digits with an optional point, and an optional exponent. {@code
 * inf}, {@code Infinity}, {@code 1D} and {@code 0x1p3} are texts.
 */
public final class CsvSchema {
  /** What is done about a missing value. */
  public enum Missing {
    /** It is an error. */
    ERROR,
    /** Its row is left out. Of rows to be predicted none is left out; it is an error there. */
    DROP_ROW,
    /**
     * The mean of the column is put in its place, and for categories the most frequent one, both of
     * the training part. A missing target is an error still.
     */
    MEAN
  }

  /** What is done about a category of a feature that the training part doesn't have. */
  public enum Unseen {
    /** It is an error. */
    ERROR,
    /**
     * It counts as none of the categories: all its one-hot features are 0. Indexed, its position is
     * the one behind the last, so that an embedding needs a row more than there are categories.
     */
    OTHER
  }

  /** What a target is. */
  enum Task {
    CLASSIFICATION,
    REGRESSION,
    NONE
  }

  static final List<String> MARKERS = List.of("", "NA", "N/A", "NaN", "null", "?");

  private final Task task;
  private final List<String> targets;
  private @Nullable List<String> features;
  private Set<String> ignored = Set.of();
  private Map<String, ColumnCode.Coding> kinds = Map.of();
  private Missing missing = Missing.ERROR;
  private Unseen unseen = Unseen.ERROR;
  private List<String> markers = MARKERS;
  private Map<String, List<String>> ownMarkers = Map.of();
  private boolean standardizesFeatures;
  private boolean standardizesTargets;

  private CsvSchema(Task task, List<String> targets) {
    this.task = task;
    this.targets = targets;
  }

  /** Returns a schema whose target is a class: one column of numbers or texts. */
  public static CsvSchema classification(String target) {
    return new CsvSchema(Task.CLASSIFICATION, List.of(target));
  }

  /** Returns a schema whose targets are numbers. */
  public static CsvSchema regression(String... targets) {
    if (targets.length == 0) {
      throw new IllegalArgumentException("a regression needs at least one target column");
    }
    return new CsvSchema(Task.REGRESSION, List.of(targets));
  }

  /** Returns a schema without targets. */
  public static CsvSchema unsupervised() {
    return new CsvSchema(Task.NONE, List.of());
  }

  /** Returns a copy with a change; a schema that somebody has is never changed. */
  private CsvSchema with(Consumer<CsvSchema> change) {
    CsvSchema copy = new CsvSchema(task, targets);
    copy.features = features;
    copy.ignored = ignored;
    copy.kinds = kinds;
    copy.missing = missing;
    copy.unseen = unseen;
    copy.markers = markers;
    copy.ownMarkers = ownMarkers;
    copy.standardizesFeatures = standardizesFeatures;
    copy.standardizesTargets = standardizesTargets;
    change.accept(copy);
    return copy;
  }

  /** Returns this with these features, in this order, instead of all columns. */
  public CsvSchema features(String... names) {
    return with(s -> s.features = List.of(names));
  }

  /** Returns this without some columns. */
  public CsvSchema ignoring(String... names) {
    Set<String> all = new LinkedHashSet<>(ignored);
    all.addAll(List.of(names));
    return with(s -> s.ignored = all);
  }

  /** Returns this with features that are categories: one feature for each category, 1 or 0. */
  public CsvSchema oneHot(String... names) {
    return kind(ColumnCode.Coding.ONE_HOT, names);
  }

  /** Returns this with features that are categories: the feature is the position among them. */
  public CsvSchema indexed(String... names) {
    return kind(ColumnCode.Coding.INDEX, names);
  }

  /**
   * Returns this with features that are dates, such as {@code 2024-02-29}, {@code 29.2.2024} or
   * {@code 2024-02-29T12:30}: the feature is the number of days since the beginning of 2000.
   */
  public CsvSchema dates(String... names) {
    return kind(ColumnCode.Coding.DATE, names);
  }

  private CsvSchema kind(ColumnCode.Coding kind, String... names) {
    Map<String, ColumnCode.Coding> all = new LinkedHashMap<>(kinds);
    for (String name : names) {
      all.put(name, kind);
    }
    return with(s -> s.kinds = all);
  }

  /** Returns this with a rule for missing values; they are an error at first. */
  public CsvSchema missing(Missing rule) {
    return with(s -> s.missing = rule);
  }

  /** Returns this with a rule for categories that are not in the training part. */
  public CsvSchema unseen(Unseen rule) {
    return with(s -> s.unseen = rule);
  }

  /**
   * Returns this with other texts that stand for a missing value in all columns, instead of an
   * empty one, {@code NA}, {@code N/A}, {@code NaN}, {@code null} and {@code ?}. Small and capital
   * letters are the same; no text at all means that no value is missing.
   */
  public CsvSchema markers(String... texts) {
    return with(s -> s.markers = List.of(texts));
  }

  /** Returns this with other texts that stand for a missing value in one column. */
  public CsvSchema markersIn(String column, String... texts) {
    Map<String, List<String>> all = new LinkedHashMap<>(ownMarkers);
    all.put(column, List.of(texts));
    return with(s -> s.ownMarkers = all);
  }

  /**
   * Returns this with numeric features brought to mean 0 and deviation 1 in the training part;
   * categories stay as they are.
   */
  public CsvSchema standardizing() {
    return with(s -> s.standardizesFeatures = true);
  }

  /**
   * Returns this with targets brought to mean 0 and deviation 1 in the training part; {@link
   * CsvEncoder#restoreTargets} takes predictions back.
   *
   * @throws IllegalStateException if the targets are not numbers
   */
  public CsvSchema standardizingTargets() {
    if (task != Task.REGRESSION) {
      throw new IllegalStateException("only targets that are numbers can be standardised");
    }
    return with(s -> s.standardizesTargets = true);
  }

  /**
   * Finds the categories, means and deviations of the training part. Categories are ordered as
   * numbers if all are, else as texts.
   *
   * @throws DataException if a column is missing or used in two ways, or a numeric one holds text
   */
  public CsvEncoder fit(CsvSplit rows) {
    CsvFile train = rows.train();
    List<String> names = features == null ? remaining(train) : features;
    for (String target : targets) {
      train.cells(target);
      if (names.contains(target)) {
        throw new DataException(
            "%s: the column '%s' is the target and can't be a feature as well"
                .formatted(train.name(), target));
      }
    }
    Set<String> known = new HashSet<>(names);
    known.addAll(targets);
    ignored.forEach(train::cells);
    checkUsed(train, known, kinds.keySet(), "a kind");
    checkUsed(train, known, ownMarkers.keySet(), "markers of its own");
    if (names.isEmpty()) {
      throw new DataException(train.name() + ": no column is left for the features");
    }
    return CsvEncoder.fit(train, this, names);
  }

  /**
   * Returns the rows of a table that can't be used, with what is wrong: the target is missing, or a
   * column of numbers or dates holds something else. Missing features count as wrong only if they
   * are errors by the {@linkplain #missing rule}.
   *
   * @throws DataException if a column is missing
   */
  public SortedMap<Integer, String> problems(CsvFile table) {
    List<ColumnCode> codes = new ArrayList<>();
    for (String name : features == null ? remaining(table) : features) {
      ColumnCode code = ColumnCode.of(kind(name), name, markersOf(name));
      codes.add(missing == Missing.ERROR ? code : code.filled(0));
    }
    for (String target : targets) {
      ColumnCode.Coding kind =
          task == Task.REGRESSION ? ColumnCode.Coding.NUMBER : ColumnCode.Coding.INDEX;
      codes.add(ColumnCode.of(kind, target, markersOf(target)));
    }
    return ColumnCode.problems(table, codes);
  }

  private static void checkUsed(
      CsvFile train, Set<String> known, Collection<String> names, String what) {
    for (String name : names) {
      train.cells(name);
      if (!known.contains(name)) {
        throw new DataException(
            "%s: the column '%s' has %s but is not used; are the features right?"
                .formatted(train.name(), name, what));
      }
    }
  }

  Task task() {
    return task;
  }

  List<String> targets() {
    return targets;
  }

  ColumnCode.Coding kind(String name) {
    return kinds.getOrDefault(name, ColumnCode.Coding.NUMBER);
  }

  Missing missing() {
    return missing;
  }

  Unseen unseen() {
    return unseen;
  }

  List<String> markersOf(String name) {
    return ownMarkers.getOrDefault(name, markers);
  }

  boolean standardizesFeatures() {
    return standardizesFeatures;
  }

  boolean standardizesTargets() {
    return standardizesTargets;
  }

  private List<String> remaining(CsvFile file) {
    return file.columns().stream()
        .filter(name -> !targets.contains(name) && !ignored.contains(name))
        .toList();
  }

  /** Returns the categories in the order that gives them their numbers. */
  static List<String> ordered(Set<String> categories) {
    List<String> list = new ArrayList<>(categories);
    if (list.stream().allMatch(s -> s.matches("[+-]?\\d{1,15}"))) {
      // Texts of one number, such as 1 and 01, in an order of their own as well.
      list.sort(
          Comparator.comparingLong((String s) -> Long.parseLong(s))
              .thenComparing(Comparator.naturalOrder()));
    } else {
      list.sort(null);
    }
    return List.copyOf(list);
  }
}
