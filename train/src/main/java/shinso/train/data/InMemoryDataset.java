package shinso.train.data;

import java.util.List;
import java.util.stream.Collectors;
import shinso.core.tensor.Tensor;

/** A data set whose fields are arrays in memory. */
public final class InMemoryDataset implements Dataset {
  private final String description;
  private final List<Column> columns;
  private final List<String> classNames;

  private InMemoryDataset(String description, List<Column> columns, List<String> classNames) {
    this.description = description;
    this.columns = columns;
    this.classNames = classNames;
  }

  /**
   * Returns a data set without classes.
   *
   * @throws IllegalArgumentException if there are no columns or their numbers of examples differ
   */
  public static InMemoryDataset of(String description, List<Column> columns) {
    return of(description, columns, List.of());
  }

  /**
   * Returns a data set; with class names, the last column holds the labels.
   *
   * @throws IllegalArgumentException if there are no columns, their numbers of examples differ, or
   *     there are class names but no labels
   */
  public static InMemoryDataset of(
      String description, List<Column> columns, List<String> classNames) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException(description + ": a data set needs at least one column");
    }
    if (columns.stream().mapToInt(Column::size).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "%s: the columns have different numbers of examples: %s"
              .formatted(
                  description,
                  columns.stream()
                      .map(c -> c.field().name() + " " + c.size())
                      .collect(Collectors.joining(", "))));
    }
    InMemoryDataset data =
        new InMemoryDataset(description, List.copyOf(columns), List.copyOf(classNames));
    if (!classNames.isEmpty() && !data.hasLabels()) {
      throw new IllegalArgumentException(
          description + ": there are class names, but the last column holds no labels");
    }
    return data;
  }

  @Override
  public int size() {
    return columns.getFirst().size();
  }

  @Override
  public List<Field> fields() {
    return columns.stream().map(Column::field).toList();
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    return columns.stream().map(column -> column.gather(indices)).toList();
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int[] labels() {
    return hasLabels() && columns.getLast() instanceof Column.Integers labels
        ? labels.values()
        : Dataset.super.labels();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public String toString() {
    return description;
  }
}
