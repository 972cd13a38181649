package shinso.app.shell;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.train.file.AtomicFile;

/**
 * Runs pages and compares what they print with what they say that they print: the {@code text}
 * block behind a {@code java} block.
 */
final class PageCheck {
  private PageCheck() {}

  /**
   * Runs a page; returns the first difference of each block, {@code page.md:12: …}.
   *
   * @throws ScriptException if the page's code has an error
   */
  static List<String> differences(Script page, ScriptRunner runner) {
    List<List<String>> printed = printed(page, runner);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < printed.size(); i++) {
      String difference = difference(page.blocks().get(i), printed.get(i));
      if (difference != null) {
        differences.add(page.name() + ":" + difference);
      }
    }
    return differences;
  }

  /**
   * Runs a page and writes what it prints into it.
   *
   * @return whether that is other than what stood there
   * @throws ScriptException if the page's code has an error
   */
  static boolean update(Script page, ScriptRunner runner) {
    List<List<String>> printed = printed(page, runner);
    List<String> lines = new ArrayList<>(page.lines());
    for (int i = printed.size() - 1; i >= 0; i--) {
      Script.Block block = page.blocks().get(i);
      Script.Output old = block.output();
      List<String> now = printed.get(i);
      if (old != null) {
        List<String> place = lines.subList(old.line() - 1, old.line() - 1 + old.text().size());
        place.clear();
        place.addAll(now);
      } else if (!now.isEmpty()) {
        int end = block.line() + (int) block.code().lines().count(); // behind the closing fence
        lines.add(end, "```");
        lines.addAll(end, now);
        lines.addAll(end, List.of("", "```text"));
      }
    }
    if (lines.equals(page.lines())) {
      return false;
    }
    AtomicFile.write(Path.of(page.name()), String.join("\n", lines) + "\n");
    return true;
  }

  /** Returns the lines that each block prints, up to the end or {@code /exit}. */
  private static List<List<String>> printed(Script page, ScriptRunner runner) {
    PrintStream before = System.out;
    List<List<String>> printed = new ArrayList<>();
    try {
      for (Script.Block block : page.blocks()) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        System.setOut(stream);
        Show.on(stream);
        boolean goesOn = runner.run(page.name(), block);
        printed.add(lines(out.toString(StandardCharsets.UTF_8)));
        if (!goesOn) {
          break;
        }
      }
      return printed;
    } finally {
      System.setOut(before);
      Show.on(before);
    }
  }

  /** Returns lines without the blanks at their ends, and without empty ones at the end. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>(text.lines().map(String::stripTrailing).toList());
    while (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }

  private static @Nullable String difference(Script.Block block, List<String> printed) {
    Script.Output output = block.output();
    if (output == null) {
      return printed.isEmpty()
          ? null
          : "%d: prints \"%s\", which the page doesn't show"
              .formatted(block.line(), printed.getFirst());
    }
    List<String> shown = lines(String.join("\n", output.text()));
    for (int i = 0; i < Math.max(shown.size(), printed.size()); i++) {
      String is = i < printed.size() ? printed.get(i) : null;
      String was = i < shown.size() ? shown.get(i) : null;
      if (is == null) {
        return "%d: \"%s\" is not printed any more".formatted(output.line() + i, was);
      }
      if (!is.equals(was)) {
        return "%d: prints \"%s\"%s"
            .formatted(output.line() + i, is, was == null ? "" : ", not \"" + was + "\"");
      }
    }
    return null;
  }
}
