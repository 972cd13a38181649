package shinso.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A number of examples with the same fields. Inputs are the first fields; a class label or target
 * is the last one.
 *
 * <p>Implementations are immutable and safe for use by several threads.
 */
public interface Dataset {
  /** The examples read at once where a whole data set is walked over. */
  int CHUNK = 512;

  /**
   * One field of an example.
   *
   * @param shape the shape in one example, without the axis of the batch
   */
  record Field(String name, Shape shape, DType dtype) {}

  /** Returns the number of examples. */
  int size();

  /** Returns the fields of an example, in the order of the tensors of a batch. */
  List<Field> fields();

  /**
   * Returns examples as one tensor a field, {@code [indices.length, ..field shape]}.
   *
   * @throws IndexOutOfBoundsException if an index is not in 0 to {@code size() - 1}
   */
  List<Tensor> batch(int[] indices);

  /** Returns the names of the classes, the label being the position; empty without classes. */
  default List<String> classNames() {
    return List.of();
  }

  /** Returns what this is and where it came from, in one line. */
  String description();

  /** Returns whether the last field is a class label: an I32 scalar. */
  default boolean hasLabels() {
    Field last = fields().getLast();
    return last.dtype() == DType.I32 && last.shape().rank() == 0;
  }

  /**
   * Returns the class labels of all examples.
   *
   * @throws DataException if there are none
   */
  default int[] labels() {
    checkHasLabels(this);
    int[] labels = new int[size()];
    for (int from = 0; from < size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, size());
      int[] part = batch(IntStream.range(from, to).toArray()).getLast().toIntArray();
      System.arraycopy(part, 0, labels, from, part.length);
    }
    return labels;
  }

  /** Returns the positions of all examples. */
  default int[] all() {
    return IntStream.range(0, size()).toArray();
  }

  /** Returns all examples as one batch: a tensor {@code [n, ...]} for each field. */
  default List<Tensor> whole() {
    return batch(all());
  }

  /** Returns the mean of the first field over all examples, summed in double: its shape. */
  default Tensor mean() {
    Field field = fields().getFirst();
    double[] sum = new double[field.shape().size()];
    for (int from = 0; from < size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, size());
      float[] part = batch(IntStream.range(from, to).toArray()).getFirst().toFloatArray();
      for (int i = 0; i < part.length; i++) {
        sum[i % sum.length] += part[i];
      }
    }
    return Tensor.of(Arrays.stream(sum).map(x -> x / size()).toArray(), sum.length)
        .cast(DType.F32)
        .reshape(field.shape())
        .evaluate();
  }

  /**
   * Returns how many examples each class has.
   *
   * @throws DataException if there are no class labels
   */
  default int[] labelCounts() {
    int[] labels = labels();
    int classes = Math.max(classNames().size(), Arrays.stream(labels).max().orElse(-1) + 1);
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * Returns the examples at these positions, in this order.
   *
   * @throws IndexOutOfBoundsException if an index is not in 0 to {@code size() - 1}
   */
  default Dataset subset(int[] indices) {
    return new Subset(this, indices);
  }

  /**
   * Returns the examples with some of their fields only, such as {@code fields(0)} for an
   * auto-encoder, whose target is the input.
   *
   * @param chosen their positions, in the order of the new ones
   * @throws IllegalArgumentException if there are none
   */
  default Dataset fields(int... chosen) {
    return new SomeFields(this, chosen);
  }

  /**
   * Returns as many examples as there are, drawn with replacement: a bootstrap sample, in which a
   * share of about 1 − 1/e of the examples occurs.
   *
   * <p>Source: Breiman, "Bagging predictors" (1996).
   */
  default Dataset bootstrap(Rng rng) {
    RandomGenerator random = rng.generator();
    int n = size();
    // The high half of a product, as in a shuffle: nextInt(bound) may change with the JDK.
    return subset(
        IntStream.range(0, n)
            .map(i -> (int) Math.unsignedMultiplyHigh(random.nextLong(), n))
            .toArray());
  }

  /** Returns the first {@code count} examples, or all if there are fewer. */
  default Dataset limit(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("limit: the number of examples is negative: " + count);
    }
    return count >= size() ? this : subset(IntStream.range(0, count).toArray());
  }

  /**
   * Returns every n-th example, the first among them: a smaller set of the same kind where the
   * examples stand in some order.
   *
   * @throws IllegalArgumentException if n is less than 1
   */
  default Dataset every(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("every: the distance of examples is at least 1, not " + n);
    }
    return subset(IntStream.iterate(0, i -> i < size(), i -> i + n).toArray());
  }

  /**
   * Returns the examples of several data sets, one set after the other.
   *
   * @throws IllegalArgumentException if there are none, or their fields or classes differ
   */
  static Dataset concat(List<Dataset> parts) {
    return parts.size() == 1 ? parts.getFirst() : new Concat(parts);
  }

  /**
   * Fails if there are no class labels.
   *
   * @throws DataException that names the data set
   */
  private static void checkHasLabels(Dataset data) {
    if (!data.hasLabels()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: there are no class labels: the last field, '%s', is %s%s",
              data.description(),
              data.fields().getLast().name(),
              data.fields().getLast().dtype(),
              data.fields().getLast().shape()));
    }
  }
}
