package shinso.train.judge;

import java.util.Arrays;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;

/**
 * The training example that is nearest to each sample: what shows whether a model makes examples up
 * or remembers those that it has seen. Samples lie about as far from training examples as test
 * examples do, unless they are copies.
 *
 * <p>The distance is Euclidean in the space of the data: a copy that is moved by a pixel is far
 * away (Theis, van den Oord and Bethge, "A note on the evaluation of generative models", 2016).
 *
 * @param index the positions of the nearest training examples
 * @param distance their Euclidean distances
 */
public record NearestNeighbours(int[] index, double[] distance) {
  private static final int BATCH = 1_000;

  /**
   * Searches.
   *
   * @param samples {@code [m, *]}
   * @param train its first field is compared
   * @throws IllegalArgumentException if samples have another size, or there are no examples
   */
  public static NearestNeighbours of(Tensor samples, Dataset train) {
    if (train.size() == 0) {
      throw new IllegalArgumentException("nearest neighbours: there are no training examples");
    }
    int m = samples.shape().dim(0);
    int[] index = new int[m];
    double[] best = new double[m];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    Program nearest =
        Program.compile((Tensor x, Tensor y) -> {
          Tensor d = Distances.squared(x, y); // [m, b]
          return Step.outputs(d.argmin(1), d.min(1));
        });
    try (Batches.Epoch epoch = Batches.inOrder(train, BATCH).epoch(0)) {
      while (epoch.hasNext()) {
        int before = epoch.position();
        Program.Result result = nearest.run(samples, epoch.next().getFirst());
        int[] position = result.output(0).toIntArray();
        double[] d = result.output(1).toDoubleArray();
        for (int i = 0; i < m; i++) {
          if (d[i] < best[i]) {
            best[i] = d[i];
            index[i] = before * BATCH + position[i];
          }
        }
      }
    }
    return new NearestNeighbours(index, Arrays.stream(best).map(Math::sqrt).toArray());
  }

  /** Returns the mean distance. */
  public Estimate mean() {
    return Estimate.mean(distance);
  }
}
