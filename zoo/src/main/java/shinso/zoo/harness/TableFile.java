package shinso.zoo.harness;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.train.data.DataException;
import shinso.train.data.file.CsvEncoder;
import shinso.train.data.file.CsvFile;
import shinso.train.data.file.CsvSchema;
import shinso.train.data.file.CsvSplit;
import shinso.train.data.file.CsvTypes;
import shinso.train.data.file.CsvTypes.Kind;
import shinso.train.file.AtomicFile;

/**
 * A table of the user's own, of whose columns one is to be predicted from the others.
 *
 * @param file the table
 * @param format how it is written
 * @param target the column that is predicted
 * @param task what it is
 * @param categories columns of numbers that are categories
 * @param ignored columns that are left out
 * @param markers texts that stand for a missing value, beside an empty one
 * @param validation the share of the rows held out for validation
 * @param test the share held out for test
 * @param broken the share of the rows that may be unusable
 */
public record TableFile(
    Path file,
    Format format,
    String target,
    Task task,
    List<String> categories,
    List<String> ignored,
    List<String> markers,
    double validation,
    double test,
    double broken) {
  /** What is predicted. */
  public enum Task {
    /** Numbers or classes, whichever the column seems to hold. */
    AUTO,
    /** A number. */
    REGRESSION,
    /** A class. */
    CLASSIFICATION;

    /** Returns the name in small letters. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How a table is written.
   *
   * @param delimiter what stands between fields: a character, {@code tab}, or {@code auto} for what
   *     is in the first line most often
   * @param header whether the first line has the names of the columns
   * @param skipped how many lines before it are passed over
   * @param decimal the point of numbers
   */
  public record Format(String delimiter, boolean header, int skipped, char decimal) {
    /** Returns the format that settings describe. */
    public static Format of(Settings s) {
      return new Format(
          s.get(DELIMITER), s.get(HEADER).equals("yes"), s.get(SKIPPED), s.get(DECIMAL).charAt(0));
    }

    /**
     * Returns the format of a file.
     *
     * @throws UsageException if it can't be one
     */
    private CsvFile.Format forFile(Path file) {
      try {
        char between =
            switch (delimiter) {
              case "auto" -> CsvFile.delimiter(file, skipped, decimal);
              case "tab" -> '\t';
              default -> delimiter.charAt(0);
            };
        CsvFile.Format format = CsvFile.Format.of(between).skipping(skipped).decimal(decimal);
        return header ? format : format.withoutHeader();
      } catch (IllegalArgumentException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      }
    }

    /**
     * Reads new rows to predict.
     *
     * @throws DataException as {@link CsvFile#readGood} does
     */
    public CsvFile.Good read(Path file) {
      if (!Files.isRegularFile(file)) {
        throw new DataException(
            Files.exists(file)
                ? file + ": is not a file; give one with a table, such as rows.csv"
                : file + ": does not exist; is the path right?");
      }
      return CsvFile.readGood(file, forFile(file));
    }
  }

  private static final Setting<String> TARGET =
      Setting.text("target", "the column that is predicted");
  private static final Setting<String> TASK =
      Setting.choice(
          "task", "what the target is", Stream.of(Task.values()).map(Task::toString).toList());
  private static final Setting<String> CATEGORIES =
      Setting.text("categories", "columns of numbers that are categories, between commas");
  private static final Setting<String> IGNORED =
      Setting.text("ignore", "columns that are left out, between commas");
  private static final Setting<String> MARKERS =
      Setting.text("missing", "texts that stand for a missing value, between commas");
  private static final Setting<String> DELIMITER =
      Setting.choice(
          "delimiter", "what stands between fields", List.of("auto", ",", ";", "tab", "|"));
  private static final Setting<String> HEADER =
      Setting.choice("header", "whether the first line names the columns", List.of("yes", "no"));
  private static final Setting<Integer> SKIPPED =
      Setting.integer("skip", "lines at the beginning that are passed over", 0, 1_000_000);
  private static final Setting<String> DECIMAL =
      Setting.choice("decimal", "the point of numbers", List.of(".", ","));
  private static final Setting<Double> HELD =
      Setting.number("validation", "share held out for validation", 0.01, 0.9);
  private static final Setting<Double> TESTED =
      Setting.number("test", "share held out for test", 0.01, 0.9);
  private static final Setting<Double> UNUSABLE =
      Setting.number("broken", "share of the rows that may be unusable", 0, 1);

  /** The file of the run's folder that says how columns become numbers. */
  public static final String CODING = "columns.json";

  private static final String BROKEN = "broken-rows.txt";

  /** How many things a note names. */
  private static final int LISTED = 10;

  /** Whole numbers of so few kinds are classes, if nobody says that they are not. */
  private static final int FEW = 10;

  /** More classes than this are a mistake. */
  private static final int MOST_CLASSES = 1_000;

  /** Fewer rows of a class can't be in all three parts. */
  private static final int FEWEST = 3;

  /** Keeps copies. */
  public TableFile {
    categories = List.copyOf(categories);
    ignored = List.copyOf(ignored);
    markers = List.copyOf(markers);
  }

  /** Returns the settings that say what a table is, with their usual values. */
  public static List<Setting.Row<?>> settings() {
    return List.of(
        TARGET.always(""),
        TASK.always(Task.AUTO.toString()),
        CATEGORIES.always(""),
        IGNORED.always(""),
        MARKERS.always("NA,N/A,NaN,null,?"),
        DELIMITER.always("auto"),
        HEADER.always("yes"),
        SKIPPED.always(0),
        DECIMAL.always("."),
        HELD.always(0.15),
        TESTED.always(0.2),
        UNUSABLE.always(0.1));
  }

  /**
   * Returns the table that settings describe.
   *
   * @throws UsageException if they name no target, or hold everything out
   */
  public static TableFile of(Path file, Settings s) {
    if (s.get(TARGET).isBlank()) {
      throw new UsageException("a table needs --target COLUMN, the column that is to be predicted");
    }
    Held.check(s.get(HELD), s.get(TESTED));
    return new TableFile(
        file,
        Format.of(s),
        s.get(TARGET).strip(),
        Task.valueOf(s.get(TASK).toUpperCase(Locale.ROOT)),
        names(s.get(CATEGORIES)),
        names(s.get(IGNORED)),
        names(s.get(MARKERS)),
        s.get(HELD),
        s.get(TESTED),
        s.get(UNUSABLE));
  }

  private static List<String> names(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s*,\\s*", -1));
  }

  /** Returns the source, whose parts follow from a seed, classes in proportion. */
  public OwnSource source(long seed) {
    return OwnSource.of("table", file, () -> read(seed));
  }

  private OwnSource.Reading read(long seed) {
    CsvFile.Good good = format.read(file);
    CsvFile table = good.table();
    checkColumns(table);
    List<String> nothing = new ArrayList<>(List.of(""));
    nothing.addAll(markers);
    CsvTypes types = CsvTypes.of(table, nothing);
    boolean regression = isRegression(table, types.column(target));
    List<String> notes = new ArrayList<>();
    notes.add(
        "%s: %s"
            .formatted(regression ? "regression" : "classification", target(types, regression)));
    CsvSchema schema = schema(types, regression, notes).markers(nothing.toArray(String[]::new));

    List<String> problems = new ArrayList<>(good.broken());
    SortedMap<Integer, String> bad = schema.problems(table);
    bad.values().forEach(problem -> problems.add(brief(problem)));
    if (!regression) {
      rareClasses(table, bad, problems);
    }
    int rows = table.size() + good.broken().size();
    int usable = table.size() - bad.size();
    if (problems.size() > broken * rows || usable == 0) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %,d of %,d rows can't be used, more than may be broken: %s; correct or remove"
                  + " them%s",
              file,
              problems.size(),
              rows,
              some(problems, "; "),
              countedAsMissing(table)));
    }
    Map<String, Consumer<Path>> files = new LinkedHashMap<>();
    if (!problems.isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%,d of %,d rows can't be used and are left out: %s%s",
              problems.size(),
              rows,
              some(problems, "; "),
              countedAsMissing(table)));
      byte[] all = String.join("\n", problems).getBytes(StandardCharsets.UTF_8);
      files.put(BROKEN, file -> AtomicFile.write(file, all));
    }
    CsvFile kept =
        table.select(
            IntStream.range(0, table.size()).filter(row -> !bad.containsKey(row)).toArray());
    CsvSplit parts =
        regression
            ? CsvSplit.random(kept, validation, test, seed)
            : CsvSplit.stratified(kept, target, validation, test, seed);
    CsvEncoder encoder = schema.fit(parts);
    files.put(CODING, encoder::save);
    notes.add(String.format(Locale.ROOT, "features of a row: %,d", encoder.featureNames().size()));
    return new OwnSource.Reading(encoder.encode(parts), notes, files);
  }

  private void checkColumns(CsvFile table) {
    List<String> wanted = new ArrayList<>(List.of(target));
    wanted.addAll(categories);
    wanted.addAll(ignored);
    for (String name : wanted) {
      if (!table.columns().contains(name)) {
        boolean one = table.columns().size() == 1;
        throw new DataException(
            "%s: there is no column '%s'%s; there %s %s%s"
                .formatted(
                    file,
                    name,
                    one ? "" : Names.didYouMean(name, table.columns()),
                    one ? "is only" : "are",
                    some(table.columns(), ", "),
                    one ? "; is the delimiter right? see --delimiter" : ""));
      }
    }
    if (ignored.contains(target) || table.columns().size() - ignored.size() < 2) {
      throw new DataException(
          "%s: there must be the target '%s' and a column to predict it from; leave fewer out"
              .formatted(file, target));
    }
  }

  private boolean isRegression(CsvFile table, CsvTypes.Column column) {
    boolean numbers = column.kind() == Kind.NUMBERS || column.kind() == Kind.ROW_NUMBERS;
    boolean regression =
        switch (task) {
          case AUTO -> numbers && (column.distinct() > FEW || !column.whole());
          case REGRESSION -> true;
          case CLASSIFICATION -> false;
        };
    if (column.kind() == Kind.EMPTY || column.distinct() < 2) {
      throw new DataException(
          "%s: the target '%s' has %s, so there is nothing to learn; choose another column%s"
              .formatted(
                  file,
                  target,
                  column.kind() == Kind.EMPTY ? "no value" : "one value only",
                  countedAsMissing(table)));
    }
    if (regression && !numbers) {
      throw new DataException(
          "%s: the target '%s' holds texts such as '%s', not numbers; take %s"
              .formatted(
                  file,
                  target,
                  table.text(0, table.columns().indexOf(target)),
                  column.otherPoint() ? otherPoint() : "--task classification"));
    }
    if (!regression && column.distinct() > Math.min(MOST_CLASSES, table.size() / 2)) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: the target '%s' has %,d different values in %,d rows, too many for classes; %s",
              file,
              target,
              column.distinct(),
              table.size(),
              numbers
                  ? "take --task regression"
                  : column.otherPoint() ? "take " + otherPoint() : "choose another column"));
    }
    return regression;
  }

  /** Returns the option for numbers that aren't taken for such, and what it is for. */
  private String otherPoint() {
    boolean comma = format.decimal() == '.';
    return "--decimal %s for numbers with decimal %s"
        .formatted(comma ? ',' : '.', comma ? "commas" : "points");
  }

  /** Returns what to do if a target that counts as missing may be one: NA is Namibia, too. */
  private String countedAsMissing(CsvFile table) {
    int column = table.columns().indexOf(target);
    return IntStream.range(0, table.size())
        .mapToObj(row -> table.text(row, column))
        .filter(text -> markers.stream().anyMatch(text::equalsIgnoreCase))
        .findFirst()
        .map(text -> "; if '%s' in '%s' is a value, see --missing".formatted(text, target))
        .orElse("");
  }

  private String target(CsvTypes types, boolean regression) {
    CsvTypes.Column column = types.column(target);
    if (regression) {
      return "'%s' is a number".formatted(target);
    }
    String guessed =
        task == Task.AUTO && column.whole() && column.kind() == Kind.NUMBERS
            ? " (few whole numbers; --task regression takes them as quantities)"
            : column.otherPoint() ? " (texts; or are they numbers? " + otherPoint() + ")" : "";
    return "'%s' is one of %,d classes%s".formatted(target, column.distinct(), guessed);
  }

  /** Returns what the columns mean, and says so. */
  private CsvSchema schema(CsvTypes types, boolean regression, List<String> notes) {
    Map<Kind, List<String>> kinds = new EnumMap<>(Kind.class);
    List<String> missing = new ArrayList<>();
    List<String> otherwise = new ArrayList<>();
    CsvSchema schema =
        (regression ? CsvSchema.regression(target) : CsvSchema.classification(target))
            .missing(CsvSchema.Missing.MEAN)
            .unseen(CsvSchema.Unseen.OTHER)
            .standardizing();
    for (CsvTypes.Column column : types.columns()) {
      String name = column.name();
      if (name.equals(target)) {
        continue;
      }
      boolean chosen = categories.contains(name);
      Kind kind = chosen ? Kind.CATEGORIES : column.kind();
      if (!ignored.contains(name)) {
        kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(name);
        if (column.otherPoint() && !chosen) {
          otherwise.add(name);
        }
        if (column.missing() > 0 && kind != Kind.EMPTY && kind != Kind.NAMES) {
          missing.add(String.format(Locale.ROOT, "%s %,d", name, column.missing()));
        }
      }
      schema =
          ignored.contains(name)
              ? schema.ignoring(name)
              : switch (kind) {
                case NUMBERS -> schema;
                case DATES -> schema.dates(name);
                // That a category is missing says something, too.
                case CATEGORIES -> schema.oneHot(name).markersIn(name);
                case NAMES, ROW_NUMBERS, CONSTANT, EMPTY -> schema.ignoring(name);
              };
    }
    note(notes, "numbers", names(kinds, Kind.NUMBERS));
    note(notes, "dates", names(kinds, Kind.DATES));
    note(notes, "categories", names(kinds, Kind.CATEGORIES));
    note(notes, "left out, since nearly every row has a text of its own", names(kinds, Kind.NAMES));
    note(notes, "left out, since they count the rows", names(kinds, Kind.ROW_NUMBERS));
    note(notes, "left out, since they are the same in all rows", names(kinds, Kind.CONSTANT));
    note(notes, "left out, since they are empty", names(kinds, Kind.EMPTY));
    note(notes, "texts, unless you take " + otherPoint(), otherwise);
    note(
        notes, "missing values, for which the mean stands in, or a category of their own", missing);
    if (Stream.of(Kind.NUMBERS, Kind.DATES, Kind.CATEGORIES).noneMatch(kinds::containsKey)) {
      throw new DataException(
          "%s: no column is left to predict '%s' from: %s"
              .formatted(file, target, String.join("; ", notes)));
    }
    return schema;
  }

  private static List<String> names(Map<Kind, List<String>> kinds, Kind kind) {
    return kinds.getOrDefault(kind, List.of());
  }

  private static void note(List<String> notes, String what, List<String> names) {
    if (!names.isEmpty()) {
      notes.add("%s: %s".formatted(what, some(names, ", ")));
    }
  }

  /** Finds the rows of classes that are too rare to be learned and tested. */
  private void rareClasses(CsvFile table, SortedMap<Integer, String> bad, List<String> problems) {
    int column = table.columns().indexOf(target);
    Map<String, List<Integer>> rows = new LinkedHashMap<>();
    for (int row = 0; row < table.size(); row++) {
      if (!bad.containsKey(row)) {
        rows.computeIfAbsent(table.text(row, column), c -> new ArrayList<>()).add(row);
      }
    }
    rows.forEach((name, of) -> {
      if (of.size() < FEWEST) {
        String problem =
            "line %d: '%s' has the class '%s', of which there are fewer than %d rows"
                .formatted(table.line(of.getFirst()), target, name, FEWEST);
        of.forEach(row -> bad.put(row, problem));
        of.forEach(row -> problems.add(problem));
      }
    });
  }

  /** Returns a message about a row without the file and the advice. */
  private String brief(String problem) {
    String within = problem.replace(file + ": ", "");
    int advice = within.indexOf(';');
    return advice < 0 ? within : within.substring(0, advice);
  }

  private static String some(List<String> all, String between) {
    String first = String.join(between, all.subList(0, Math.min(LISTED, all.size())));
    return all.size() > LISTED
        ? String.format(Locale.ROOT, "%s%sand %,d more", first, between, all.size() - LISTED)
        : first;
  }
}
