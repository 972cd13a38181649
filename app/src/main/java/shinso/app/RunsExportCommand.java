package shinso.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;
import shinso.train.run.RunArchive;
import shinso.train.run.RunFolder;
import shinso.zoo.harness.StageSummary;
import shinso.zoo.harness.UsageException;

/** {@code shinso runs export}: a run in forms that other programs read. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Write a run's numbers, pictures or all of it in forms that others read.",
    footer = {
      "",
      "--csv has a line for each step that was recorded, with the number of the stage if there",
      "are several. --zip is the whole folder; unpacked anywhere, it is a run that predicts,",
      "samples and reports. --tensorboard is a folder for tensorboard --logdir. A FILE that",
      "exists is replaced."
    })
final class RunsExportCommand implements Runnable {
  @ParentCommand private RunsCommand parent;
  @Mixin private RunsFolder runs;

  @Parameters(paramLabel = "RUN", description = "The run's folder, or what its name begins with.")
  private String name = "";

  @Option(names = "--csv", paramLabel = "FILE", description = "Curves as a table.")
  private @Nullable Path csv;

  @Option(names = "--zip", paramLabel = "FILE", description = "The run's folder in one file.")
  private @Nullable Path zip;

  @Option(
      names = "--tensorboard",
      paramLabel = "FOLDER",
      description = "Curves, settings and pictures as event files of TensorBoard.")
  private @Nullable Path tensorBoard;

  @Override
  public void run() {
    Path table = csv;
    Path archive = zip;
    Path events = tensorBoard;
    if (table == null && archive == null && events == null) {
      throw new UsageException("export needs --csv FILE, --zip FILE or --tensorboard FOLDER");
    }
    Path folder = RunFolder.find(runs.folder(), name);
    PrintStream out = parent.main().out();
    if (table != null) {
      AtomicFile.write(table, table(folder));
      out.println("numbers: " + table);
    }
    if (archive != null) {
      RunArchive.write(folder, archive);
      out.println("archive: " + archive);
    }
    if (events != null) {
      out.println("event files: " + TensorBoardExport.write(RunFolder.at(folder), events));
    }
  }

  private static String table(Path folder) {
    String stages = StageSummary.csv(folder);
    Path whole = RunFolder.at(folder).metrics();
    if (stages.isEmpty() && !Files.exists(whole)) {
      throw new FileException("the run " + folder + " has recorded no numbers");
    }
    try {
      return stages.isEmpty() ? Files.readString(whole) : stages;
    } catch (IOException e) {
      throw FileException.reading(whole, e);
    }
  }
}
