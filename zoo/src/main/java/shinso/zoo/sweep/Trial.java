package shinso.zoo.sweep;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;
import shinso.zoo.harness.Measurement;
import shinso.zoo.harness.StageSummary;

/**
 * What came out of a trial in a round.
 *
 * @param number which trial, from 1
 * @param round which round, from 1
 * @param error why it failed, empty if it didn't
 * @param complete whether it has been trained to its end
 * @param seconds the time spent in the trial so far
 * @param numbers what it measured, by name
 */
public record Trial(
    int number,
    int round,
    String error,
    boolean complete,
    double seconds,
    Map<String, Double> numbers) {
  /** Keeps a copy in order. */
  public Trial {
    numbers = new LinkedHashMap<>(numbers);
  }

  /** Returns a trial that failed. */
  static Trial failed(int number, int round, String error, double seconds) {
    return new Trial(number, round, error, false, seconds, Map.of());
  }

  /** Returns whether it failed. */
  public boolean hasFailed() {
    return !error.isEmpty();
  }

  /**
   * Returns what a run measured: at its end, or, of a run that pauses, at its last evaluation. Of
   * several stages the last one counts that measured something.
   */
  static Map<String, Double> numbers(Path run, boolean complete) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (StageSummary stage : StageSummary.of(run)) {
      MetricsTable table = stage.metrics();
      for (String column : table.columns()) {
        List<MetricsTable.Point> series = table.series(column);
        if (column.contains(".") && !series.isEmpty()) {
          numbers.put(column, series.getLast().value());
        }
      }
      // A stage that ends with its best model says what that one comes to.
      numbers.putAll(stage.numbers());
    }
    if (complete) {
      Measurement.of(RunFolder.at(run), null).forEach(m -> numbers.put(m.name(), m.value()));
    }
    return numbers;
  }

  /** Returns this for a file or another process. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("trial", number);
    fields.put("round", round);
    fields.put("status", hasFailed() ? "failed" : complete ? "finished" : "paused");
    if (hasFailed()) {
      fields.put("error", error);
    }
    fields.put("seconds", seconds);
    Map<String, Object> values = new LinkedHashMap<>();
    numbers.forEach((name, x) -> values.put(name, Double.isFinite(x) ? x : x.toString()));
    fields.put("numbers", values);
    return fields;
  }

  /**
   * Returns the trial that {@link #fields} was made of.
   *
   * @throws FileException if it is damaged
   */
  public static Trial of(JsonFile json) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    try {
      json.texts("numbers").forEach((name, text) -> numbers.put(name, Double.valueOf(text)));
    } catch (NumberFormatException e) {
      throw new FileException(json.file() + " is corrupt: what a trial measured is no number", e);
    }
    @Nullable Object seconds = json.fields().get("seconds");
    return new Trial(
        Math.toIntExact(json.integer("trial")),
        Math.toIntExact(json.integer("round")),
        json.fields().containsKey("error") ? json.text("error") : "",
        json.text("status").equals("finished"),
        seconds instanceof Number n ? n.doubleValue() : 0,
        numbers);
  }
}
