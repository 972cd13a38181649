package shinso.train.data.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import shinso.train.data.DataException;
import shinso.train.data.text.TextPairs;

/**
 * Reads pairs of texts: on each line one, a tab, and the other, in UTF-8. The file may be gzipped;
 * empty lines are passed over.
 */
public final class PairFile {
  /** The characters that a text has at most. */
  public static final int LONGEST = 2_000;

  private static final int SHOWN = 30;

  private PairFile() {}

  /**
   * Reads all pairs.
   *
   * @throws DataException if the file does not exist or can't be read, has no text, is not UTF-8,
   *     or a line has no tab or several, an empty side, or one that is too long; the message names
   *     the line
   */
  public static TextPairs read(Path file) {
    List<TextPairs.Pair> pairs = new ArrayList<>();
    int line = 0;
    for (String text : TextFile.read(file).split("\n", -1)) {
      line++;
      if (!text.isBlank()) {
        pairs.add(pair(file, line, text));
      }
    }
    return TextPairs.of(file.getFileName() + ", pairs of texts", pairs);
  }

  private static TextPairs.Pair pair(Path file, int line, String text) {
    String[] sides = text.split("\t", -1);
    if (sides.length != 2) {
      throw wrong(
          file,
          line,
          sides.length == 1
              ? "has no tab; a line is a text, a tab, and another text, not '%s'"
                  .formatted(shortened(text))
              : "has %d tabs; a line is a text, one tab, and another text: leave further columns out"
                  .formatted(sides.length - 1));
    }
    return new TextPairs.Pair(
        side(file, line, "first", sides[0]), side(file, line, "second", sides[1]));
  }

  private static String side(Path file, int line, String which, String text) {
    String side = text.strip();
    if (side.isEmpty()) {
      throw wrong(file, line, "the " + which + " text is empty; fill it in or leave the line out");
    }
    int length = side.codePointCount(0, side.length());
    if (length > LONGEST) {
      throw wrong(
          file,
          line,
          "the %s text has %,d characters; the limit is %,d: cut it into sentences"
              .formatted(which, length, LONGEST));
    }
    return side;
  }

  private static DataException wrong(Path file, int line, String what) {
    return new DataException("%s, line %,d: %s".formatted(file, line, what));
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
