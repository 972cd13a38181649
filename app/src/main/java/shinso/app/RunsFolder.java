package shinso.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --runs} of the commands that have to do with runs. */
final class RunsFolder {
  @Option(names = "--runs", paramLabel = "DIR", description = "Folder of all runs (default: runs).")
  private @Nullable Path folder;

  /** Returns the folder. */
  Path folder() {
    return folder == null ? Path.of("runs") : folder;
  }

  /** Returns whether the option was given. */
  boolean isGiven() {
    return folder != null;
  }
}
