package shinso.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Entry point of the {@code shinso} command. */
@Command(
    name = "shinso",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Deep learning for the JVM: train, look at and use the models of the zoo.",
    footer = {
      "",
      "The launcher script adds:",
      "  ./shinso test   Run all tests; arguments go to Maven.",
      "  ./shinso mvn    Run the Maven wrapper with the JDK that was found."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  Main() {}

  /** Runs the command line and exits with its code: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    StandardError.restore();
    System.exit(new CommandLine(new Main()).execute(args));
  }

  /** Without a sub-command there is nothing to do but to say what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Reads the version from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"shinso " + (version == null ? "(development build)" : version)};
    }
  }
}
