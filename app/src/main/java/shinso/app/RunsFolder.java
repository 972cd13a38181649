package shinso.app;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option {@code --runs} of the commands that have to do with runs. */
final class RunsFolder {
  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = "Folder of all runs (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("runs");

  /** Returns the folder. */
  Path folder() {
    return folder;
  }
}
