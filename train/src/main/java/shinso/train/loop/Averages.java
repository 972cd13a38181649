package shinso.train.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Means of batch means, weighted by the sizes of the batches, summed in double in the order of the
 * batches.
 */
final class Averages {
  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private long examples;

  /** Adds the metrics of a batch. */
  void add(Map<String, Tensor> metrics, int batchSize) {
    metrics.forEach((name, tensor) -> {
      shapes.put(name, tensor.shape());
      double[] values = tensor.toDoubleArray();
      double[] sum = sums.computeIfAbsent(name, n -> new double[values.length]);
      if (sum.length != values.length) {
        throw new IllegalArgumentException(
            "the metric '" + name + "' changes its shape from batch to batch; it must not");
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values[i] * batchSize;
      }
    });
    examples += batchSize;
  }

  boolean isEmpty() {
    return examples == 0;
  }

  /** Returns the means of the scalar metrics. */
  Map<String, Double> scalars() {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> {
      if (sum.length == 1) {
        means.put(name, sum[0] / examples);
      }
    });
    return means;
  }

  /** Returns the means of all metrics. */
  Map<String, Tensor> means() {
    Map<String, Tensor> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> {
      float[] mean = new float[sum.length];
      for (int i = 0; i < sum.length; i++) {
        mean[i] = (float) (sum[i] / examples);
      }
      means.put(name, Tensor.owning(mean, shapes.getOrDefault(name, Shape.of(sum.length))));
    });
    return means;
  }

  void clear() {
    sums.clear();
    shapes.clear();
    examples = 0;
  }

  /** Writes the sums of the scalar metrics, exactly. */
  void save(String prefix, Map<String, String> notes) {
    notes.put(prefix + "examples", Long.toString(examples));
    sums.forEach((name, sum) -> {
      if (sum.length == 1) {
        notes.put(prefix + "sum." + name, Double.toString(sum[0]));
      }
    });
  }

  void restore(String prefix, Map<String, String> notes) {
    clear();
    examples = Long.parseLong(notes.getOrDefault(prefix + "examples", "0"));
    notes.forEach((name, text) -> {
      if (name.startsWith(prefix + "sum.")) {
        String metric = name.substring(prefix.length() + "sum.".length());
        sums.put(metric, new double[] {Double.parseDouble(text)});
        shapes.put(metric, Shape.SCALAR);
      }
    });
  }
}
