package shinso.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shinso runs}: what has been run, and what to do with it. */
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    subcommands = {
      RunsListCommand.class,
      RunsShowCommand.class,
      RunsCompareCommand.class,
      RunsRemoveCommand.class,
      RunsPruneCommand.class,
      RunsExportCommand.class,
      RunsRepeatCommand.class
    },
    description = "List, show, compare, delete, export and repeat runs.",
    footer = {"", "A RUN is the run's folder, or what its name begins with."})
final class RunsCommand implements Runnable {
  @Spec private CommandSpec spec;
  @ParentCommand private Main main;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  Main main() {
    return main;
  }
}
