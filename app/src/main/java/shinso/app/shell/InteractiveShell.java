package shinso.app.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.prefs.Preferences;
import jdk.jshell.tool.JavaShellToolBuilder;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;
import shinso.train.loop.Screen;

/** JShell's own tool, set up for Shinso. */
final class InteractiveShell {
  /**
   * Values are shown as they print themselves, which JShell else cuts off: tensors shorten
   * themselves.
   */
  private static final String SETTINGS =
      """
      /set mode shinso normal -command
      /set prompt shinso '\\nshinso> '   '   ...> '
      /set truncation shinso 1000000
      /set feedback shinso
      """;

  /** Where the JDK says that it has made the folder of preferences. */
  private static final Logger PREFERENCES = Logger.getLogger("java.util.prefs");

  private InteractiveShell() {}

  /**
   * Runs the shell to its end.
   *
   * @param scripts what is run first
   * @return its exit code
   * @throws FileException if files for it can't be written
   */
  static int run(Screen screen, ShellSetup setup, List<Script> scripts) {
    PREFERENCES.setLevel(Level.SEVERE);
    Show.on(screen, screen.isTerminal());
    List<Path> temporary = new ArrayList<>();
    try {
      List<String> arguments = new ArrayList<>(setup.options());
      arguments.addAll(List.of("--execution", ShellExecution.NAME));
      arguments.addAll(
          List.of("--startup", file(temporary, ShellSetup.IMPORTS + SETTINGS).toString()));
      for (Script script : scripts) {
        arguments.add(file(temporary, script.code()).toString());
      }
      return JavaShellToolBuilder.builder()
          .locale(Locale.ROOT)
          .persistence(Preferences.userRoot().node("shinso/shell"))
          .start(arguments.toArray(String[]::new));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("JShell ended with " + e, e);
    } finally {
      temporary.forEach(InteractiveShell::delete);
    }
  }

  /** JShell's tool reads files only. */
  private static Path file(List<Path> temporary, String text) {
    try {
      Path file = Files.createTempFile("shinso-", ".jsh");
      temporary.add(file);
      AtomicFile.write(file, text);
      return file;
    } catch (IOException e) {
      throw new FileException("can't write a temporary file: " + e.getMessage(), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A file of some lines in the folder of temporary files does no harm.
    }
  }
}
