package shinso.train.data.text;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;

/**
 * A long sequence of tokens cut for truncated back-propagation through time. The sequence is cut
 * into as many streams as a batch has rows, and each stream into windows; batches in the order of
 * the data, {@code Batches.inOrder(windows, windows.streams())}, have the window of each stream
 * that follows its window in the batch before. What doesn't fill a window of all streams at the end
 * is left out.
 *
 * <pre>
 *            batch 0    batch 1    batch 2
 * stream 0   a b c d    e f g h    i j k l
 * stream 1   m n o p    q r s t    u v w x
 * </pre>
 *
 * <p>The fields of a window are its tokens, I32 {@code [steps]}, whether it goes on where a window
 * before it ended, F32 {@code []} of 1 or 0, and the tokens to be predicted, those one step on, I32
 * {@code [steps]}. Immutable.
 */
public final class TextWindows implements Dataset {
  private final String description;
  private final int count;
  private final Supplier<int[]> source;
  private final int streams;
  private final int steps;
  private final int windows;
  private int @Nullable [] tokens;

  private TextWindows(
      String description, int count, Supplier<int[]> source, int streams, int steps) {
    this.description = description;
    this.count = count;
    this.source = source;
    this.streams = streams;
    this.steps = steps;
    this.windows = (count - 1) / streams / steps;
  }

  /**
   * Returns windows of tokens. Of a short text there are fewer streams, and if need be shorter
   * windows, than are asked for.
   *
   * @param streams how many windows stand in a batch, at most
   * @param steps how many tokens a window has, at most
   * @throws DataException if there are less than two tokens
   * @throws IllegalArgumentException if there are no streams or no steps
   */
  public static TextWindows of(String description, int[] tokens, int streams, int steps) {
    int[] copy = tokens.clone();
    return of(description, copy.length, () -> copy, streams, steps);
  }

  /**
   * Returns windows of tokens whose number is known and which are asked for when a window is.
   *
   * @param count how many tokens there are
   * @param tokens is asked once
   * @throws DataException if there are less than two tokens
   * @throws IllegalArgumentException if there are no streams or no steps
   */
  public static TextWindows of(
      String description, int count, Supplier<int[]> tokens, int streams, int steps) {
    if (streams < 1 || steps < 1) {
      throw new IllegalArgumentException(
          "at least one stream and one step, not %d and %d".formatted(streams, steps));
    }
    int pairs = count - 1;
    if (pairs < 1) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: there is nothing to predict in a text of length %,d; give a longer one",
              description,
              count));
    }
    int length = Math.min(steps, pairs);
    int rows = Math.min(streams, pairs / length);
    return new TextWindows(description, count, tokens, rows, length);
  }

  /** Returns how many streams there are: the size of a batch. */
  public int streams() {
    return streams;
  }

  /** Returns how many tokens a window has. */
  public int steps() {
    return steps;
  }

  private synchronized int[] tokens() {
    int[] known = tokens;
    if (known == null) {
      known = source.get();
      if (known.length != count) {
        throw new IllegalStateException(
            "%s: there are %d tokens, but %d were announced"
                .formatted(description, known.length, count));
      }
      tokens = known;
    }
    return known;
  }

  @Override
  public int size() {
    return windows * streams;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        new Field("tokens", Shape.of(steps), DType.I32),
        new Field("goes on", Shape.SCALAR, DType.F32),
        new Field("next tokens", Shape.of(steps), DType.I32));
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    int[] given = new int[indices.length * steps];
    int[] next = new int[indices.length * steps];
    float[] goesOn = new float[indices.length];
    int[] all = tokens();
    int streamLength = (count - 1) / streams;
    for (int b = 0; b < indices.length; b++) {
      Objects.checkIndex(indices[b], size());
      int window = indices[b] / streams;
      int from = indices[b] % streams * streamLength + window * steps;
      System.arraycopy(all, from, given, b * steps, steps);
      System.arraycopy(all, from + 1, next, b * steps, steps);
      goesOn[b] = window == 0 ? 0 : 1;
    }
    Shape shape = Shape.of(indices.length, steps);
    return List.of(
        Tensor.owning(given, shape),
        Tensor.owning(goesOn, Shape.of(indices.length)),
        Tensor.owning(next, shape));
  }

  @Override
  public String description() {
    return description;
  }
}
