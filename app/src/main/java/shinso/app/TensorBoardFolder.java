package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.interchange.tensorboard.EventFile;
import shinso.interchange.tensorboard.TrainingEvents;
import shinso.train.loop.Callback;
import shinso.train.report.Section;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Score;
import shinso.zoo.harness.Watcher;

/**
 * A folder for TensorBoard: in it a folder for the run, with its settings, pictures and scores, and
 * in that a folder for each stage, with the curves of its training.
 */
final class TensorBoardFolder implements Watcher, AutoCloseable {
  private final Path folder;
  private final TensorBoardRun run;
  private final List<TrainingEvents> stages = new ArrayList<>();
  private @Nullable EventFile computing;

  private TensorBoardFolder(Path folder, TensorBoardRun run) {
    this.folder = folder;
    this.run = run;
  }

  /**
   * Begins a run's folder, or a new file in it.
   *
   * @throws shinso.train.file.FileException if that can't be written
   */
  static TensorBoardFolder of(Path folder, RecipeRun run) {
    Path own = TensorBoardRun.folder(folder, run.folder().path());
    TensorBoardFolder made = new TensorBoardFolder(own, TensorBoardRun.in(own));
    made.run.restart(now());
    made.run.settings(run.folder().info(), false, now());
    return made;
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  @Override
  public Callback training(String stage, Map<String, Param> model) {
    TrainingEvents events = TrainingEvents.in(TensorBoardRun.stageFolder(folder, stage), model);
    stages.add(events);
    return events;
  }

  @Override
  public void computing(String stage) {
    if (computing != null) {
      computing.close();
    }
    computing = TensorBoardRun.stage(folder, stage);
    computing.restart(0, now());
  }

  @Override
  public void recorded(String stage, long step, Map<String, Double> numbers) {
    if (computing != null) {
      computing.metrics(step, numbers, now());
    }
  }

  @Override
  public void shown(List<Section> sections) {
    sections.forEach(s -> s.files().forEach((name, bytes) -> run.picture(name, bytes, now())));
  }

  @Override
  public void scored(List<Score> scores) {
    SequencedMap<String, TensorBoardRun.Number> numbers = new LinkedHashMap<>();
    for (Score score : scores) {
      numbers.put(
          score.quantity().name(),
          new TensorBoardRun.Number(
              score.estimate().value(), score.quantity().text(score.estimate()), score.verdict()));
    }
    run.scores(numbers, now());
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
