package shinso.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import shinso.zoo.harness.UsageException;

/** The option {@code --runs} of the commands that have to do with runs. */
final class RunsFolder {
  @Option(names = "--runs", paramLabel = "DIR", description = "Folder of all runs (default: runs).")
  private @Nullable Path folder;

  /** Returns the folder. */
  Path folder() {
    return checked(folder == null ? Path.of("runs") : folder);
  }

  /**
   * Returns a folder of runs; it need not exist.
   *
   * @throws UsageException if it is something else
   */
  static Path checked(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new UsageException(
          "the folder of all runs can't be %s, which is a file; name a folder".formatted(folder));
    }
    if (Files.exists(folder.resolve("run.json"))) {
      throw new UsageException(
          "the folder of all runs can't be %s, which is that of one run; name the one around it"
              .formatted(folder));
    }
    if (Files.exists(folder.resolve("sweep.json"))) {
      throw new UsageException(
          "the folder of all runs can't be %s, which is that of a sweep; its runs are in %s"
              .formatted(folder, folder.resolve("trials")));
    }
    return folder;
  }

  /** Returns whether the option was given. */
  boolean isGiven() {
    return folder != null;
  }
}
