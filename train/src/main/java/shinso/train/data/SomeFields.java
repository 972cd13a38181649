package shinso.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import shinso.core.tensor.Tensor;

/** The examples of another data set with some of their fields, in some order. */
final class SomeFields implements Dataset {
  private final Dataset all;
  private final int[] chosen;

  SomeFields(Dataset all, int[] chosen) {
    this.all = all;
    this.chosen = chosen.clone();
    if (chosen.length == 0) {
      throw new IllegalArgumentException("fields: an example has at least one field");
    }
  }

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public List<Field> fields() {
    return pick(all.fields());
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    return pick(all.batch(indices));
  }

  private <T> List<T> pick(List<T> from) {
    return Arrays.stream(chosen)
        .mapToObj(i -> from.get(Objects.checkIndex(i, from.size())))
        .toList();
  }

  @Override
  public List<String> classNames() {
    return hasLabels() ? all.classNames() : List.of();
  }

  @Override
  public String description() {
    return fields().stream()
        .map(Field::name)
        .collect(Collectors.joining(", ", "", " of " + all.description()));
  }
}
