package shinso.dashboard.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import shinso.core.program.Param;
import shinso.nn.layer.Parameters;

/**
 * How the parameters of a model are distributed, layer by layer.
 *
 * @param layers in the order of the model
 * @param total how many numbers there are
 */
record Weights(List<Layer> layers, long total) {
  private static final int BINS = 40;

  /** Keeps a copy. */
  Weights {
    layers = List.copyOf(layers);
  }

  /**
   * The parameters of a layer.
   *
   * @param name where the layer is in the model; empty for the model itself
   */
  record Layer(String name, List<Histogram> parameters) {
    /** Keeps a copy. */
    Layer {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * The numbers of a parameter.
   *
   * @param trained whether training changes it; running statistics it doesn't
   * @param zeros how many are 0
   * @param notFinite how many are NaN or infinite; they are in no bin
   * @param low where the first bin begins, the smallest number
   * @param high where the last one ends, the largest number
   * @param counts of the bins, all equally wide
   */
  record Histogram(
      String name,
      List<Integer> shape,
      boolean trained,
      long size,
      long zeros,
      long notFinite,
      double low,
      double high,
      double mean,
      double deviation,
      List<Long> counts) {
    /** Keeps copies. */
    Histogram {
      shape = List.copyOf(shape);
      counts = List.copyOf(counts);
    }

    private static Histogram of(String name, Param param, boolean trained) {
      double[] values = param.value().toDoubleArray();
      long zeros = 0;
      int finite = 0;
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (double v : values) {
        if (v == 0) {
          zeros++;
        }
        if (Double.isFinite(v)) {
          finite++;
          low = Math.min(low, v);
          high = Math.max(high, v);
          sum += v;
        }
      }
      double mean = finite == 0 ? 0 : sum / finite;
      double squares = 0;
      long[] counts = new long[finite == 0 ? 0 : low == high ? 1 : BINS];
      for (double v : values) {
        if (Double.isFinite(v)) {
          squares += (v - mean) * (v - mean);
          int bin = low == high ? 0 : (int) ((v - low) / (high - low) * BINS);
          counts[Math.min(bin, counts.length - 1)]++;
        }
      }
      return new Histogram(
          name,
          IntStream.of(param.shape().dims()).boxed().toList(),
          trained,
          values.length,
          zeros,
          values.length - finite,
          finite == 0 ? 0 : low,
          finite == 0 ? 0 : high,
          mean,
          finite == 0 ? 0 : Math.sqrt(squares / finite),
          LongStream.of(counts).boxed().toList());
    }
  }

  /** Returns the histograms of a model's parameters; computed once. */
  static Weights of(OpenModel model) {
    return model.once("weights", Weights.class, () -> of(model.latest().model()));
  }

  static Weights of(Object model) {
    Map<String, Param> all = Parameters.all(model);
    Set<String> trained = Parameters.trainable(model).keySet();
    Map<String, List<Histogram>> layers = new LinkedHashMap<>();
    all.forEach((path, param) -> {
      int dot = path.lastIndexOf('.');
      layers
          .computeIfAbsent(dot < 0 ? "" : path.substring(0, dot), l -> new ArrayList<>())
          .add(Histogram.of(path.substring(dot + 1), param, trained.contains(path)));
    });
    List<Layer> listed = new ArrayList<>();
    layers.forEach((name, parameters) -> listed.add(new Layer(name, parameters)));
    return new Weights(listed, Parameters.count(all.values()));
  }
}
