package shinso.train.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Bucketed;

/**
 * Pairs of texts as the numbers of their tokens. A batch is the sources {@code [b, s]}, their
 * lengths {@code [b]}, the lengths of the targets {@code [b]}, and the targets {@code [b, t]}, all
 * I32. A target has {@link Vocabulary#END} as its last token, which its length counts; what comes
 * after a text's end is 0. Immutable.
 */
public final class TokenPairs implements Bucketed {
  private final String description;
  private final List<int[]> sources;
  private final List<int[]> targets;

  /** The lengths that each bucket holds, ascending. */
  private final List<Bucket> bounds;

  private record Bucket(int source, int target) {
    boolean holds(int s, int t) {
      return s <= source && t <= target;
    }
  }

  private TokenPairs(
      String description, List<int[]> sources, List<int[]> targets, List<Bucket> bounds) {
    this.description = description;
    this.sources = sources;
    this.targets = targets;
    this.bounds = bounds;
  }

  /** Returns pairs in one bucket. */
  public static TokenPairs of(
      String description, List<TextPairs.Pair> pairs, Vocabulary source, Vocabulary target) {
    List<int[]> sources = pairs.stream().map(p -> source.encode(p.source())).toList();
    List<int[]> targets = pairs.stream().map(p -> ended(target.encode(p.target()))).toList();
    Bucket all = new Bucket(longest(sources), longest(targets));
    return new TokenPairs(description, sources, targets, List.of(all));
  }

  private static int[] ended(int[] tokens) {
    return IntStream.concat(IntStream.of(tokens), IntStream.of(Vocabulary.END)).toArray();
  }

  private static int longest(List<int[]> texts) {
    return texts.stream().mapToInt(t -> t.length).max().orElse(1);
  }

  /**
   * Returns this in so many buckets, for lengths up to even parts of the longest.
   *
   * @throws IllegalArgumentException if there is not at least one
   */
  public TokenPairs inBuckets(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("there is at least 1 bucket, not " + count);
    }
    Bucket all = bounds.getLast();
    List<Bucket> parts =
        IntStream.rangeClosed(1, count)
            .mapToObj(k ->
                new Bucket(
                    Math.ceilDiv(all.source * k, count), Math.ceilDiv(all.target * k, count)))
            .distinct()
            .toList();
    return new TokenPairs(description, sources, targets, parts);
  }

  /** Returns the number of tokens of the longest source. */
  public int longestSource() {
    return bounds.getLast().source;
  }

  /** Returns the number of tokens of the longest target, its end mark included. */
  public int longestTarget() {
    return bounds.getLast().target;
  }

  private int bucket(int source, int target) {
    int b = 0;
    while (!bounds.get(b).holds(source, target)) {
      b++;
    }
    return b;
  }

  @Override
  public List<int[]> buckets() {
    int[] of =
        IntStream.range(0, size())
            .map(i -> bucket(sources.get(i).length, targets.get(i).length))
            .toArray();
    return IntStream.range(0, bounds.size())
        .mapToObj(b -> IntStream.range(0, size()).filter(i -> of[i] == b).toArray())
        .filter(members -> members.length > 0)
        .toList();
  }

  @Override
  public int size() {
    return sources.size();
  }

  /** Returns the fields; the texts have the lengths of the largest bucket. */
  @Override
  public List<Field> fields() {
    return List.of(
        new Field("source", Shape.of(longestSource()), DType.I32),
        new Field("source length", Shape.SCALAR, DType.I32),
        new Field("target length", Shape.SCALAR, DType.I32),
        new Field("target", Shape.of(longestTarget()), DType.I32));
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    List<int[]> s = new ArrayList<>();
    List<int[]> t = new ArrayList<>();
    for (int i : indices) {
      s.add(sources.get(i));
      t.add(targets.get(i));
    }
    Bucket bucket = bounds.get(bucket(longest(s), longest(t)));
    return List.of(filled(s, bucket.source), lengths(s), lengths(t), filled(t, bucket.target));
  }

  private static Tensor filled(List<int[]> texts, int length) {
    int[] all = new int[texts.size() * length];
    for (int i = 0; i < texts.size(); i++) {
      System.arraycopy(texts.get(i), 0, all, i * length, texts.get(i).length);
    }
    return Tensor.owning(all, Shape.of(texts.size(), length));
  }

  private static Tensor lengths(List<int[]> texts) {
    return Tensor.of(texts.stream().mapToInt(t -> t.length).toArray(), texts.size());
  }

  @Override
  public String description() {
    return description;
  }
}
