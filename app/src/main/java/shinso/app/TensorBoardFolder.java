package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.interchange.tensorboard.EventFile;
import shinso.interchange.tensorboard.TrainingEvents;
import shinso.train.loop.Callback;
import shinso.train.report.Section;
import shinso.train.run.RunInfo;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Score;
import shinso.zoo.harness.Watcher;

/**
 * A folder for TensorBoard: in it a folder for the run, with its settings, pictures and scores, and
 * in that a folder for each stage, with the curves of its training.
 */
final class TensorBoardFolder implements Watcher, AutoCloseable {
  private final Path folder;
  private final EventFile run;
  private final List<TrainingEvents> stages = new ArrayList<>();
  private @Nullable EventFile computing;

  private TensorBoardFolder(Path folder, EventFile run) {
    this.folder = folder;
    this.run = run;
  }

  /**
   * Begins a run's folder, or a new file in it.
   *
   * @throws shinso.train.file.FileException if that can't be written
   */
  static TensorBoardFolder of(Path folder, RecipeRun run) {
    Path own = folder.resolve(String.valueOf(run.folder().path().getFileName()));
    TensorBoardFolder made = new TensorBoardFolder(own, EventFile.create(own, "shinso"));
    // What is known of a run is told again when it goes on.
    made.run.restart(0, now());
    RunInfo info = run.folder().info();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("recipe", info.recipe());
    settings.put("budget", info.budget());
    settings.put("seed", Long.toString(info.seed()));
    settings.putAll(info.configuration());
    made.run.text("settings", 0, table("setting", "value", settings), now());
    return made;
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  /** Returns a table in Markdown. */
  static String table(String name, String value, Map<String, String> rows) {
    StringBuilder text = new StringBuilder("| %s | %s |\n|---|---|\n".formatted(name, value));
    rows.forEach((n, v) -> text.append("| %s | %s |\n".formatted(cell(n), cell(v))));
    return text.toString();
  }

  private static String cell(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace('\n', ' ');
  }

  @Override
  public Callback training(String stage, Map<String, Param> model) {
    TrainingEvents events = TrainingEvents.in(folder.resolve(stage), model);
    stages.add(events);
    return events;
  }

  @Override
  public void computing(String stage) {
    if (computing != null) {
      computing.close();
    }
    computing = EventFile.create(folder.resolve(stage), "shinso");
    computing.restart(0, now());
  }

  @Override
  public void recorded(String stage, long step, Map<String, Double> numbers) {
    if (computing != null) {
      computing.metrics(step, numbers, now());
    }
  }

  /** Shows pictures that TensorBoard can show; a report has the others as well. */
  @Override
  public void shown(List<Section> sections) {
    for (Section section : sections) {
      section
          .files()
          .forEach((name, bytes) -> {
            if (name.toLowerCase(Locale.ROOT).endsWith(".png")) {
              run.picture(name.substring(0, name.length() - 4), 0, bytes, now());
            }
          });
    }
  }

  @Override
  public void scored(List<Score> scores) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (Score score : scores) {
      String name = score.quantity().name();
      String verdict = score.verdict().isEmpty() ? "" : " (" + score.verdict() + ")";
      texts.put(name, score.quantity().text(score.estimate()) + verdict);
      numbers.put("score/" + name, score.estimate().value());
    }
    if (!scores.isEmpty()) {
      run.text("scores", 0, table("quantity", "value", texts), now());
      run.scalars(0, numbers, now());
    }
  }

  @Override
  public void close() {
    run.close();
    stages.forEach(TrainingEvents::close);
    if (computing != null) {
      computing.close();
    }
  }
}
