package shinso.spark.distributed;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;

/** What a worker gives to a mean: gradients or parameters, statistics, and metrics. */
final class Contribution {
  private final float[] values;
  private float[] exact = {};
  private List<String> names = List.of();

  /** Metrics times their weights, then the weights. */
  private double[] numbers = {};

  Contribution(float[] values) {
    this.values = values;
  }

  /** Returns what may be compressed. */
  float[] values() {
    return values;
  }

  /** Returns what may not be compressed. */
  float[] exact() {
    return exact;
  }

  void exact(float[] more) {
    exact = more;
  }

  /** Sets the metrics of a step; each counts by the weight that the step gave it, or by one. */
  void metrics(Map<String, Tensor> metrics) {
    names = new ArrayList<>();
    metrics.forEach((name, value) -> {
      if (!name.startsWith(" ") && value.shape().rank() == 0) {
        names.add(name);
      }
    });
    numbers = new double[2 * names.size()];
    for (int i = 0; i < names.size(); i++) {
      Tensor weight = metrics.get(Step.weightOf(names.get(i)));
      double w = weight == null ? 1 : weight.toDoubleArray()[0];
      Tensor value = metrics.get(names.get(i));
      numbers[i] = value == null ? 0 : w * value.toDoubleArray()[0];
      numbers[names.size() + i] = w;
    }
  }

  /** Adds the metrics of a further step. */
  void addMetrics(Map<String, Tensor> metrics) {
    double[] before = numbers;
    metrics(metrics);
    for (int i = 0; i < before.length; i++) {
      numbers[i] += before[i];
    }
  }

  /** Sets the metrics to those of another one. */
  void metricsOf(Contribution other) {
    names = other.names;
    numbers = other.numbers;
  }

  /** Returns the metrics. */
  Map<String, Double> metricMeans() {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      means.put(names.get(i), numbers[i] / numbers[names.size() + i]);
    }
    return means;
  }

  /** Returns this in bytes, with the values in bf16 if asked for. */
  byte[] toBytes(boolean compressed) {
    return toBytes(compressed, 0, values.length, true);
  }

  /** Returns a part of the values in bytes, and everything else if asked for. */
  byte[] toBytes(boolean compressed, int from, int to, boolean withRest) {
    int width = compressed ? 2 : 4;
    int rest = withRest ? 4 * exact.length + 8 * numbers.length : 0;
    ByteBuffer bytes = ByteBuffer.allocate(Math.addExact(width * (to - from), rest));
    if (compressed) {
      Bfloat16.put(values, from, to, bytes);
    } else {
      bytes.asFloatBuffer().put(values, from, to - from);
      bytes.position(4 * (to - from));
    }
    if (withRest) {
      bytes.asFloatBuffer().put(exact);
      bytes.position(bytes.position() + 4 * exact.length);
      bytes.asDoubleBuffer().put(numbers);
    }
    return bytes.array();
  }

  /** Reads what a worker of the same kind wrote into a sum. */
  static final class Sum {
    private final double[] values;
    private final double[] exact;
    private final double[] numbers;
    private final Contribution kind;
    private int terms;

    /** Begins a sum of that many values, with the other parts of a contribution if asked for. */
    Sum(Contribution kind, int count, boolean withRest) {
      this.kind = kind;
      values = new double[count];
      exact = new double[withRest ? kind.exact.length : 0];
      numbers = new double[withRest ? kind.numbers.length : 0];
    }

    /** Adds a worker's bytes. */
    void add(byte[] term, boolean compressed) {
      ByteBuffer bytes = ByteBuffer.wrap(term);
      int expected = (compressed ? 2 : 4) * values.length + 4 * exact.length + 8 * numbers.length;
      if (term.length != expected) {
        throw new DistributionException(
            "a worker sent %d bytes instead of %d: the learner is another one there; make it of constants and keys alone"
                .formatted(term.length, expected));
      }
      if (compressed) {
        Bfloat16.add(bytes, values);
      } else {
        for (int i = 0; i < values.length; i++) {
          values[i] += bytes.getFloat();
        }
      }
      for (int i = 0; i < exact.length; i++) {
        exact[i] += bytes.getFloat();
      }
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += bytes.getDouble();
      }
      terms++;
    }

    /** Writes the means of the values to a place in an array. */
    void means(float[] target, int at) {
      for (int i = 0; i < values.length; i++) {
        target[at + i] = (float) (values[i] / terms);
      }
    }

    /** Returns the mean, of values that are given. */
    Contribution mean(float[] given) {
      Contribution mean = new Contribution(given);
      mean.exact = new float[exact.length];
      for (int i = 0; i < exact.length; i++) {
        mean.exact[i] = (float) (exact[i] / terms);
      }
      mean.names = kind.names;
      mean.numbers = numbers;
      return mean;
    }
  }
}
