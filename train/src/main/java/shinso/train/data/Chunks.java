package shinso.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Long sequences cut into chunks of a few steps, for learning that carries the state from one chunk
 * to the next, as truncated back-propagation through time does. Sequences stand one after the other
 * in several streams, which are read side by side: row i of each batch goes on where row i of the
 * batch before ended.
 *
 * <p>A batch is the chunk of each stream: the first field {@code [streams, steps, *]}; I32 {@code
 * [streams]}, how many of these steps there are, the rest being filled up; I32 {@code [streams]}, 1
 * where a sequence begins and 0 where it goes on; then the other fields. {@link #batches} gives
 * them in their order, which is the only one that makes sense. Immutable.
 */
public final class Chunks implements Dataset {
  private final String description;
  private final List<Column> columns;
  private final int steps;
  private final List<List<Chunk>> streams;
  private final int longest;

  /** Where a chunk lies in the columns. */
  private record Chunk(int from, int length, boolean starts) {
    static final Chunk NONE = new Chunk(0, 0, true);
  }

  private Chunks(
      String description, List<Column> columns, int steps, List<List<Chunk>> streams, int longest) {
    this.description = description;
    this.columns = columns;
    this.steps = steps;
    this.streams = streams;
    this.longest = longest;
  }

  /**
   * Returns sequences in chunks. Each goes to the stream that is shortest so far.
   *
   * @param columns of each field the steps of all sequences, one sequence after the other: first
   *     the input, last the target
   * @param lengths the number of steps of each sequence
   * @param streams how many are read side by side
   * @param steps the length of a chunk
   * @throws IllegalArgumentException if the lengths don't add up to the columns' sizes, or a number
   *     is below 1
   */
  public static Chunks of(
      String description, List<Column> columns, int[] lengths, int streams, int steps) {
    if (streams < 1 || steps < 1) {
      throw new IllegalArgumentException(
          "%s: at least one stream and one step, not %d and %d"
              .formatted(description, streams, steps));
    }
    int sum = Arrays.stream(lengths).reduce(0, Math::addExact);
    for (Column column : columns) {
      if (column.size() != sum) {
        throw new IllegalArgumentException(
            "%s: sequences of %d steps together, but %d values of '%s'"
                .formatted(description, sum, column.size(), column.field().name()));
      }
    }
    List<List<Chunk>> all = new ArrayList<>();
    IntStream.range(0, streams).forEach(s -> all.add(new ArrayList<>()));
    int from = 0;
    for (int length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException(description + ": a sequence of " + length + " steps");
      }
      List<Chunk> stream = all.stream().min(Comparator.comparingInt(List::size)).orElseThrow();
      for (int t = 0; t < length; t += steps) {
        stream.add(new Chunk(from + t, Math.min(steps, length - t), t == 0));
      }
      from += length;
    }
    int longest = all.stream().mapToInt(List::size).max().orElse(0);
    return new Chunks(description, List.copyOf(columns), steps, all, longest);
  }

  /** Returns the batches, from the beginning of the streams to their end in every epoch. */
  public Batches batches() {
    return Batches.inOrder(this, streams.size());
  }

  /** Returns the number of streams. */
  public int streams() {
    return streams.size();
  }

  /** Returns the number of chunks, those that a shorter stream is filled up with included. */
  @Override
  public int size() {
    return longest * streams.size();
  }

  @Override
  public List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    for (Column c : columns) {
      Shape shape = Shape.of(steps).concat(c.field().shape());
      fields.add(new Field(c.field().name(), shape, c.field().dtype()));
      if (fields.size() == 1) {
        fields.add(new Field("length", Shape.SCALAR, DType.I32));
        fields.add(new Field("starts", Shape.SCALAR, DType.I32));
      }
    }
    return fields;
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    int[] rows = new int[indices.length * steps];
    int[] lengths = new int[indices.length];
    int[] starts = new int[indices.length];
    for (int b = 0; b < indices.length; b++) {
      List<Chunk> stream = streams.get(indices[b] % streams.size());
      int position = indices[b] / streams.size();
      Chunk chunk = position < stream.size() ? stream.get(position) : Chunk.NONE;
      for (int t = 0; t < steps; t++) {
        // What it is filled up with doesn't count; the last step is as good as any.
        rows[b * steps + t] = chunk.from + Math.max(0, Math.min(t, chunk.length - 1));
      }
      lengths[b] = chunk.length;
      starts[b] = chunk.starts ? 1 : 0;
    }
    List<Tensor> batch = new ArrayList<>();
    for (Column column : columns) {
      Shape shape = Shape.of(indices.length, steps).concat(column.field().shape());
      batch.add(column.gather(rows).reshape(shape));
      if (batch.size() == 1) {
        batch.add(Tensor.owning(lengths, Shape.of(lengths.length)));
        batch.add(Tensor.owning(starts, Shape.of(starts.length)));
      }
    }
    return batch;
  }

  @Override
  public String description() {
    return description;
  }
}
