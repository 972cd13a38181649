package shinso.app;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import shinso.train.loop.Screen;
import shinso.train.run.Build;

/** Entry point of the {@code shinso} command. */
@Command(
    name = "shinso",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      RunCommand.class,
      TrainCommand.class,
      ListCommand.class,
      PredictCommand.class,
      SampleCommand.class,
      TranslateCommand.class,
      CompleteCommand.class,
      EncodeCommand.class,
      ExportCommand.class,
      JudgeCommand.class,
      ReportCommand.class,
      RunsCommand.class,
      SweepCommand.class,
      SweepWorkerCommand.class,
      ShellCommand.class,
      DashboardCommand.class,
      GradcheckCommand.class,
      DataCommand.class,
      DoctorCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    },
    description = "Deep learning for the JVM: train, look at and use the models of the zoo.",
    footer = {
      "",
      "The launcher script adds:",
      "  ./shinso test   Run all tests; arguments go to Maven.",
      "  ./shinso bench  Run the benchmarks.",
      "  ./shinso docs   Make a site of all documentation.",
      "  ./shinso mvn    Run the Maven wrapper with the JDK that was found."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  0:done",
      "  1:failed; standard error says why in a line",
      "  2:wrong usage",
      "129:ended by a hang-up",
      "130:interrupted by Ctrl-C",
      "143:ended by a termination signal"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      hidden = true,
      scope = ScopeType.INHERIT,
      description = "Show where an error came from, as the environment variable SHINSO_DEBUG does.")
  private boolean stackTrace;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Say what comes out and what is wrong, but not how it goes.")
  private boolean quiet;

  private final PrintStream out;
  private final PrintStream err;
  private final @Nullable BufferedReader answers;

  private Main(PrintStream out, PrintStream err, @Nullable BufferedReader answers) {
    this.out = out;
    this.err = err;
    this.answers = answers;
  }

  /** Runs the command line and exits with its code; {@code --help} lists them. */
  public static void main(String[] args) {
    StandardError.restore();
    PrintStream out = stream(FileDescriptor.out, "stdout.encoding");
    PrintStream err = stream(FileDescriptor.err, "stderr.encoding");
    int code = execute(out, err, Terminals.answers(), args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /**
   * Runs the command line and returns its exit code.
   *
   * @param answers what a user at a terminal answers to questions, null if there is none
   */
  static int execute(
      PrintStream out, PrintStream err, @Nullable BufferedReader answers, String... args) {
    Main main = new Main(out, err, answers);
    Errors errors = new Errors(err, () -> main.stackTrace || System.getenv("SHINSO_DEBUG") != null);
    CommandLine line =
        new CommandLine(main)
            .setOut(new PrintWriter(out, true, out.charset()))
            .setErr(new PrintWriter(err, true, err.charset()))
            .setParameterExceptionHandler(errors)
            .setExecutionExceptionHandler(errors)
            .registerConverter(Path.class, new Converters.FilePath())
            // A picture may be called @1.png.
            .setExpandAtFiles(false)
            .setAbbreviatedOptionsAllowed(false)
            .setColorScheme(CommandLine.Help.defaultColorScheme(Colours.ansi()));
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

  /** Returns where that goes which {@code --quiet} leaves out. */
  PrintStream notes() {
    return quiet
        ? new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8)
        : out;
  }

  /** Returns where progress is shown, which {@code --quiet} leaves out. */
  Screen screen() {
    return quiet ? Screen.lines(notes()) : Terminals.screen(out);
  }

  /** Returns what a user at a terminal answers to questions; null if nobody can be asked. */
  @Nullable BufferedReader answers() {
    return answers;
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
