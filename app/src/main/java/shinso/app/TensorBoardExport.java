package shinso.app;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import shinso.interchange.tensorboard.EventFile;
import shinso.train.file.FileException;
import shinso.train.file.ReadLimit;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.zoo.harness.Measurement;
import shinso.zoo.harness.StageSummary;

/**
 * A run that was made, as event files: the folders are those that {@code --tensorboard} writes
 * while training. The times of events follow from when the run was started and how long it had
 * trained, so that the same run gives the same files.
 */
final class TensorBoardExport {
  private static final String SECONDS = "seconds";
  private static final ReadLimit PICTURES = ReadLimit.ofHeap(8);

  private final RunFolder run;
  private final double started;

  private TensorBoardExport(RunFolder run) {
    this.run = run;
    this.started = started(run.info());
  }

  /**
   * Writes event files.
   *
   * @param folder the folder for TensorBoard, made if need be
   * @return the run's own folder in it
   * @throws FileException if a file of the run can't be read, or an event file can't be written; if
   *     there are event files of this run already
   */
  static Path write(RunFolder run, Path folder) {
    Path own =
        folder.resolve(String.valueOf(run.path().toAbsolutePath().normalize().getFileName()));
    if (Files.exists(own)) {
      throw new FileException(
          "%s exists already, and TensorBoard would show both; remove it, or choose another folder"
              .formatted(own));
    }
    new TensorBoardExport(run).write(own);
    return own;
  }

  private void write(Path own) {
    List<StageSummary> stages = StageSummary.of(run.path());
    long last = 0;
    for (StageSummary stage : stages) {
      last = Math.max(last, curves(own.resolve(stage.name()), stage.metrics()));
    }
    if (stages.isEmpty()) {
      last = curves(own, MetricsTable.read(run.metrics()));
    }
    double end = started + run.info().seconds();
    try (EventFile file = EventFile.create(own, "shinso")) {
      RunInfo info = run.info();
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("recipe", info.recipe());
      settings.put("status", info.status().toString());
      settings.put("budget", info.budget());
      settings.put("seed", Long.toString(info.seed()));
      settings.putAll(info.configuration());
      file.text("settings", 0, TensorBoardFolder.table("setting", "value", settings), started);
      Map<String, String> scores = new LinkedHashMap<>();
      for (Measurement m : Measurement.of(run, KnownRun.recipe(info.recipe()))) {
        scores.put(m.name(), (m.text() + " " + m.verdict()).strip());
        file.scalar("scores/" + m.name(), last, m.value(), end);
      }
      if (!scores.isEmpty()) {
        file.text("scores", last, TensorBoardFolder.table("quantity", "value", scores), end);
      }
      for (Path picture : pictures()) {
        String name = picture.getFileName().toString();
        file.picture(name.substring(0, name.lastIndexOf('.')), last, bytes(picture), end);
      }
    }
  }

  /** Writes a stage's numbers; returns its last step. */
  private long curves(Path folder, MetricsTable table) {
    long last = 0;
    if (table.rows().isEmpty()) {
      return last;
    }
    try (EventFile file = EventFile.create(folder, "shinso")) {
      for (Map<String, Double> row : table.rows()) {
        Map<String, Double> numbers = new LinkedHashMap<>(row);
        last = Math.round(numbers.getOrDefault("step", 0.0));
        numbers.remove("step");
        file.metrics(last, numbers, started + row.getOrDefault(SECONDS, 0.0));
      }
    }
    return last;
  }

  private Iterable<Path> pictures() {
    TreeSet<Path> all = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(run.path(), "*.png")) {
      files.forEach(all::add);
    } catch (IOException e) {
      throw FileException.reading(run.path(), e);
    }
    return all;
  }

  private static byte[] bytes(Path file) {
    try {
      return PICTURES.readAll(file);
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }

  private static double started(RunInfo info) {
    try {
      return OffsetDateTime.parse(info.started()).toEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
