package shinso.app.shell;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
   * A mode in which values are shown as they print themselves, which JShell else cuts off: tensors
   * shorten themselves. Kept as a user's settings are, since there are no modes yet when files are
   * loaded.
   */
  private static final String MODE =
      """
      /set mode shinso normal -command
      /set prompt shinso '\\nshinso> '   '   ...> '
      /set truncation shinso 1000000
      /set mode -retain shinso
      /set feedback -retain shinso
      /exit
      """;

  /** Names the mode and the JDK that is kept. */
  private static final String KEPT = "shinso";

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
      List<String> arguments = new ArrayList<>(setup.moduleOptions());
      if (!setup.further().isEmpty()) {
        arguments.addAll(List.of("--class-path", setup.further()));
      }
      arguments.addAll(List.of("--execution", ShellExecution.NAME));
      arguments.addAll(List.of("--startup", file(temporary, ShellSetup.IMPORTS).toString()));
      for (Script script : scripts) {
        arguments.add(file(temporary, script.code()).toString());
      }
      return JavaShellToolBuilder.builder()
          .locale(Locale.ROOT)
          .persistence(preferences())
          .start(arguments.toArray(String[]::new));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("JShell ended with " + e, e);
    } finally {
      temporary.forEach(InteractiveShell::delete);
    }
  }

  /** Returns where history and settings are kept, with the mode among them. */
  private static Preferences preferences() throws Exception {
    Preferences preferences = Preferences.userRoot().node("shinso/shell");
    String kept = Runtime.version() + " " + MODE.hashCode();
    if (!kept.equals(preferences.get(KEPT, ""))) {
      Map<String, String> settings = new HashMap<>();
      JavaShellToolBuilder.builder()
          .in(new ByteArrayInputStream(MODE.getBytes(StandardCharsets.UTF_8)), null)
          .out(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .locale(Locale.ROOT)
          .persistence(settings)
          .start("--no-startup", "--execution", ShellExecution.NAME);
      settings.forEach((key, value) -> {
        if (!key.startsWith("HISTORY")) {
          preferences.put(key, value);
        }
      });
      preferences.put(KEPT, kept);
    }
    return preferences;
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
