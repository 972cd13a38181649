package shinso.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import shinso.train.file.AtomicFile;
import shinso.train.run.RunRemoval;
import shinso.zoo.harness.UsageException;

/** What the commands that delete runs have in common. */
final class Removal {
  private Removal() {}

  /**
   * Deletes runs, after a question where somebody can be asked.
   *
   * @param named whether the user has named them, so that no further word is needed
   * @return the exit code
   */
  static int of(
      Main main, Path root, List<Path> folders, Confirmation confirmation, boolean named) {
    long bytes = 0;
    for (Path folder : folders) {
      long size = RunRemoval.bytes(folder);
      bytes += size;
      if (confirmation.isDry() || main.answers() != null) {
        main.out().println("%s, %s".formatted(folder, AtomicFile.bytes(size)));
      }
    }
    String all = "%s, %s".formatted(counted(folders), AtomicFile.bytes(bytes));
    if (confirmation.isDry()) {
      main.out().println("would delete " + all);
      return 0;
    }
    if (!confirmation.isGiven(main, "delete " + all, named)) {
      if (main.answers() == null) {
        throw new UsageException(
            "%s would be deleted; say --yes to delete, or --dry-run to see which".formatted(all));
      }
      main.out().println("nothing was deleted");
      return Errors.FAILED;
    }
    for (Path folder : folders) {
      RunRemoval.remove(root, folder);
    }
    main.out().println("deleted " + all);
    return 0;
  }

  /** Says how many runs and sweeps there are among folders. */
  private static String counted(List<Path> folders) {
    long sweeps = folders.stream().filter(f -> Files.exists(f.resolve("sweep.json"))).count();
    long runs = folders.size() - sweeps;
    List<String> words = new ArrayList<>();
    if (runs > 0 || sweeps == 0) {
      words.add(runs + (runs == 1 ? " run" : " runs"));
    }
    if (sweeps > 0) {
      words.add(sweeps + (sweeps == 1 ? " sweep" : " sweeps"));
    }
    return String.join(" and ", words);
  }
}
