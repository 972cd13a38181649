package shinso.app;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOError;
import java.io.IOException;
import java.io.PrintStream;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import shinso.train.loop.Screen;

/** Where progress is shown: the terminal, if there is one. */
final class Terminals {
  private static final int NARROWEST = 20;
  private static final int USUAL = 80;

  private Terminals() {}

  /** Returns a screen for standard output, or for what takes its place. */
  static Screen screen(PrintStream out) {
    Screen standard = Screen.standard();
    if (!standard.isTerminal()) {
      return Screen.lines(out);
    }
    try {
      Terminal terminal =
          TerminalBuilder.builder()
              .system(true)
              .dumb(true)
              .nativeSignals(false)
              // Else the terminal is asked what it can do, and answers into the user's input.
              .graphemeCluster(false)
              .build();
      return new Screen(
          out,
          !terminal.getType().startsWith(Terminal.TYPE_DUMB),
          Screen.wantsColours(),
          () -> {
            int columns = columns(terminal);
            return columns < NARROWEST ? USUAL : columns;
          });
    } catch (IOException e) {
      return Screen.lines(out);
    }
  }

  /** Returns what a user at the terminal answers to questions; null if there is no terminal. */
  // The specification of System.console still allows null.
  @SuppressWarnings("SystemConsoleNull")
  static @Nullable BufferedReader answers() {
    Console console = System.console();
    return console != null && console.isTerminal() ? new BufferedReader(console.reader()) : null;
  }

  /** A terminal that was closed has no size, which must not end the step that is being made. */
  private static int columns(Terminal terminal) {
    try {
      return terminal.getSize().getColumns();
    } catch (IOError | IllegalStateException closed) {
      return USUAL;
    }
  }
}
