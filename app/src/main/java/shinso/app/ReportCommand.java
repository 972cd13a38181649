package shinso.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code shinso report}: makes the report of a run anew. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Make the report of a run anew, from its files and its data.")
final class ReportCommand implements Runnable {
  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;

  @Override
  public void run() {
    threads.apply();
    main.out().println("report: " + run.open().report());
  }
}
