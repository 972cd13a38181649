package shinso.app;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import shinso.core.backend.OptionException;
import shinso.train.UserException;
import shinso.zoo.harness.Names;
import shinso.zoo.harness.UsageException;

/** Turns what goes wrong into one line on standard error and an exit code. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
  /** Exit code of a command that couldn't do what it was asked for. */
  static final int FAILED = 1;

  /** Exit code of a command line that makes no sense. */
  static final int USAGE = 2;

  /** What the JVM itself says; other messages of this kind name tensors and a way out. */
  private static final String HEAP = "Java heap space";

  private final PrintStream err;
  private final BooleanSupplier showsStackTrace;

  Errors(PrintStream err, BooleanSupplier showsStackTrace) {
    this.err = err;
    this.showsStackTrace = showsStackTrace;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String message =
        switch (e) {
          case UnmatchedArgumentException unmatched -> unmatched(unmatched, command);
          case MissingParameterException missing -> missing(missing, command);
          default -> lowerCase(e.getMessage());
        };
    return show("%s; see %s --help".formatted(message, command.qualifiedName()), e, USAGE);
  }

  private static String unmatched(UnmatchedArgumentException e, CommandSpec command) {
    String given = e.getUnmatched().getFirst();
    if (e.isUnknownOption()) {
      List<String> names =
          command.options().stream().filter(o -> !o.hidden()).map(o -> o.longestName()).toList();
      return "%s has no option '%s'%s"
          .formatted(command.name(), given, Names.didYouMean(given.split("=", 2)[0], names));
    }
    if (!command.subcommands().isEmpty()) {
      return Names.unknown("command", given, Candidates.commands(command));
    }
    return "%s takes no further argument '%s'".formatted(command.name(), given);
  }

  private static String missing(MissingParameterException e, CommandSpec command) {
    return "%s needs %s"
        .formatted(
            command.name(),
            e.getMissing().stream().map(Errors::label).collect(Collectors.joining(" and ")));
  }

  private static String label(ArgSpec argument) {
    return argument.isOption()
        ? argument.command().optionsMap().entrySet().stream()
            .filter(entry -> entry.getValue().equals(argument))
            .map(entry -> "a value for " + entry.getKey())
            .collect(Collectors.joining(" or "))
        : argument.paramLabel();
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    return handle(e);
  }

  /** Shows what a command threw and returns the exit code. */
  int handle(Throwable e) {
    Throwable thrown = e;
    // What goes wrong while a class is initialised.
    while (thrown instanceof ExceptionInInitializerError && thrown.getCause() != null) {
      thrown = thrown.getCause();
    }
    String message = thrown.getMessage();
    if (thrown instanceof OutOfMemoryError && HEAP.equals(message)) {
      message = "the Java heap is full; give it more, such as SHINSO_JAVA_OPTS=-Xmx8g";
    }
    if (message != null && isExpected(thrown)) {
      return show(message, e, isUsage(thrown) ? USAGE : FAILED);
    }
    return show(
        "%s; this is a fault of shinso, please report it with %s".formatted(thrown, written(e)),
        e,
        FAILED);
  }

  /** Returns whether the message was written for users. */
  private static boolean isExpected(Throwable e) {
    return e instanceof UserException || e instanceof OutOfMemoryError || isUsage(e);
  }

  /** An option of the JVM, such as -Dshinso.memory=none, is one of the command line too. */
  private static boolean isUsage(Throwable e) {
    return e instanceof UsageException || e instanceof OptionException;
  }

  /** Writes where an error came from into a file; returns where that is found. */
  private static String written(Throwable e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    try {
      Path file = Files.createTempFile("shinso-error-", ".txt");
      Files.writeString(file, trace.toString());
      return "the file " + file;
    } catch (IOException | UncheckedIOException | SecurityException unwritten) {
      return "what --stacktrace shows";
    }
  }

  private int show(String message, Throwable e, int code) {
    err.println("shinso: " + oneLine(message));
    if (showsStackTrace.getAsBoolean()) {
      e.printStackTrace(err);
    }
    err.flush();
    return code;
  }

  private static String oneLine(String message) {
    List<String> lines = new ArrayList<>(message.strip().lines().map(String::strip).toList());
    return String.join(" ", lines);
  }

  private static String lowerCase(@Nullable String message) {
    if (message == null || message.isEmpty()) {
      return "wrong usage";
    }
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
