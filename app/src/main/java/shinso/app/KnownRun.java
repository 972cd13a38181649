package shinso.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.train.UserException;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunRemoval;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Measurement;
import shinso.zoo.harness.OwnRecipe;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.StageSummary;
import shinso.zoo.harness.UsageException;

/**
 * What a run's folder says of it, without its data.
 *
 * @param folder where it lies
 * @param info its description; null if that is damaged
 * @param problem what is wrong with its files, empty if nothing is
 */
record KnownRun(
    Path folder, @Nullable RunInfo info, RunState state, List<Measurement> scores, String problem) {

  /** Returns what a folder says; what is wrong with it is no reason to fail. */
  static KnownRun at(Path folder) {
    RunFolder run;
    try {
      run = RunFolder.at(folder);
    } catch (UserException e) {
      return new KnownRun(folder, null, RunState.DAMAGED, List.of(), e.getMessage());
    }
    RunState state = RunState.of(folder, run.info());
    try {
      return new KnownRun(
          folder, run.info(), state, Measurement.of(run, recipe(run.info().recipe())), "");
    } catch (UserException e) {
      return new KnownRun(folder, run.info(), state, List.of(), e.getMessage());
    }
  }

  /** Returns the recipe of a name; null if there is none any more. */
  static @Nullable Recipe<?> recipe(String name) {
    try {
      return Recipes.ofRun(name);
    } catch (UsageException e) {
      return null;
    }
  }

  /** Returns all runs of a folder, the oldest first. */
  static List<KnownRun> all(Path runs) {
    return RunFolder.list(runs).stream().map(KnownRun::at).toList();
  }

  String name() {
    return String.valueOf(folder.getFileName());
  }

  /** Returns the name of the recipe, as far as it is known. */
  String recipe() {
    return info == null ? "" : info.recipe();
  }

  /** Returns when it was first started; null if that isn't known. */
  @Nullable Instant started() {
    try {
      return info == null ? null : OffsetDateTime.parse(info.started()).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Returns the data's name, or the place of the user's own. */
  String data() {
    if (info == null) {
      return "";
    }
    String place = info.configuration().get(OwnRecipe.PLACE.name());
    return place == null ? info.configuration().getOrDefault("data", "") : place;
  }

  /**
   * Returns how long it has been at work, in s. What a run says of that it writes when it begins
   * and when it ends; of one that is running the time since then counts, too.
   */
  double seconds() {
    if (info == null) {
      return 0;
    }
    if (state != RunState.RUNNING) {
      return info.seconds();
    }
    try {
      Instant written = Files.getLastModifiedTime(folder.resolve("run.json")).toInstant();
      return info.seconds()
          + Math.max(0, Duration.between(written, Instant.now()).toMillis() / 1e3);
    } catch (IOException e) {
      return info.seconds();
    }
  }

  long bytes() {
    return RunRemoval.bytes(folder);
  }

  /** Returns the first number that something is claimed of, else the first; null for none. */
  @Nullable Measurement headline() {
    return scores.stream()
        .filter(m -> m.claim() != null)
        .findFirst()
        .orElse(scores.isEmpty() ? null : scores.getFirst());
  }

  /** Returns what a row of the list says, for programs. */
  Map<String, Object> row() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("run", name());
    row.put("folder", folder.toAbsolutePath().normalize().toString());
    row.put("recipe", recipe());
    row.put("status", state.toString());
    if (info != null) {
      row.put("ending", info.ending());
      row.put("data", data());
      row.put("budget", info.budget());
      row.put("seed", info.seed());
      row.put("started", info.started());
      row.put("seconds", seconds());
    }
    row.put("bytes", bytes());
    row.put("scores", scores.stream().map(KnownRun::score).toList());
    if (!problem.isEmpty()) {
      row.put("problem", problem);
    }
    return row;
  }

  private static Map<String, Object> score(Measurement m) {
    Map<String, Object> score = new LinkedHashMap<>();
    score.put("quantity", m.name());
    score.put("value", JsonOption.number(m.value()));
    if (m.error() != 0) {
      score.put("error", JsonOption.number(m.error()));
    }
    score.put("text", m.text());
    if (!m.protocol().isEmpty()) {
      score.put("protocol", m.protocol());
    }
    if (m.claim() != null) {
      score.put("target", m.claim().text(m.budget()));
      score.put("reached", m.isGood());
    }
    return score;
  }

  /** Returns everything that is said of it, for programs. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>(row());
    if (info != null) {
      fields.put("description", info.data());
      fields.put("settings", info.configuration());
      fields.put("stages", stages());
      fields.put("commandLine", info.commandLine());
      fields.put("versions", info.versions());
      fields.put("machine", info.machine());
      fields.put("changes", info.changes());
      fields.put("modelSha256", info.modelSha256());
    }
    return fields;
  }

  private List<Map<String, Object>> stages() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (StageSummary stage : StageSummary.of(folder)) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("stage", stage.name());
      row.put("status", stage.status());
      row.put("seconds", stage.seconds());
      Map<String, Object> numbers = new LinkedHashMap<>();
      stage.numbers().forEach((name, value) -> numbers.put(name, JsonOption.number(value)));
      row.put("numbers", numbers);
      rows.add(row);
    }
    return rows;
  }
}
