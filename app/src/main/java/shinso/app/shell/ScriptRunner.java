package shinso.app.shell;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.UnresolvedReferenceException;
import org.jspecify.annotations.Nullable;

/** Runs scripts after one another, each on what those before it have declared. */
final class ScriptRunner implements AutoCloseable {
  /** A command of JShell's, which a comment is not. */
  /** What a line begins with that goes on with the one before it. */
  private static final Pattern GOES_ON =
      Pattern.compile(
          "\\s*(?!//|/\\*)(?:[-.+*/%&|^<>=?:)\\]},;]|(?:instanceof|else|catch|finally)\\b)");

  /** What javac says of a line that another statement follows. */
  private static final String NO_SEMICOLON = "';' expected";

  private static final Pattern COMMAND = Pattern.compile("\\s*/([a-z!?-][^\\s/*]*).*");

  private final JShell shell;
  private final SourceCodeAnalysis analysis;

  ScriptRunner(ShellSetup setup) {
    shell =
        JShell.builder()
            .executionEngine(new ShellExecution(), Map.of())
            .compilerOptions(setup.moduleOptions().toArray(String[]::new))
            .build();
    if (!setup.further().isEmpty()) {
      shell.addToClasspath(setup.further());
    }
    analysis = shell.sourceCodeAnalysis();
    run(Script.of("the imports", ShellSetup.IMPORTS));
  }

  /**
   * Runs a script to its end.
   *
   * @throws ScriptException at the first error
   */
  void run(Script script) {
    for (Script.Block block : script.blocks()) {
      if (!run(script.name(), block)) {
        return;
      }
    }
    checkComplete(script);
  }

  /**
   * Runs a block; returns whether the script goes on behind it.
   *
   * @throws ScriptException at the first error
   */
  boolean run(String name, Script.Block block) {
    String rest = block.code();
    int line = block.line();
    while (!rest.isBlank()) {
      int blank = rest.length() - rest.stripLeading().length();
      line += feeds(rest.substring(0, blank));
      rest = rest.substring(blank);
      Matcher command = COMMAND.matcher(rest.lines().findFirst().orElse(""));
      if (command.matches()) {
        if (command.group(1).equals("exit")) {
          return false;
        }
        throw new ScriptException(
            name,
            line,
            "/%s is for the interactive shell; a script has Java, and /exit to end early"
                .formatted(command.group(1)));
      }
      String remaining = evalFirst(name, line, rest);
      line += feeds(rest.substring(0, rest.length() - remaining.length()));
      rest = remaining;
    }
    return true;
  }

  /** Runs the first snippet of a text; returns what is behind it. */
  private String evalFirst(String name, int line, String rest) {
    CompletionInfo found = analysis.analyzeCompletion(rest);
    String source = found.source();
    boolean whole = source != null && found.completeness().isComplete();
    // What can't be completed is an error inside, or lacks its end.
    ScriptException error = eval(name, line, whole ? source : rest);
    if (error == null && whole) {
      return found.remaining();
    }
    if (error == null) {
      throw new ScriptException(name, line, "what begins here has no end");
    }
    int end = error.getMessage().endsWith(NO_SEMICOLON) ? endOfLines(rest) : -1;
    if (end < 0) {
      throw error;
    }
    String first = rest.substring(0, end);
    String completed = analysis.analyzeCompletion(first).source();
    ScriptException inside = eval(name, line, completed == null ? first : completed);
    if (inside != null) {
      throw inside;
    }
    return rest.substring(end);
  }

  /**
   * Returns the end of the first lines that are a statement but for a semicolon, which JShell
   * doesn't ask for at the end of a line; −1 if there are none.
   */
  private int endOfLines(String rest) {
    int end = rest.indexOf('\n');
    while (end >= 0) {
      if (!GOES_ON.matcher(rest.substring(end)).lookingAt()
          && analysis.analyzeCompletion(rest.substring(0, end)).completeness().isComplete()) {
        return end;
      }
      end = rest.indexOf('\n', end + 1);
    }
    return -1;
  }

  /**
   * Runs a snippet; returns what is wrong with it if it can't be run.
   *
   * @throws ScriptException if it throws
   */
  private @Nullable ScriptException eval(String name, int line, String source) {
    for (SnippetEvent event : shell.eval(source)) {
      Snippet snippet = event.snippet();
      if (event.status() == Snippet.Status.REJECTED) {
        Diag error = shell.diagnostics(snippet).filter(Diag::isError).findFirst().orElseThrow();
        int position = (int) Math.clamp(error.getPosition(), 0, snippet.source().length());
        return new ScriptException(
            name, line + feeds(snippet.source().substring(0, position)), text(error));
      }
      JShellException thrown = event.exception();
      if (thrown != null) {
        throw new ScriptException(name, line + lineIn(thrown, snippet) - 1, text(thrown));
      }
    }
    return null;
  }

  /** Methods may use what is declared below them; at the end everything must be there. */
  private void checkComplete(Script script) {
    shell
        .snippets()
        .filter(s ->
            s instanceof DeclarationSnippet
                && (shell.status(s) == Snippet.Status.RECOVERABLE_DEFINED
                    || shell.status(s) == Snippet.Status.RECOVERABLE_NOT_DEFINED))
        .findFirst()
        .ifPresent(s -> {
          DeclarationSnippet declared = (DeclarationSnippet) s;
          String error =
              shell
                  .diagnostics(s)
                  .filter(Diag::isError)
                  .map(ScriptRunner::text)
                  .findFirst()
                  .orElseGet(() ->
                      "there is no "
                          + shell
                              .unresolvedDependencies(declared)
                              .collect(Collectors.joining(", ")));
          throw new ScriptException(script.name(), lineOf(script, declared), error);
        });
  }

  private static int lineOf(Script script, DeclarationSnippet declared) {
    String first = declared.source().strip().lines().findFirst().orElse("");
    for (Script.Block block : script.blocks()) {
      int at = block.code().indexOf(first);
      if (at >= 0) {
        return block.line() + feeds(block.code().substring(0, at));
      }
    }
    return 1;
  }

  /** Returns the line of a snippet, from 1, in which an exception passed through it. */
  private static int lineIn(JShellException thrown, Snippet snippet) {
    for (StackTraceElement at : thrown.getStackTrace()) {
      if (("#" + snippet.id()).equals(at.getFileName())) {
        return Math.max(1, at.getLineNumber());
      }
    }
    return 1;
  }

  private static String text(JShellException thrown) {
    return switch (thrown) {
      case EvalException e -> {
        String type = e.getExceptionClassName();
        String message = e.getMessage();
        // What is written for people says all; the name of another exception is half of it.
        yield type.startsWith("shinso.") && message != null
            ? message
            : type.substring(type.lastIndexOf('.') + 1) + (message == null ? "" : ": " + message);
      }
      case UnresolvedReferenceException e ->
          "%s was used, which lacks something that isn't declared".formatted(e.getSnippet().name());
      default -> String.valueOf(thrown.getMessage());
    };
  }

  /** Returns what javac says, without where it thinks that this was. */
  private static String text(Diag error) {
    List<String> lines = error.getMessage(Locale.ROOT).lines().map(String::strip).toList();
    return lines.stream()
        .filter(l -> !l.startsWith("location:"))
        .map(l -> l.replaceFirst("^symbol: +", ""))
        .collect(Collectors.joining(": "));
  }

  private static int feeds(@Nullable String text) {
    return text == null ? 0 : (int) text.chars().filter(c -> c == '\n').count();
  }

  @Override
  public void close() {
    shell.close();
  }
}
