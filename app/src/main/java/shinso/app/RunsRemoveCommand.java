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

/** {@code shinso runs rm}: deletes runs. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description = "Delete runs with their models and reports.",
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
      description = "Runs' folders, or what their names begin with.")
  private List<String> names = new ArrayList<>();

  @Override
  public Integer call() {
    Set<Path> folders = new LinkedHashSet<>();
    for (String name : names) {
      Path folder = RunFolder.find(runs.folder(), name);
      RunRemoval.check(runs.folder(), folder);
      folders.add(folder);
    }
    return Removal.of(parent.main(), runs.folder(), List.copyOf(folders), confirmation, true);
  }
}
