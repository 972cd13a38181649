package shinso.spark.distributed;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Metrics by step as lines {@code step, name, number}, tabs between them, for a checkpoint. */
final class MetricsText {
  private MetricsText() {}

  static String of(SortedMap<Long, Map<String, Double>> metrics) {
    StringBuilder text = new StringBuilder();
    metrics.forEach((step, values) ->
        values.forEach((name, value) ->
            text.append(step).append('\t').append(name).append('\t').append(value).append('\n')));
    return text.toString();
  }

  static SortedMap<Long, Map<String, Double>> parse(String text) {
    SortedMap<Long, Map<String, Double>> metrics = new TreeMap<>();
    text.lines()
        .map(line -> line.split("\t", -1))
        .filter(parts -> parts.length == 3)
        .forEach(parts ->
            metrics
                .computeIfAbsent(Long.valueOf(parts[0]), s -> new LinkedHashMap<>())
                .put(parts[1], Double.valueOf(parts[2])));
    return metrics;
  }
}
