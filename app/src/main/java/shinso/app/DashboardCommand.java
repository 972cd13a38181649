package shinso.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.dashboard.Dashboard;
import shinso.zoo.harness.UsageException;

/** {@code shinso dashboard}: runs and models in the browser. */
@Command(
    name = "dashboard",
    mixinStandardHelpOptions = true,
    description = "Show runs and try their models in the browser, on this machine alone.",
    footer = {
      "",
      "Open the address that is printed; its token is new each time. Ctrl-C ends the dashboard,"
          + " and",
      "runs that were started from it in this terminal stop with a checkpoint."
    })
final class DashboardCommand implements Callable<Integer> {
  private static final int PORT = 8765;

  /** The launcher's own wiring of standard error, which a child hasn't. */
  private static final String STDERR = "-Dshinso.stderr=";

  @ParentCommand private Main main;
  @Mixin private RunsFolder runs;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUNS_FOLDER",
      description = "Folder of all runs, as --runs gives it.")
  private @Nullable Path folder;

  @Option(
      names = "--port",
      paramLabel = "N",
      converter = Converters.Port.class,
      description =
          "Where to listen on 127.0.0.1 (default: ${DEFAULT-VALUE}); 0 for any that is free.")
  private int port = PORT;

  @Override
  public Integer call() throws InterruptedException {
    JvmOptions.check();
    Path root = runs.folder();
    if (folder != null) {
      if (runs.isGiven()) {
        throw new UsageException("the folder of all runs is given twice; leave --runs out");
      }
      root = RunsFolder.checked(folder);
    }
    try (Dashboard dashboard = Dashboard.start(root, port, DashboardCommand::command)) {
      main.out().println("dashboard: " + dashboard.address());
      main.notes().println("runs in " + root.toAbsolutePath().normalize() + "; Ctrl-C ends it");
      // A signal ends the process.
      Thread.currentThread().join();
    }
    return 0;
  }

  /** Returns what starts another shinso with the same Java, options and jars. */
  static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> !a.startsWith(STDERR))
        .forEach(command::add);
    String module = System.getProperty("jdk.module.main");
    if (module == null) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
      command.add(Main.class.getName());
    } else {
      command.addAll(List.of("-m", module + "/" + Main.class.getName()));
    }
    command.addAll(arguments);
    return command;
  }
}
