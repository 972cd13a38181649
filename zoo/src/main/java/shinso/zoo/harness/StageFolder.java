package shinso.zoo.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.train.checkpoint.Checkpoints;
import shinso.train.checkpoint.ModelFile;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.loop.Ending;
import shinso.train.loop.Outcome;
import shinso.train.run.RunStatus;
import shinso.train.run.TrainingFolder;

/**
 * The folder of a stage, {@code stages/<n>-<name>}: {@code metrics.csv}, {@code checkpoints/} while
 * it is at work, {@code model.safetensors} and {@code state.safetensors} when it has finished, and
 * {@code stage.json}. That file is written last: a stage that doesn't say in it that it is complete
 * isn't.
 */
record StageFolder(Path path, String recipe, String name) implements TrainingFolder {
  private static final String COMPLETE = "complete";
  private static final String MODEL_SHA256 = "modelSha256";
  private static final String STATE_SHA256 = "stateSha256";

  private static final String REMEDY =
      "put it back, or remove it and resume the run: the stage goes on after its newest checkpoint,"
          + " or, if it had finished, is trained again";

  /** Returns a stage's folder, which need not be there. */
  static StageFolder of(Path run, String recipe, int number, String name) {
    return new StageFolder(run.resolve("stages").resolve(number + "-" + name), recipe, name);
  }

