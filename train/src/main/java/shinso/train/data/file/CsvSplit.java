package shinso.train.data.file;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;

/**
 * The rows of a table shared out before anything is learned from them: {@link CsvSchema#fit} sees
 * the training part only, so that no category, mean or deviation comes from rows that a model is
 * measured on.
 *
 * @param train what encoders and parameters are fitted to
 * @param validation what decides when to stop and which model is best; may be empty
 * @param test what the reported numbers come from; may be empty
 */
public record CsvSplit(CsvFile train, CsvFile validation, CsvFile test) {
  /**
   * Requires a training part.
   *
   * @throws DataException if it is empty
   */
  public CsvSplit {
    if (train.size() == 0) {
      throw new DataException(
          train.name() + ": no row is left for training; take smaller parts for the rest");
    }
  }

  /** Returns a table for training and another for test. */
  public static CsvSplit of(CsvFile train, CsvFile test) {
    return new CsvSplit(train, none(train), test);
  }

  /**
   * Returns all of a table as the training part: nothing is left that a model can be measured on.
   */
  public static CsvSplit whole(CsvFile table) {
    return new CsvSplit(table, none(table), none(table));
  }

  /**
   * Returns random parts, which depend on the seed only. Within a part the rows keep their order.
   *
   * @param validation the fraction for validation, 0 to 1
   * @param test the fraction for test, 0 to 1
   * @throws IllegalArgumentException if the fractions are negative or add up to more than 1
   * @throws DataException if nothing is left for training
   */
  public static CsvSplit random(CsvFile table, double validation, double test, long seed) {
    Dataset numbers = InMemoryDataset.of(table.name(), List.of(rowNumbers(table)));
    return parts(table, Split.random(numbers, validation, test, seed));
  }

  /**
   * Returns random parts that have the texts of a column, such as classes, in the same proportion.
   *
   * @throws IllegalArgumentException if the fractions are negative or add up to more than 1
   * @throws DataException if there is no such column, or nothing is left for training
   */
  public static CsvSplit stratified(
      CsvFile table, String column, double validation, double test, long seed) {
    CsvFile.Cells cells = table.cells(column);
    String[] texts = IntStream.range(0, table.size()).mapToObj(cells::text).toArray(String[]::new);
    List<String> classes = CsvSchema.ordered(new HashSet<>(Arrays.asList(texts)));
    int[] labels = new int[texts.length];
    Map<String, Integer> positions = ColumnCode.positions(classes);
    Arrays.setAll(labels, i -> positions.getOrDefault(texts[i], 0));
    Dataset numbers =
        InMemoryDataset.of(
            table.name(),
            List.of(rowNumbers(table), Column.labels("class", labels, classes.size())),
            classes);
    return parts(table, Split.stratified(numbers, validation, test, seed));
  }

  /**
   * Returns the first rows for training, the next for validation and the last for test: for rows in
   * the order of time, where a model is to know nothing of the future.
   *
   * @throws IllegalArgumentException if the fractions are negative or add up to more than 1
   * @throws DataException if nothing is left for training
   */
  public static CsvSplit inOrder(CsvFile table, double validation, double test) {
    CsvSplit sizes = random(table, validation, test, 0);
    int first = sizes.train.size();
    int second = first + sizes.validation.size();
    return new CsvSplit(
        range(table, 0, first), range(table, first, second), range(table, second, table.size()));
  }

  private static CsvFile none(CsvFile table) {
    return range(table, 0, 0);
  }

  private static CsvFile range(CsvFile table, int from, int to) {
    return table.select(IntStream.range(from, to).toArray());
  }

  private static Column rowNumbers(CsvFile table) {
    return Column.integers("row", Shape.SCALAR, IntStream.range(0, table.size()).toArray());
  }

  private static CsvSplit parts(CsvFile table, Split numbers) {
    return new CsvSplit(
        part(table, numbers.train()),
        part(table, numbers.validation()),
        part(table, numbers.test()));
  }

  private static CsvFile part(CsvFile table, Dataset numbers) {
    int[] all = IntStream.range(0, numbers.size()).toArray();
    return numbers.size() == 0
        ? none(table)
        : table.select(numbers.batch(all).getFirst().toIntArray());
  }
}
