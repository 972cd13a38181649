package shinso.app.shell;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import shinso.train.loop.Screen;

/**
 * What can be done with Java that is typed or lies in files.
 *
 * @param out where output goes
 * @param classPath further entries of the class path
 */
public record Shell(PrintStream out, List<Path> classPath) {
  /**
   * Runs scripts after one another, each on what those before have declared.
   *
   * @throws ScriptException at the first error; the line is part of the message
   */
  public void run(List<Script> scripts) {
    PrintStream before = System.out;
    System.setOut(out);
    Show.on(out);
    try {
      alike(() -> {
        try (ScriptRunner runner = new ScriptRunner(setup())) {
          scripts.forEach(runner::run);
        }
      });
    } finally {
      System.setOut(before);
    }
  }

  /**
   * Runs each page in a shell of its own and compares what it prints with what it says.
   *
   * @return what differs, a line for each block
   * @throws ScriptException if the code of a page has an error
   */
  public List<String> check(List<Script> pages) {
    List<String> differences = new ArrayList<>();
    alike(() -> {
      for (Script page : pages) {
        try (ScriptRunner runner = new ScriptRunner(setup())) {
          differences.addAll(PageCheck.differences(page, runner));
        }
      }
    });
    return differences;
  }

  /**
   * Runs each page in a shell of its own and writes what it prints into it.
   *
   * @return the pages that have changed
   * @throws ScriptException if the code of a page has an error
   */
  public List<String> update(List<Script> pages) {
    List<String> changed = new ArrayList<>();
    alike(() -> {
      for (Script page : pages) {
        try (ScriptRunner runner = new ScriptRunner(setup())) {
          if (PageCheck.update(page, runner)) {
            changed.add(page.name());
          }
        }
      }
    });
    return changed;
  }

  /** Runs scripts, then what is typed; returns the exit code. */
  public int talk(Screen screen, List<Script> scripts) {
    return InteractiveShell.run(screen, setup(), scripts);
  }

  /** Does something so that it prints the same numbers whatever the user's language. */
  private static void alike(Runnable task) {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.ROOT);
    try {
      task.run();
    } finally {
      Locale.setDefault(before);
    }
  }

  private ShellSetup setup() {
    return ShellSetup.of(classPath);
  }
}
