package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.train.run.RunFolder;
import shinso.train.run.RunRemoval;
import shinso.zoo.sweep.SweepFolder;

/** {@code shinso runs rm}: deletes runs. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description = "Delete runs with their models and reports, and sweeps with their trials.",
    footer = {
      "",
      "Only folders of runs in the folder of all runs are deleted, none that is running, and",
      "no symbolic link is followed. If one of them can't be deleted, none is."
    })
final class RunsRemoveCommand implements Callable<Integer> {
  @ParentCommand private RunsCommand parent;
  @Mixin private RunsFolder runs;
  @Mixin private Confirmation confirmation;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "Folders of runs or sweeps, or what their names begin with.")
  private List<String> names = new ArrayList<>();

  @Override
  public Integer call() {
    Set<Path> folders = new LinkedHashSet<>();
    for (String name : names) {
      Path folder = find(name);
      RunRemoval.check(runs.folder(), folder);
      folders.add(folder);
    }
    return Removal.of(parent.main(), runs.folder(), List.copyOf(folders), confirmation, true);
  }

  /** A sweep goes with all of its trials; what is neither is said to be no run. */
  private Path find(String name) {
    List<Path> sweeps = SweepFolder.matching(runs.folder(), name);
    return sweeps.size() == 1 ? sweeps.getFirst() : RunFolder.find(runs.folder(), name);
  }
}