  /**
   * Makes the folder if need be.
   *
   * @throws FileException if it can't be made
   */
  void make() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw FileException.writing(path, e);
    }
  }

  /** Returns the number and the name of the stage. */
  String title() {
    return String.valueOf(path.getFileName());
  }

  /** Returns the folders of a run's stages in their order. */
  static List<Path> all(Path run) {
    Path stages = run.resolve("stages");
    if (!Files.isDirectory(stages)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(stages)) {
      return folders
          .filter(f -> numberOf(f) > 0)
          .sorted(Comparator.comparingInt(StageFolder::numberOf))
          .toList();
    } catch (IOException e) {
      throw FileException.reading(stages, e);
    }
  }

  /** Returns the number in a folder's name, 0 if there is none. */
  private static int numberOf(Path folder) {
    String name = folder.getFileName().toString();
    String digits = name.substring(0, Math.max(0, name.indexOf('-')));
    return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : 0;
  }

  @Override
  public Path metrics() {
    return path.resolve("metrics.csv");
  }

  @Override
  public Path model() {
    return path.resolve("model.safetensors");
  }

  private Path state() {
    return path.resolve("state.safetensors");
  }

  private Path info() {
    return path.resolve("stage.json");
  }

  @Override
  public Checkpoints checkpoints(int keep) {
    return Checkpoints.in(path.resolve("checkpoints"), keep);
  }

  @Override
  public void saveModel(Map<String, Param> model) {
    save(model(), model);
  }

  private String save(Path file, Map<String, Param> params) {
    return ModelFile.save(file, params, Map.of("recipe", recipe, "stage", name));
  }

  /** Does nothing: the run that the stage belongs to is locked. */
  @Override
  public Lock lock() {
    return () -> {};
  }

  @Override
  public void update(
      RunStatus status, @Nullable String ending, double seconds, Map<String, Double> metrics) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("stage", name);
    fields.put("status", status.toString());
    if (ending != null) {
      fields.put("ending", ending);
    }
    fields.put("seconds", seconds);
    fields.put(COMPLETE, false);
    JsonFile.write(info(), fields);
  }

  /** Returns whether the stage has finished. */
  boolean isComplete() {
    return Files.exists(info())
        && Boolean.TRUE.equals(told(() -> JsonFile.read(info())).fields().get(COMPLETE));
  }

  /** Returns the time spent in the stage, as far as it is written down. */
  double seconds() {
    return Files.exists(info())
        ? number(told(() -> JsonFile.read(info())).fields().get("seconds"))
        : 0;
  }

  /** Reads from a {@code stage.json}; if it is damaged, the message says what to do. */
  static <T> T told(Supplier<T> read) {
    try {
      return read.get();
    } catch (FileException e) {
      throw e.orElse(REMEDY);
    }
  }

  /** Writes down that the stage has finished, with everything that later stages stand on. */
  void complete(Outcome outcome, Map<String, Param> model, Map<String, Param> state) {
    String modelSha256 = save(model(), model);
    String stateSha256 = save(state(), state);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("stage", name);
    fields.put("status", RunStatus.FINISHED.toString());
    fields.put("ending", outcome.reason());
    fields.put("kind", outcome.ending().name());
    fields.put("step", outcome.step());
    if (outcome.best() != null) {
      fields.put("best", outcome.best());
    }
    fields.put("seconds", outcome.seconds());
    Map<String, Object> metrics = new LinkedHashMap<>();
    outcome.metrics().forEach((key, x) -> metrics.put(key, Double.isFinite(x) ? x : x.toString()));
    fields.put("metrics", metrics);
    fields.put(MODEL_SHA256, modelSha256);
    fields.put(STATE_SHA256, stateSha256);
    fields.put(COMPLETE, true);
    JsonFile.write(info(), fields);
    removeCheckpoints();
  }

  /** A finished stage needs none; what can't be removed does no harm. */
  private void removeCheckpoints() {
    Path folder = path.resolve("checkpoints");
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
  }

  /**
   * Gives the parameters of a finished stage their values, and returns how it ended.
   *
   * @throws FileException if its files are damaged, or of another version of the recipe
   */
  Outcome restore(Map<String, Param> model, Map<String, Param> state) {
    JsonFile json = told(() -> JsonFile.read(info()));
    load(state(), state, json, STATE_SHA256);
    return restoreModel(model);
  }

  /**
   * Gives the model of a finished stage its values, not what would be gone on with, and returns how
   * it ended.
   *
   * @throws FileException if its files are damaged, or of another version of the recipe
   */
  Outcome restoreModel(Map<String, Param> model) {
    JsonFile json = told(() -> JsonFile.read(info()));
    load(model(), model, json, MODEL_SHA256);
    return told(() -> outcome(json));
  }

  private void load(Path file, Map<String, Param> params, JsonFile json, String sha256) {
    if (json.fields().get(sha256) == null) {
      // A run that was made before checksums were kept.
      ModelFile.load(file, params);
    } else {
      String remedy = "remove the folder " + path + " and resume the run to train the stage again";
      ModelFile.load(file, params, told(() -> json.text(sha256)), remedy);
    }
  }

  /**
   * Gives the model of a stage that is at work the values of its newest checkpoint, without
   * touching anything in the folder.
   *
   * @return the step, or null if there is no checkpoint yet
   * @throws FileException if all checkpoints are damaged, or of another version of the recipe
   */
  @Nullable Long peek(Map<String, Param> model) {
    Checkpoints.Loaded newest = Checkpoints.reading(path.resolve("checkpoints")).newest();
    if (newest == null) {
      return null;
    }
    newest.checkpoint().restoreModel(model);
    return newest.checkpoint().step();
  }

  private static Outcome outcome(JsonFile json) {
    try {
      Map<String, Double> metrics = new LinkedHashMap<>();
      json.texts("metrics").forEach((key, text) -> metrics.put(key, Double.valueOf(text)));
      return new Outcome(
          Ending.valueOf(json.text("kind")),
          json.text("ending"),
          json.integer("step"),
          json.fields().get("best") == null ? null : json.integer("best"),
          metrics,
          number(json.fields().get("seconds")));
    } catch (IllegalArgumentException e) {
      throw new FileException(json.file() + " is corrupt: it says no ending of a stage", e);
    }
  }

  private static double number(@Nullable Object value) {
    return value instanceof Number n ? n.doubleValue() : 0;
  }

  /** Returns the sum of the times spent in a run's stages. */
  static double seconds(Collection<StageFolder> stages) {
    return stages.stream().mapToDouble(StageFolder::seconds).sum();
  }
}
