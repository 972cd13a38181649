package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import shinso.train.data.text.Vocabulary;

/**
 * Texts as numbers of tokens and back. Tokens are the characters of a text; or its words, marks of
 * punctuation being words of their own, and an end after each line.
 *
 * @param vocabulary the tokens
 */
public record TextCode(Vocabulary vocabulary) {
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{N}]+(?:['’-][\\p{L}\\p{N}]+)*|\\S");
  private static final Pattern BEFORE_MARK = Pattern.compile(" ([.,:;!?)\\]])");

  /** Returns the code of the tokens that are in a text, or the most frequent ones of them. */
  public static TextCode fit(Vocabulary.Unit unit, String text, int atMost) {
    String tokens = unit == Vocabulary.Unit.WORD ? words(text) : text;
    return new TextCode(Vocabulary.of(unit, List.of(tokens)).atMost(atMost));
  }

  private boolean hasWords() {
    return vocabulary.unit() == Vocabulary.Unit.WORD;
  }

  /** Puts a blank between words, and between words and marks. */
  private static String words(String text) {
    return String.join(" ", WORD.matcher(text).results().map(m -> m.group()).toList());
  }

  /** Returns the numbers of a text's tokens, {@link Vocabulary#UNKNOWN} for what is not known. */
  public int[] encode(String text) {
    if (!hasWords()) {
      return vocabulary.encode(text);
    }
    List<Integer> all = new ArrayList<>();
    text.lines()
        .forEach(line -> {
          IntStream.of(vocabulary.encode(words(line))).forEach(all::add);
          all.add(Vocabulary.END);
        });
    return all.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Returns the tokens of a text that is to go on: its last line has no end.
   *
   * @throws shinso.train.data.DataException if a character is unknown; words may be
   */
  public int[] encodePrompt(String text) {
    if (!hasWords()) {
      return vocabulary.encodeKnown(text);
    }
    // A line's end comes before the first line, as before all others.
    int[] lines = encode("\n" + text);
    boolean open = !text.isEmpty() && !text.endsWith("\n");
    return open ? Arrays.copyOf(lines, lines.length - 1) : lines;
  }

  /** Returns the text of tokens. */
  public String decode(int... tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      if (!hasWords()) {
        text.append(vocabulary.token(token));
      } else if (token == Vocabulary.END) {
        text.append('\n');
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == '\n';
        text.append(first ? "" : " ").append(vocabulary.token(token));
      }
    }
    return hasWords() ? BEFORE_MARK.matcher(text).replaceAll("$1") : text.toString();
  }

  /** Returns the tokens that are no part of texts. */
  int[] marks() {
    return hasWords()
        ? new int[] {Vocabulary.UNKNOWN}
        : new int[] {Vocabulary.END, Vocabulary.UNKNOWN};
  }
}
