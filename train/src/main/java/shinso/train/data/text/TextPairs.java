package shinso.train.data.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;
import shinso.train.data.Split;

/**
 * Texts that belong together, such as a sentence and its translation. As tensors they are their
 * Unicode code points, filled up with −1: I32 {@code [b, longest]} for the source and the target.
 * Immutable.
 */
public final class TextPairs implements Dataset {
  private static final int NOTHING = -1;

  private final String description;
  private final List<Pair> pairs;
  private final int longestSource;
  private final int longestTarget;

  /**
   * Two texts that belong together.
   *
   * @param source what is read
   * @param target what is to be written
   */
  public record Pair(String source, String target) {}

  private TextPairs(String description, List<Pair> pairs, int longestSource, int longestTarget) {
    this.description = description;
    this.pairs = List.copyOf(pairs);
    this.longestSource = longestSource;
    this.longestTarget = longestTarget;
  }

  /** Returns a data set of pairs. */
  public static TextPairs of(String description, List<Pair> pairs) {
    int source = pairs.stream().mapToInt(p -> length(p.source)).max().orElse(1);
    int target = pairs.stream().mapToInt(p -> length(p.target)).max().orElse(1);
    return new TextPairs(description, pairs, source, target);
  }

  /** Returns a data set of pairs in three parts. */
  public static Split split(
      String description, List<Pair> train, List<Pair> validation, List<Pair> test) {
    int source = 1;
    int target = 1;
    for (List<Pair> part : List.of(train, validation, test)) {
      for (Pair pair : part) {
        source = Math.max(source, length(pair.source));
        target = Math.max(target, length(pair.target));
      }
    }
    return new Split(
        new TextPairs(description + ", training", train, source, target),
        new TextPairs(description + ", validation", validation, source, target),
        new TextPairs(description + ", test", test, source, target));
  }

  /**
   * Returns the pairs of a data set of pairs, or of a part of one.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static List<Pair> pairs(Dataset data) {
    if (data instanceof TextPairs pairs) {
      return pairs.pairs;
    }
    if (data.fields().size() != 2 || data.fields().stream().anyMatch(f -> !isText(f))) {
      throw new IllegalArgumentException(data.description() + ": these are no pairs of texts");
    }
    List<Pair> pairs = new ArrayList<>();
    for (int from = 0; from < data.size(); from += CHUNK) {
      int[] chunk = new int[Math.min(CHUNK, data.size() - from)];
      int first = from;
      Arrays.setAll(chunk, i -> first + i);
      List<Tensor> batch = data.batch(chunk);
      List<String> sources = texts(batch.get(0));
      List<String> targets = texts(batch.get(1));
      for (int i = 0; i < chunk.length; i++) {
        pairs.add(new Pair(sources.get(i), targets.get(i)));
      }
    }
    return List.copyOf(pairs);
  }

  private static boolean isText(Field field) {
    return field.dtype() == DType.I32 && field.shape().rank() == 1;
  }

  private static List<String> texts(Tensor points) {
    int width = points.shape().dim(1);
    int[] all = points.toIntArray();
    List<String> texts = new ArrayList<>();
    for (int from = 0; from < all.length; from += width) {
      int length = 0;
      while (length < width && all[from + length] != NOTHING) {
        length++;
      }
      texts.add(new String(all, from, length));
    }
    return texts;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  @Override
  public int size() {
    return pairs.size();
  }

  @Override
  public List<Field> fields() {
    return List.of(
        new Field("source", Shape.of(longestSource), DType.I32),
        new Field("target", Shape.of(longestTarget), DType.I32));
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    int source = fields().get(0).shape().dim(0);
    int target = fields().get(1).shape().dim(0);
    int[] sources = new int[indices.length * source];
    int[] targets = new int[indices.length * target];
    Arrays.fill(sources, NOTHING);
    Arrays.fill(targets, NOTHING);
    for (int i = 0; i < indices.length; i++) {
      Pair pair = pairs.get(indices[i]);
      put(pair.source, sources, i * source);
      put(pair.target, targets, i * target);
    }
    return List.of(
        Tensor.owning(sources, Shape.of(indices.length, source)),
        Tensor.owning(targets, Shape.of(indices.length, target)));
  }

  private static void put(String text, int[] to, int from) {
    int[] points = text.codePoints().toArray();
    System.arraycopy(points, 0, to, from, points.length);
  }

  @Override
  public String description() {
    return description;
  }
}
