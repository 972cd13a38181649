package shinso.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import shinso.interchange.tensorboard.EventFile;
import shinso.train.run.RunInfo;

/**
 * How a run is named in TensorBoard, while it trains and when it is exported: what belongs to the
 * whole run is in an event file of its folder, and each stage has a folder in that.
 */
final class TensorBoardRun implements AutoCloseable {
  private static final String HOST = "shinso";

  private final EventFile file;

  private TensorBoardRun(EventFile file) {
    this.file = file;
  }

  /** Returns a run's folder in a folder for TensorBoard. */
  static Path folder(Path logs, Path run) {
    return logs.resolve(String.valueOf(run.toAbsolutePath().normalize().getFileName()));
  }

  /**
   * Begins a file of the whole run.
   *
   * @param folder the run's own
   * @throws shinso.train.file.FileException if it can't be made
   */
  static TensorBoardRun in(Path folder) {
    return new TensorBoardRun(EventFile.create(folder, HOST));
  }

  /**
   * Begins a file of a stage.
   *
   * @param folder the run's own
   * @param stage its number and name, such as {@code 1-train}
   * @throws shinso.train.file.FileException if it can't be made
   */
  static EventFile stage(Path folder, String stage) {
    return EventFile.create(stageFolder(folder, stage), HOST);
  }

  /** Returns the folder of a stage. */
  static Path stageFolder(Path folder, String stage) {
    return folder.resolve(stage);
  }

  /** Makes TensorBoard forget what was known of the run: it is told again when it goes on. */
  void restart(double wallSeconds) {
    file.restart(0, wallSeconds);
  }

  /**
   * Adds what the run is made from.
   *
   * @param isOver whether it is known how the run ended
   */
  void settings(RunInfo info, boolean isOver, double wallSeconds) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("recipe", info.recipe());
    if (isOver) {
      settings.put("status", info.status().toString());
    }
    settings.put("budget", info.budget());
    settings.put("seed", Long.toString(info.seed()));
    settings.putAll(info.configuration());
    file.text("settings", 0, table("setting", "value", settings), wallSeconds);
  }

  /** Adds numbers of a step of a run that has no stages. */
  void metrics(long step, Map<String, Double> numbers, double wallSeconds) {
    file.metrics(step, numbers, wallSeconds);
  }

  /**
   * What a run came to.
   *
   * @param text the value in words
   * @param verdict what is said of it; may be empty
   */
  record Number(double value, String text, String verdict) {}

  /** Adds what the run came to, by names, each as a number and all of them in a table. */
  void scores(SequencedMap<String, Number> scores, double wallSeconds) {
    if (scores.isEmpty()) {
      return;
    }
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Double> numbers = new LinkedHashMap<>();
    scores.forEach((name, x) -> {
      texts.put(name, x.verdict.isEmpty() ? x.text : x.text + " (" + x.verdict + ")");
      numbers.put("score/" + name, x.value);
    });
    file.text("scores", 0, table("quantity", "value", texts), wallSeconds);
    file.scalars(0, numbers, wallSeconds);
  }

  /** Adds a picture of the report, if TensorBoard can show it. */
  void picture(String fileName, byte[] bytes, double wallSeconds) {
    if (fileName.toLowerCase(Locale.ROOT).endsWith(".png")) {
      file.picture(fileName.substring(0, fileName.length() - 4), 0, bytes, wallSeconds);
    }
  }

  /** Returns a table in Markdown. */
  private static String table(String name, String value, Map<String, String> rows) {
    StringBuilder text = new StringBuilder("| %s | %s |\n|---|---|\n".formatted(name, value));
    rows.forEach((n, v) -> text.append("| %s | %s |\n".formatted(cell(n), cell(v))));
    return text.toString();
  }

  private static String cell(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace('\n', ' ');
  }

  @Override
  public void close() {
    file.close();
  }
}
