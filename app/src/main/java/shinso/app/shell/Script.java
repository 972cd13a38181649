package shinso.app.shell;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;

/**
 * Java to be run from top to bottom, from a file of snippets or from the {@code java} blocks of a
 * page in Markdown.
 *
 * @param name what errors call it
 * @param lines all of its lines, the prose of a page included
 * @param blocks the pieces that are run
 */
public record Script(String name, List<String> lines, List<Block> blocks) {
  private static final String FENCE = "```";

  /**
   * Lines that belong together.
   *
   * @param code what is run
   * @param line the number of its first line, from 1
   * @param output what it prints, according to the page; null if that says nothing
   */
  public record Block(String code, int line, @Nullable Output output) {}

  /**
   * What a page says that a block prints.
   *
   * @param text its lines
   * @param line the number of the first one, from 1
   */
  public record Output(List<String> text, int line) {}

  /**
   * Reads a file; one whose name ends in {@code .md} is a page.
   *
   * @throws FileException if it can't be read, or a page has no block of Java
   */
  public static Script read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new FileException("can't read " + file + ": it is no text in UTF-8", e);
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
    if (!isPage(file)) {
      return of(file.toString(), text);
    }
    Script page = page(file.toString(), text);
    if (page.blocks.isEmpty()) {
      throw new FileException(
          file + " has nothing to run: its code stands between ```java and ```");
    }
    return page;
  }

  /**
   * Reads the standard input to its end.
   *
   * @throws FileException if that fails
   */
  public static Script readStandardInput() {
    try {
      return of("standard input", new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new FileException("can't read the standard input: " + e.getMessage(), e);
    }
  }

  static boolean isPage(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".md");
  }

  /** Returns a text that is nothing but Java. */
  static Script of(String name, String text) {
    return new Script(name, text.lines().toList(), List.of(new Block(text, 1, null)));
  }

  /** Returns the script that a page in Markdown has. */
  static Script page(String name, String text) {
    List<String> lines = text.lines().toList();
    List<Block> blocks = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      String info = lines.get(at);
      int begin = ++at;
      if (!info.startsWith(FENCE)) {
        continue;
      }
      while (at < lines.size() && !lines.get(at).startsWith(FENCE)) {
        at++;
      }
      List<String> inside = lines.subList(begin, at++);
      if (info.equals(FENCE + "java")) {
        blocks.add(new Block(String.join("\n", inside) + "\n", begin + 1, null));
      } else if (info.equals(FENCE + "text")
          && !blocks.isEmpty()
          && blocks.getLast().output() == null) {
        Block last = blocks.removeLast();
        blocks.add(new Block(last.code, last.line, new Output(List.copyOf(inside), begin + 1)));
      }
    }
    return new Script(name, lines, List.copyOf(blocks));
  }

  /** Returns the code alone, for JShell's own tool. */
  String code() {
    StringBuilder code = new StringBuilder();
    blocks.forEach(b -> code.append(b.code).append('\n'));
    return code.toString();
  }
}
