package shinso.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Sequences of different lengths. A batch is filled up with zeros to the length of its bucket, and
 * has the true lengths as its second field: {@code [b, time, features]}, I32 {@code [b]}, then what
 * belongs to each sequence, such as a label. Immutable.
 */
public final class Sequences implements Bucketed {
  private final String description;
  private final List<float[]> values;
  private final int features;
  private final List<Column> further;
  private final List<String> classNames;
  private final int[] bounds;

  private Sequences(
      String description,
      List<float[]> values,
      int features,
      List<Column> further,
      List<String> classNames,
      int[] bounds) {
    this.description = description;
    this.values = values;
    this.features = features;
    this.further = further;
    this.classNames = classNames;
    this.bounds = bounds;
  }

  /**
   * Returns sequences in one bucket.
   *
   * @param values of each sequence its steps one after the other, {@code [time, features]}
   * @param further what belongs to each sequence as a whole; with class names the last is the label
   * @throws IllegalArgumentException if a length is not a multiple of the number of features, or
   *     the columns have other numbers of examples
   */
  public static Sequences of(
      String description,
      List<float[]> values,
      int features,
      List<Column> further,
      List<String> classNames) {
    for (int i = 0; i < values.size(); i++) {
      if (features < 1 || values.get(i).length % features != 0) {
        throw new IllegalArgumentException(
            "%s: sequence %d has %d values, no multiple of %d features"
                .formatted(description, i, values.get(i).length, features));
      }
    }
    for (Column column : further) {
      if (column.size() != values.size()) {
        throw new IllegalArgumentException(
            "%s: there are %d sequences, but %d values of '%s'"
                .formatted(description, values.size(), column.size(), column.field().name()));
      }
    }
    int longest = values.stream().mapToInt(v -> v.length / features).max().orElse(0);
    return new Sequences(
        description,
        List.copyOf(values),
        features,
        List.copyOf(further),
        List.copyOf(classNames),
        new int[] {longest});
  }

  /**
   * Returns this with buckets up to these lengths, and one up to the longest sequence.
   *
   * @throws IllegalArgumentException if they don't ascend from 1
   */
  public Sequences upTo(int... lengths) {
    int longest = bounds[bounds.length - 1];
    int[] all =
        IntStream.concat(Arrays.stream(lengths).filter(l -> l < longest), IntStream.of(longest))
            .toArray();
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 1 || (i > 0 && lengths[i] <= lengths[i - 1])) {
        throw new IllegalArgumentException(
            "the lengths of buckets ascend from 1, not " + Arrays.toString(lengths));
      }
    }
    return new Sequences(description, values, features, further, classNames, all);
  }

  /**
   * Returns this with a last bucket that has room for so many steps, as the parts of one split have
   * the same shape.
   *
   * @throws IllegalArgumentException if a sequence is longer
   */
  public Sequences withRoomFor(int steps) {
    if (steps < longest()) {
      throw new IllegalArgumentException(
          "%s: a sequence has %d steps, for which there is no room in %d"
              .formatted(description, longest(), steps));
    }
    int[] all = bounds.clone();
    all[all.length - 1] = steps;
    return new Sequences(description, values, features, further, classNames, all);
  }

  /**
   * Returns sequences cut into pieces, whose steps are predicted once each. A piece begins with
   * steps that are context only, those before the ones that are predicted from them; its last
   * field, I32 {@code from}, is the first step to be predicted. The first step of a sequence is
   * predicted by none.
   *
   * @param sequences whose first fields are a sequence and its length
   * @param steps how many steps of a piece are predicted, at most
   * @param context how many steps of context a piece has, where there are so many
   * @throws IllegalArgumentException if there are no steps or there is no context
   */
  public static Sequences pieces(Dataset sequences, int steps, int context) {
    if (steps < 1 || context < 1) {
      throw new IllegalArgumentException(
          "a piece has at least one step to be predicted and one before it, not %d and %d"
              .formatted(steps, context));
    }
    int features = sequences.fields().getFirst().shape().dim(1);
    List<float[]> values = new ArrayList<>();
    List<Integer> firsts = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      List<Tensor> one = sequences.batch(new int[] {i});
      float[] all = one.get(0).toFloatArray();
      int length = one.get(1).toIntArray()[0];
      for (int first = 1; first < length; first += steps) {
        int from = Math.max(0, first - context);
        int to = Math.min(length, first + steps);
        values.add(Arrays.copyOfRange(all, from * features, to * features));
        firsts.add(first - from);
      }
    }
    int[] from = firsts.stream().mapToInt(Integer::intValue).toArray();
    return of(
        sequences.description(),
        values,
        features,
        List.of(Column.integers("from", Shape.SCALAR, from)),
        List.of());
  }

  /** Returns the length of the longest sequence, 0 if there are none. */
  public int longest() {
    return IntStream.range(0, size()).map(this::length).max().orElse(0);
  }

  /** Returns the length of a sequence. */
  public int length(int example) {
    return values.get(example).length / features;
  }

  /** Returns the position of the smallest bucket that holds so many steps. */
  private int bucket(int length) {
    int at = Arrays.binarySearch(bounds, length);
    return at >= 0 ? at : -at - 1;
  }

  @Override
  public List<int[]> buckets() {
    return IntStream.range(0, bounds.length)
        .mapToObj(b -> IntStream.range(0, size()).filter(i -> bucket(length(i)) == b).toArray())
        .filter(members -> members.length > 0)
        .toList();
  }

  @Override
  public int size() {
    return values.size();
  }

  /** Returns the fields; the first has the shape of the longest bucket. */
  @Override
  public List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("sequence", Shape.of(bounds[bounds.length - 1], features), DType.F32));
    fields.add(new Field("length", Shape.SCALAR, DType.I32));
    further.forEach(column -> fields.add(column.field()));
    return fields;
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    int longest = Arrays.stream(indices).map(this::length).max().orElse(0);
    int time = bounds[bucket(longest)];
    float[] padded = new float[indices.length * time * features];
    int[] lengths = new int[indices.length];
    for (int b = 0; b < indices.length; b++) {
      float[] sequence = values.get(indices[b]);
      System.arraycopy(sequence, 0, padded, b * time * features, sequence.length);
      lengths[b] = length(indices[b]);
    }
    List<Tensor> batch = new ArrayList<>();
    batch.add(Tensor.owning(padded, Shape.of(indices.length, time, features)));
    batch.add(Tensor.owning(lengths, Shape.of(indices.length)));
    further.forEach(column -> batch.add(column.gather(indices)));
    return batch;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public String description() {
    return description;
  }
}
