package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.judge.Estimate;
import shinso.train.judge.Quantity;

/** The numbers of a run in its file {@code scores.json}. */
final class Scores {
  private final Path file;
  private final Map<String, Object> written = new LinkedHashMap<>();
  private final Map<Quantity, Estimate> all = new LinkedHashMap<>();

  Scores(Path file) {
    this.file = file;
    if (Files.exists(file)) {
      written.putAll(read().fields());
    }
  }

  private JsonFile read() {
    try {
      return JsonFile.read(file);
    } catch (FileException e) {
      throw e.orElse(Measurement.remedy(file));
    }
  }

  /** Returns whether a quantity needs no measuring. */
  boolean isMeasured(Quantity quantity) {
    return written.containsKey(quantity.name());
  }

  Estimate measure(Quantity quantity, Supplier<Estimate> value, boolean kept) {
    Estimate estimate =
        written.get(quantity.name()) instanceof Map<?, ?> fields ? read(fields) : value.get();
    all.put(quantity, estimate);
    if (kept && !written.containsKey(quantity.name())) {
      written.put(quantity.name(), fields(quantity, estimate));
      JsonFile.write(file, written);
    }
    return estimate;
  }

  private static Map<String, Object> fields(Quantity quantity, Estimate estimate) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("value", number(estimate.value()));
    if (estimate.error() != 0) {
      fields.put("error", number(estimate.error()));
    }
    fields.put("text", quantity.text(estimate));
    if (quantity.protocol() != null) {
      fields.put("protocol", quantity.protocol().toString());
    }
    return fields;
  }

  /** JSON has no NaN; a text keeps the file readable by everybody. */
  private static Object number(double x) {
    return Double.isFinite(x) ? x : Double.toString(x);
  }

  private Estimate read(Map<?, ?> fields) {
    try {
      Object error = fields.get("error");
      return new Estimate(
          Double.parseDouble(String.valueOf(fields.get("value"))),
          error == null ? 0 : Double.parseDouble(String.valueOf(error)));
    } catch (NumberFormatException e) {
      throw new FileException(file + " is corrupt: a value is not a number", e)
          .orElse(Measurement.remedy(file));
    }
  }

  /** Returns what this replay has come to, in its order. */
  List<Score> of(Recipe<?> recipe, Setup setup) {
    List<Score> scores = new ArrayList<>();
    all.forEach((quantity, estimate) ->
        scores.add(
            new Score(
                quantity,
                estimate,
                recipe.claims().stream()
                    .filter(c -> c.isAbout(quantity.name(), setup.dataName()))
                    .findFirst()
                    .orElse(null),
                setup.budget())));
    return scores;
  }
}
