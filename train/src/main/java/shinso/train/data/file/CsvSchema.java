package shinso.train.data.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.train.data.DataException;

/**
 * Says what the columns of a table mean. All columns that are not targets are numeric features
 * unless something else is said.
 *
 * <p>
 *
 * {@snippet :
 * CsvFile file = CsvFile.read(path, CsvFile.Format.COMMA);
 * CsvEncoder encoder =
 *     CsvSchema.regression("price").oneHot("district").missing(CsvSchema.Missing.MEAN).fit(file);
 * Dataset data = encoder.encode(file);
 * }
 */
public final class CsvSchema {
  /**
   * What is done about a field that is empty or says {@code NA}, {@code NaN}, {@code null} or ?.
   */
  public enum Missing {
    /** It is an error. */
    ERROR,
    /** Its row is left out. */
    DROP_ROW,
    /**
     * The mean of the column is put in its place, and for categories the most frequent one, both of
     * the table that the encoder was fitted to. A missing target is an error still.
     */
    MEAN
  }

  /** What a target is. */
  enum Task {
    CLASSIFICATION,
    REGRESSION,
    NONE
  }

  private final Task task;
  private final List<String> targets;
  private final @Nullable List<String> features;
  private final Set<String> ignored;
  private final Set<String> oneHot;
  private final Set<String> indexed;
  private final Missing missing;

  private CsvSchema(
      Task task,
      List<String> targets,
      @Nullable List<String> features,
      Set<String> ignored,
      Set<String> oneHot,
      Set<String> indexed,
      Missing missing) {
    this.task = task;
    this.targets = targets;
    this.features = features;
    this.ignored = ignored;
    this.oneHot = oneHot;
    this.indexed = indexed;
    this.missing = missing;
  }

  /** Returns a schema whose target is a class: one column of numbers or texts. */
  public static CsvSchema classification(String target) {
    return start(Task.CLASSIFICATION, List.of(target));
  }

  /** Returns a schema whose targets are numbers. */
  public static CsvSchema regression(String... targets) {
    if (targets.length == 0) {
      throw new IllegalArgumentException("a regression needs at least one target column");
    }
    return start(Task.REGRESSION, List.of(targets));
  }

  /** Returns a schema without targets. */
  public static CsvSchema unsupervised() {
    return start(Task.NONE, List.of());
  }

  private static CsvSchema start(Task task, List<String> targets) {
    return new CsvSchema(task, targets, null, Set.of(), Set.of(), Set.of(), Missing.ERROR);
  }

  /** Returns this with these features, in this order, instead of all columns. */
  public CsvSchema features(String... names) {
    return new CsvSchema(task, targets, List.of(names), ignored, oneHot, indexed, missing);
  }

  /** Returns this without some columns. */
  public CsvSchema ignoring(String... names) {
    return new CsvSchema(task, targets, features, with(ignored, names), oneHot, indexed, missing);
  }

  /** Returns this with features that are categories: one feature for each category, 1 or 0. */
  public CsvSchema oneHot(String... names) {
    return new CsvSchema(task, targets, features, ignored, with(oneHot, names), indexed, missing);
  }

  /** Returns this with features that are categories: the feature is the position among them. */
  public CsvSchema indexed(String... names) {
    return new CsvSchema(task, targets, features, ignored, oneHot, with(indexed, names), missing);
  }

  /** Returns this with a rule for missing fields; they are an error at first. */
  public CsvSchema missing(Missing rule) {
    return new CsvSchema(task, targets, features, ignored, oneHot, indexed, rule);
  }

  /**
   * Finds the categories and means of a table, the training part. Categories are ordered as numbers
   * if all are, else as texts.
   *
   * @throws DataException if a column is missing, or a numeric one holds text
   */
  public CsvEncoder fit(CsvFile file) {
    List<String> names = features == null ? remaining(file) : features;
    Set<String> known = new HashSet<>(names);
    known.addAll(targets);
    ignored.forEach(file::column);
    for (String name : with(oneHot, indexed.toArray(String[]::new))) {
      file.column(name);
      if (!known.contains(name)) {
        throw new DataException(
            "%s: the column '%s' has a kind but is not used; are the features right?"
                .formatted(file.name(), name));
      }
    }
    if (names.isEmpty()) {
      throw new DataException(file.name() + ": no column is left for the features");
    }
    return CsvEncoder.fit(file, this, names);
  }

  Task task() {
    return task;
  }

  List<String> targets() {
    return targets;
  }

  boolean isOneHot(String name) {
    return oneHot.contains(name);
  }

  boolean isCategory(String name) {
    return oneHot.contains(name) || indexed.contains(name);
  }

  Missing missing() {
    return missing;
  }

  private List<String> remaining(CsvFile file) {
    return file.columns().stream()
        .filter(name -> !targets.contains(name) && !ignored.contains(name))
        .toList();
  }

  private static Set<String> with(Set<String> set, String... more) {
    Set<String> all = new LinkedHashSet<>(set);
    all.addAll(Arrays.asList(more));
    return all;
  }

  /** Returns the categories in the order that gives them their numbers. */
  static List<String> ordered(Set<String> categories) {
    List<String> list = new ArrayList<>(categories);
    if (list.stream().allMatch(s -> s.matches("[+-]?\\d{1,15}"))) {
      list.sort(Comparator.comparingLong(Long::parseLong));
    } else {
      list.sort(null);
    }
    return List.copyOf(list);
  }
}
