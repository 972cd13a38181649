package shinso.train.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import shinso.core.program.Step;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Means of batch means, each weighted by what the step says ({@link Step#weightOf}), else by the
 * size of its batch; summed in double in the order of the batches.
 */
final class Averages {
  private static final String SUM = "sum.";
  private static final String WEIGHT = "weight.";

  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final Map<String, Double> weights = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  /** Returns whether a metric is reported for this class or the loop alone. */
  static boolean isHidden(String metric) {
    return metric.startsWith(" ");
  }

  /** Adds the metrics of a batch. */
  void add(Map<String, Tensor> metrics, int batchSize) {
    metrics.forEach((name, tensor) -> {
      if (!isHidden(name)) {
        Tensor given = metrics.get(Step.weightOf(name));
        add(name, tensor, given == null ? batchSize : given.item());
      }
    });
  }

  private void add(String name, Tensor tensor, double weight) {
    shapes.put(name, tensor.shape());
    double[] values = tensor.toDoubleArray();
    double[] sum = sums.computeIfAbsent(name, n -> new double[values.length]);
    if (sum.length != values.length) {
      throw new IllegalArgumentException(
          "the metric '" + name + "' changes its shape from batch to batch; it must not");
    }
    for (int i = 0; weight != 0 && i < sum.length; i++) {
      sum[i] += values[i] * weight;
    }
    weights.merge(name, weight, Double::sum);
  }

  boolean isEmpty() {
    return sums.isEmpty();
  }

  private double weight(String name) {
    return weights.getOrDefault(name, Double.NaN);
  }

  /** Returns the means of the scalar metrics. */
  Map<String, Double> scalars() {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> {
      if (sum.length == 1) {
        means.put(name, sum[0] / weight(name));
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
        mean[i] = (float) (sum[i] / weight(name));
      }
      means.put(name, Tensor.owning(mean, shapes.getOrDefault(name, Shape.of(sum.length))));
    });
    return means;
  }

  void clear() {
    sums.clear();
    shapes.clear();
    weights.clear();
  }

  /** Writes the sums of the scalar metrics, exactly. */
  void save(String prefix, Map<String, String> notes) {
    sums.forEach((name, sum) -> {
      if (sum.length == 1) {
        notes.put(prefix + SUM + name, Double.toString(sum[0]));
        notes.put(prefix + WEIGHT + name, Double.toString(weight(name)));
      }
    });
  }

  void restore(String prefix, Map<String, String> notes) {
    clear();
    notes.forEach((name, text) -> {
      if (name.startsWith(prefix + SUM)) {
        String metric = name.substring(prefix.length() + SUM.length());
        sums.put(metric, new double[] {Double.parseDouble(text)});
        shapes.put(metric, Shape.SCALAR);
        String weight = notes.get(prefix + WEIGHT + metric);
        weights.put(metric, weight == null ? Double.NaN : Double.parseDouble(weight));
      }
    });
  }
}
