package shinso.zoo.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How trials stand.
 *
 * @param points the settings that differ, trial by trial
 * @param metric by what they are ranked; null if every trial failed
 * @param ranked the last that is known of each trial, the best first: who was trained longer is
 *     before who was not, and who failed is the last
 * @param all what is known of all trials in all rounds
 */
public record Standing(
    Plan plan,
    List<Map<String, String>> points,
    @Nullable Metric metric,
    List<Trial> ranked,
    List<Trial> all) {
  /** Keeps copies. */
  public Standing {
    points = List.copyOf(points);
    ranked = List.copyOf(ranked);
    all = List.copyOf(all);
  }

  static Standing of(
      Plan plan, List<Map<String, String>> points, List<Trial> all, @Nullable Metric metric) {
    Map<Integer, Trial> last = new LinkedHashMap<>();
    all.forEach(t -> last.merge(t.number(), t, (a, b) -> a.round() > b.round() ? a : b));
    List<Trial> ranked = new ArrayList<>(last.values());
    ranked.sort(
        Comparator.comparing(Trial::hasFailed)
            .thenComparing(Trial::round, Comparator.reverseOrder())
            .thenComparingDouble(
                t -> metric == null ? 0 : metric.badness(t.numbers().get(metric.name())))
            .thenComparingInt(Trial::number));
    return new Standing(plan, points, metric, ranked, all);
  }

  /** Returns the best trial; null if every trial failed. */
  public @Nullable Trial best() {
    return ranked.isEmpty() || ranked.getFirst().hasFailed() ? null : ranked.getFirst();
  }

  /** Returns the settings of a trial that differ from those of others. */
  public Map<String, String> point(Trial trial) {
    return points.get(trial.number() - 1);
  }

  /** Returns what a trial is ranked by; NaN if it failed. */
  public double value(Trial trial) {
    return metric == null ? Double.NaN : trial.numbers().getOrDefault(metric.name(), Double.NaN);
  }

  /** Returns how many trials failed. */
  public long failures() {
    return ranked.stream().filter(Trial::hasFailed).count();
  }
}
