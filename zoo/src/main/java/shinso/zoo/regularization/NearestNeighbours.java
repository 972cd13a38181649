package shinso.zoo.regularization;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;

/**
 * The classes of the nearest examples. An expensive distance decides among the candidates that are
 * nearest by Euclid's.
 *
 * <p>Source of the filter: Simard, LeCun and Denker, "Efficient pattern recognition using a new
 * transformation distance" (1993), section 4.
 */
public final class NearestNeighbours {
  private static final int BATCH = 100;

  private final Tensor examples;
  private final int[] labels;
  private final int candidates;
  private final Program euclid;

  /**
   * Keeps the examples to compare with.
   *
   * @param train with class labels
   * @param candidates how many of them are looked at closely; all if there are not so many
   * @throws IllegalArgumentException if there are no examples or candidates
   */
  public NearestNeighbours(Dataset train, int candidates) {
    if (train.size() == 0 || candidates < 1) {
      throw new IllegalArgumentException(
          "nearest neighbours: at least 1 example and 1 candidate, not %d and %d"
              .formatted(train.size(), candidates));
    }
    this.examples = train.whole().getFirst();
    this.labels = train.labels();
    this.candidates = Math.min(candidates, labels.length);
    Tensor flat = examples.flatten(1).evaluate(); // [n, p]
    Tensor squares = flat.square().sum(1).evaluate();
    // Without ‖x‖², which is the same for all.
    this.euclid =
        Program.compile(
            (Tensor x) -> Step.outputs(squares.sub(x.flatten(1).matmul(flat.transpose()).mul(2))));
  }

  /**
   * The nearest examples of each of some queries, the nearest first.
   *
   * @param positions in the training set, {@code [queries][candidates]}
   */
  @SuppressWarnings("ArrayRecordComponent") // large, and nobody compares it
  public record Neighbours(int[][] positions) {}

  /** Returns the candidates by Euclidean distance. */
  public Neighbours nearest(Dataset queries) {
    int[][] found = new int[queries.size()][];
    for (int from = 0; from < queries.size(); from += BATCH) {
      int to = Math.min(from + BATCH, queries.size());
      Tensor x = queries.batch(IntStream.range(from, to).toArray()).getFirst();
      float[] all = euclid.run(x).output(0).toFloatArray();
      int start = from;
      IntStream.range(0, to - from)
          .parallel()
          .forEach(i -> found[start + i] = smallest(all, i * labels.length));
    }
    return new Neighbours(found);
  }

  /**
   * Returns the candidates in the order of another distance.
   *
   * @param distance from {@code [b, *]} and {@code [b, c, *]} to {@code [b, c]}
   */
  public Neighbours sorted(Dataset queries, Neighbours near, BinaryOperator<Tensor> distance) {
    Program program =
        Program.compile(
            (Tensor x, Tensor which) -> Step.outputs(distance.apply(x, examples.gather(0, which))));
    // So that the tangents of all candidates stay near the processor.
    int batch = Math.max(1, BATCH / candidates);
    int[][] sorted = new int[queries.size()][];
    for (int from = 0; from < queries.size(); from += batch) {
      int to = Math.min(from + batch, queries.size());
      Tensor x = queries.batch(IntStream.range(from, to).toArray()).getFirst();
      int[] which = Arrays.stream(near.positions, from, to).flatMapToInt(Arrays::stream).toArray();
      Tensor indices = Tensor.owning(which, Shape.of(to - from, candidates));
      float[] d = program.run(x, indices).output(0).toFloatArray();
      for (int i = 0; i < to - from; i++) {
        int row = i * candidates;
        sorted[from + i] =
            IntStream.range(row, row + candidates)
                .boxed()
                .sorted(Comparator.comparingDouble(j -> d[j]))
                .mapToInt(j -> which[j])
                .toArray();
      }
    }
    return new Neighbours(sorted);
  }

  /** Returns the class that most of the k nearest have; among equals that of the nearest. */
  public int[] vote(Neighbours near, int k) {
    return Arrays.stream(near.positions).mapToInt(row -> vote(row, k)).toArray();
  }

  /** Returns the share of queries whose class is another one. */
  public double error(Dataset queries, Neighbours near, int k) {
    int[] truth = queries.labels();
    int[] guess = vote(near, k);
    return IntStream.range(0, truth.length).filter(i -> truth[i] != guess[i]).count()
        / (double) truth.length;
  }

  private int vote(int[] row, int k) {
    List<Integer> votes = Arrays.stream(row).limit(k).mapToObj(i -> labels[i]).toList();
    int best = votes.getFirst();
    long most = 0;
    for (int label : votes) {
      long count = votes.stream().filter(v -> v == label).count();
      if (count > most) {
        best = label;
        most = count;
      }
    }
    return best;
  }

  /** The positions of the smallest of n numbers, sorted; of equal ones the first. */
  private int[] smallest(float[] all, int from) {
    float[] values = new float[candidates];
    int[] positions = new int[candidates];
    int size = 0;
    for (int i = 0; i < labels.length; i++) {
      float v = all[from + i];
      if (size == candidates && !(v < values[size - 1])) {
        continue;
      }
      int place = size == candidates ? size - 1 : size++;
      for (; place > 0 && v < values[place - 1]; place--) {
        values[place] = values[place - 1];
        positions[place] = positions[place - 1];
      }
      values[place] = v;
      positions[place] = i;
    }
    return positions;
  }
}
