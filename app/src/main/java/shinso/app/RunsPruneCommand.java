package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import shinso.train.UserException;
import shinso.train.run.RunRemoval;
import shinso.zoo.harness.UsageException;

/** {@code shinso runs prune}: deletes runs that are old, or came to nothing. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    description = "Delete runs that are old, or that failed.",
    footer = {
      "",
      "--failed deletes what failed, was killed or is damaged. --keep N deletes, of the others,",
      "all but the newest N of each recipe. --recipe, --status, --since and --until narrow down",
      "which runs are looked at. A run that is running is left alone, as are sweeps."
    })
final class RunsPruneCommand implements Callable<Integer> {
  @ParentCommand private RunsCommand parent;
  @Mixin private RunsFolder runs;
  @Mixin private RunChoice choice;
  @Mixin private Confirmation confirmation;

  @Option(
      names = "--keep",
      paramLabel = "N",
      converter = Converters.HowMany.class,
      description = "Keep the newest N runs of each recipe.")
  private @Nullable Integer keep;

  @Option(names = "--failed", description = "Delete runs that failed, were killed or are damaged.")
  private boolean failed;

  @Override
  public Integer call() {
    if (keep == null && !failed) {
      throw new UsageException("prune needs --keep N, or --failed, or both");
    }
    Path root = runs.folder();
    List<Path> folders = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    List<KnownRun> oldestFirst = new ArrayList<>(choice.of(KnownRun.all(root)));
    oldestFirst.sort(RunsListCommand.BY_START);
    for (KnownRun run : oldestFirst.reversed()) {
      if (isOver(run, seen) && isRemovable(root, run)) {
        folders.add(run.folder());
      }
    }
    if (folders.isEmpty()) {
      parent.main().notes().println("there is nothing to delete in " + root);
      return 0;
    }
    return Removal.of(parent.main(), root, folders.reversed(), confirmation, false);
  }

  private boolean isOver(KnownRun run, Map<String, Integer> seen) {
    if (run.state() == RunState.RUNNING) {
      return false;
    }
    if (failed && run.state().isBroken()) {
      return true;
    }
    Integer most = keep;
    return most != null && seen.merge(run.recipe(), 1, Integer::sum) > most;
  }

  /** What can't be deleted is named, and the others are deleted all the same. */
  private boolean isRemovable(Path root, KnownRun run) {
    try {
      RunRemoval.check(root, run.folder());
      return true;
    } catch (UserException e) {
      parent.main().err().println("shinso: " + e.getMessage());
      return false;
    }
  }
}
