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
import java.util.SequencedMap;
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
    Path own = TensorBoardRun.folder(folder, run.path());
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
    for (StageSummary stage : stages) {
      if (!stage.metrics().rows().isEmpty()) {
        try (EventFile file = TensorBoardRun.stage(own, stage.title())) {
          curves(stage.metrics(), file::metrics);
        }
      }
    }
    RunInfo info = run.info();
    double end = started + info.seconds();
    try (TensorBoardRun file = TensorBoardRun.in(own)) {
      file.settings(info, true, started);
      if (stages.isEmpty()) {
        curves(MetricsTable.read(run.metrics()), file::metrics);
      }
      SequencedMap<String, TensorBoardRun.Number> scores = new LinkedHashMap<>();
      for (Measurement m : Measurement.of(run, KnownRun.recipe(info.recipe()))) {
        scores.put(m.name(), new TensorBoardRun.Number(m.value(), m.text(), m.verdict()));
      }
      file.scores(scores, end);
      for (Path picture : pictures()) {
        file.picture(picture.getFileName().toString(), bytes(picture), end);
      }
    }
  }

  /** Takes the numbers of a step. */
  private interface Sink {
    void metrics(long step, Map<String, Double> numbers, double wallSeconds);
  }

  private void curves(MetricsTable table, Sink sink) {
    for (Map<String, Double> row : table.rows()) {
      Map<String, Double> numbers = new LinkedHashMap<>(row);
      long step = Math.round(numbers.getOrDefault("step", 0.0));
      numbers.remove("step");
      sink.metrics(step, numbers, started + row.getOrDefault(SECONDS, 0.0));
    }
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
