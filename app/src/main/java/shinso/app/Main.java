package shinso.app;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import shinso.train.run.Build;

/** Entry point of the {@code shinso} command. */
@Command(
    name = "shinso",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      RunCommand.class,
      ListCommand.class,
      PredictCommand.class,
      SampleCommand.class,
      CompleteCommand.class,
      EncodeCommand.class,
      ReportCommand.class,
      DataCommand.class,
      DoctorCommand.class
    },
    description = "Deep learning for the JVM: train, look at and use the models of the zoo.",
    footer = {
      "",
      "The launcher script adds:",
      "  ./shinso test   Run all tests; arguments go to Maven.",
      "  ./shinso mvn    Run the Maven wrapper with the JDK that was found.",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      hidden = true,
      scope = ScopeType.INHERIT,
      description = "Show where an error came from, as the environment variable SHINSO_DEBUG does.")
  private boolean stackTrace;

  private final PrintStream out;
  private final PrintStream err;

  private Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the command line and exits with its code: 0 done, 1 failed, 2 wrong usage, 130
   * interrupted.
   */
  public static void main(String[] args) {
    StandardError.restore();
    PrintStream out = stream(FileDescriptor.out, "stdout.encoding");
    PrintStream err = stream(FileDescriptor.err, "stderr.encoding");
    int code = execute(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Runs the command line and returns its exit code. */
  static int execute(PrintStream out, PrintStream err, String... args) {
    Main main = new Main(out, err);
    Errors errors = new Errors(err, () -> main.stackTrace || System.getenv("SHINSO_DEBUG") != null);
    CommandLine line =
        new CommandLine(main)
            .setOut(new PrintWriter(out, true, out.charset()))
            .setErr(new PrintWriter(err, true, err.charset()))
            .setParameterExceptionHandler(errors)
            .setExecutionExceptionHandler(errors)
            .setAbbreviatedOptionsAllowed(false);
    try {
      return line.execute(args);
    } catch (Error e) {
      return errors.handle(e);
    }
  }

  /**
   * Writes in the encoding of the terminal. Where the locale is plain C, which says nothing about
   * the terminal, that is UTF-8 rather than ASCII, as Python does it (PEP 540).
   */
  private static PrintStream stream(FileDescriptor descriptor, String property) {
    String name = System.getProperty(property, "");
    Charset charset =
        name.isEmpty() || !Charset.isSupported(name)
            ? StandardCharsets.UTF_8
            : Charset.forName(name);
    if (charset.equals(StandardCharsets.US_ASCII)) {
      charset = StandardCharsets.UTF_8;
    }
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor)), true, charset);
  }

  /** Returns where results go. */
  PrintStream out() {
    return out;
  }

  /** Returns where errors go, and what is said beside the results. */
  PrintStream err() {
    return err;
  }

  /** Without a sub-command there is nothing to do but to say what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Returns the version, and the commit that it was built from. */
  static String version() {
    return "%s (commit %s)".formatted(Build.version(), Build.commit());
  }

  /** The text of {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"shinso " + version()};
    }
  }
}
