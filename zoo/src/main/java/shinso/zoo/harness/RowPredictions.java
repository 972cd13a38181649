package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.RegressionReport;
import shinso.nn.model.Classifier;
import shinso.nn.model.Regressor;
import shinso.train.data.DataException;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.file.CsvEncoder;
import shinso.train.data.file.CsvFile;
import shinso.train.file.FileException;

/**
 * What a model says about the rows of a table.
 *
 * @param columns those of the table; then {@code predicted …} and, for classes, {@code p(…)} of
 *     each
 * @param rows the table's rows with predictions behind them, which are empty where there are none
 * @param problems what is wrong with each row that has no prediction, or isn't there at all
 * @param notes what else there is to say: new categories, and how often predictions are right where
 *     the table says what is
 */
public record RowPredictions(
    List<String> columns, List<List<String>> rows, List<String> problems, List<String> notes) {
  private static final int CHUNK = 1_000;

  /** How many categories a note names. */
  private static final int LISTED = 5;

  /** Keeps copies. */
  public RowPredictions {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /**
   * Predicts the rows of a file with the model of a run on a table.
   *
   * @throws UsageException if the run was not on a table
   * @throws DataException if the file is missing or damaged, lacks columns, or has no row that can
   *     be predicted, or the model's answer is no number
   */
  public static RowPredictions of(RecipeRun run, Path file) {
    CsvEncoder encoder = encoder(run);
    TableFile.Format format = TableFile.Format.of(run.setup().settings());
    CsvFile.Good good = format.read(file);
    CsvFile table = good.table();
    List<String> lacking =
        encoder.columns().stream().filter(c -> !table.columns().contains(c)).toList();
    if (!lacking.isEmpty()) {
      throw new DataException(
          "%s: lacks %s '%s', which the model was trained with; it has '%s'"
              .formatted(
                  file,
                  lacking.size() == 1 ? "the column" : "the columns",
                  String.join("', '", lacking),
                  String.join("', '", table.columns())));
    }
    SortedMap<Integer, String> bad = encoder.problems(table);
    List<String> problems = new ArrayList<>();
    good.broken().forEach(problem -> problems.add(file + ": " + problem));
    problems.addAll(bad.values());
    int[] usable = IntStream.range(0, table.size()).filter(r -> !bad.containsKey(r)).toArray();
    if (usable.length == 0) {
      throw new DataException(
          "%s: none of its rows can be predicted: %s".formatted(file, problems.getFirst()));
    }
    List<String> notes = new ArrayList<>();
    encoder
        .unseen(table)
        .forEach((column, categories) -> {
          List<String> first = categories.stream().limit(LISTED).toList();
          notes.add(
              "%s: column '%s': the model has not been trained with '%s'%s, and takes it for none of the categories"
                  .formatted(
                      file,
                      column,
                      String.join("', '", first),
                      categories.size() > LISTED
                          ? " and %d more".formatted(categories.size() - LISTED)
                          : ""));
        });
    boolean classes = !encoder.classNames().isEmpty();
    Predicted predicted = classes ? classes(run, encoder) : numbers(run);
    InMemoryDataset inputs = encoder.encodeFeatures(table.select(usable));
    List<List<String>> answers = new ArrayList<>();
    for (int from = 0; from < usable.length; from += CHUNK) {
      int to = Math.min(from + CHUNK, usable.length);
      Tensor x = inputs.batch(IntStream.range(from, to).toArray()).getFirst();
      answers.addAll(predicted.of(run, x));
    }

    String target = encoder.targets().getFirst();
    List<String> columns = new ArrayList<>(table.columns());
    columns.add("predicted " + target);
    encoder.classNames().forEach(name -> columns.add("p(" + name + ")"));
    List<List<String>> rows = new ArrayList<>();
    List<String> none = Collections.nCopies(columns.size() - table.columns().size(), "");
    int next = 0;
    for (int row = 0; row < table.size(); row++) {
      List<String> cells = new ArrayList<>(table.row(row));
      cells.addAll(bad.containsKey(row) ? none : answers.get(next++));
      rows.add(cells);
    }
    String right = comparison(table, format.decimal(), target, usable, answers, classes);
    if (right != null) {
      notes.add(file + ": " + right);
    }
    return new RowPredictions(columns, rows, problems, notes);
  }

  private static CsvEncoder encoder(RecipeRun run) {
    try {
      return CsvEncoder.load(run.dataFile(TableFile.CODING));
    } catch (FileException e) {
      throw e.orElse("put it back, or train again: shinso runs repeat " + run.folder().path());
    }
  }

  private interface Predicted {
    /** Returns the cells of each row. */
    List<List<String>> of(RecipeRun run, Tensor x);
  }

  private static Predicted classes(RecipeRun opened, CsvEncoder encoder) {
    Classifier model = opened.model(Classifier.class, "tell classes apart");
    List<String> names = encoder.classNames();
    return (run, x) -> {
      double[] p = model.logits(x).softmax(-1).toDoubleArray();
      Prediction.checkNumbers(run.folder().path(), p);
      List<List<String>> rows = new ArrayList<>();
      for (int from = 0; from < p.length; from += names.size()) {
        int best = from;
        List<String> cells = new ArrayList<>();
        for (int i = from; i < from + names.size(); i++) {
          best = p[i] > p[best] ? i : best;
          cells.add(String.format(Locale.ROOT, "%.4f", p[i]));
        }
        cells.addFirst(names.get(best - from));
        rows.add(cells);
      }
      return rows;
    };
  }

  private static Predicted numbers(RecipeRun opened) {
    Regressor model = opened.model(Regressor.class, "predict numbers");
    return (run, x) -> {
      Tensor y = model.predict(x).evaluate();
      Prediction.checkNumbers(run.folder().path(), y.toDoubleArray());
      List<List<String>> rows = new ArrayList<>();
      for (float value : y.toFloatArray()) {
        rows.add(List.of(Float.toString(value)));
      }
      return rows;
    };
  }

  /** Returns how right the predictions are, null if the table doesn't say what is. */
  private static @Nullable String comparison(
      CsvFile table,
      char decimal,
      String target,
      int[] usable,
      List<List<String>> answers,
      boolean classes) {
    int column = table.columns().indexOf(target);
    if (column < 0) {
      return null;
    }
    int[] known =
        IntStream.range(0, usable.length)
            .filter(i -> !table.text(usable[i], column).isEmpty())
            .toArray();
    if (known.length == 0) {
      return null;
    }
    if (classes) {
      long right =
          Arrays.stream(known)
              .filter(i -> table.text(usable[i], column).equals(answers.get(i).getFirst()))
              .count();
      return String.format(
          Locale.ROOT,
          "'%s' is given in %,d rows, of which %.1f %% are predicted rightly",
          target,
          known.length,
          100.0 * right / known.length);
    }
    double[] truth = new double[known.length];
    double[] guess = new double[known.length];
    try {
      for (int i = 0; i < known.length; i++) {
        truth[i] = Double.parseDouble(table.text(usable[known[i]], column).replace(decimal, '.'));
        guess[i] = Double.parseDouble(answers.get(known[i]).getFirst());
      }
    } catch (NumberFormatException e) {
      // A column of that name with something else in it is no truth.
      return null;
    }
    RegressionReport report =
        RegressionReport.of(
            RegressionReport.sums(Tensor.of(guess, guess.length), Tensor.of(truth, truth.length)));
    return String.format(
        Locale.ROOT,
        "'%s' is given in %,d rows; the root mean squared error is %.4g, R² %.3f",
        target,
        known.length,
        report.rmse(),
        report.rSquared());
  }
}
