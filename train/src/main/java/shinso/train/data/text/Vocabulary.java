package shinso.train.data.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.train.data.DataException;

/**
 * The tokens that a model knows, each by its number: two marks, then the tokens of the training
 * texts, the most frequent first. Immutable.
 *
 * <p>The mark {@link #END} stands between texts: behind each one, and so before the next, where it
 * is what a decoder begins with. {@link #UNKNOWN} stands for all tokens that are not among those
 * that are known.
 *
 * <pre>{@code
 * Vocabulary words = Vocabulary.of(Vocabulary.Unit.WORD, sentences).atMost(5_000);
 * int[] ids = words.encode("he lived a hard life");
 * String again = words.decode(ids);
 * }</pre>
 */
public final class Vocabulary {
  /** The number of the mark at the end of a text. */
  public static final int END = 0;

  /** The number of all tokens that are not known. */
  public static final int UNKNOWN = 1;

  private static final List<String> MARKS = List.of("<end>", "<unk>");
  private static final int SHOWN = 40;

  private final Unit unit;

  /** All tokens, the marks first. */
  private final List<String> tokens;

  /** How often each was in the texts; empty if that is not known. */
  private final int[] counts;

  private final Map<String, Integer> ids = new HashMap<>();

  /** What a token is. */
  public enum Unit {
    /** A character: a Unicode code point. */
    CHARACTER,

    /** A word: what stands between white space. */
    WORD;

    /** Returns the tokens of a text in their order. */
    public List<String> split(String text) {
      return switch (this) {
        case CHARACTER -> text.codePoints().mapToObj(Character::toString).toList();
        case WORD -> Arrays.stream(text.strip().split("\\s+")).filter(w -> !w.isEmpty()).toList();
      };
    }

    private String join(Stream<String> tokens) {
      return tokens.collect(Collectors.joining(this == WORD ? " " : ""));
    }
  }

  private Vocabulary(Unit unit, List<String> known, int[] counts) {
    this.unit = unit;
    this.tokens = Stream.concat(MARKS.stream(), known.stream()).toList();
    this.counts = counts;
    for (int i = MARKS.size(); i < tokens.size(); i++) {
      if (ids.put(tokens.get(i), i) != null) {
        throw new DataException(
            "the vocabulary has the token %s twice; a token has one number"
                .formatted(quoted(tokens.get(i))));
      }
    }
  }

  /**
   * Returns all tokens of texts, the most frequent first, those that are equally frequent in the
   * order of their characters.
   *
   * @throws DataException if the texts have no tokens
   */
  public static Vocabulary of(Unit unit, Collection<String> texts) {
    Map<String, Integer> counts = new HashMap<>();
    texts.forEach(text -> unit.split(text).forEach(token -> counts.merge(token, 1, Integer::sum)));
    if (counts.isEmpty()) {
      throw new DataException(
          "the texts have no %ss to make a vocabulary of; give texts that are not empty"
              .formatted(name(unit)));
    }
    List<Map.Entry<String, Integer>> known =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    return new Vocabulary(
        unit,
        known.stream().map(Map.Entry::getKey).toList(),
        known.stream().mapToInt(Map.Entry::getValue).toArray());
  }

  /**
   * Returns this with the most frequent tokens only; the others are unknown.
   *
   * @param size how many numbers there are at most, those of the two marks included
   * @throws IllegalArgumentException if there is no room for a token beside the marks
   */
  public Vocabulary atMost(int size) {
    if (size <= MARKS.size()) {
      throw new IllegalArgumentException(
          "a vocabulary has its %d marks and at least one token, so %d are too few"
              .formatted(MARKS.size(), size));
    }
    return first(Math.min(size, size()) - MARKS.size());
  }

  /**
   * Returns this with those tokens only that were in the texts at least so many times; the others
   * are unknown.
   *
   * @throws IllegalStateException if this was read, and not made from texts
   * @throws DataException if no token was there so often
   */
  public Vocabulary atLeast(int occurrences) {
    if (counts.length == 0) {
      throw new IllegalStateException(
          "this vocabulary was read, so how often its tokens occur is not known; make it from texts");
    }
    int frequent = (int) Arrays.stream(counts).filter(c -> c >= occurrences).count();
    if (frequent == 0) {
      throw new DataException(
          "no %s is in the texts %,d times, the most frequent one %,d times; ask for fewer"
              .formatted(name(unit), occurrences, counts[0]));
    }
    return first(frequent);
  }

  private Vocabulary first(int known) {
    return new Vocabulary(
        unit,
        tokens.subList(MARKS.size(), MARKS.size() + known),
        Arrays.copyOf(counts, Math.min(known, counts.length)));
  }

  /** Returns what a token is. */
  public Unit unit() {
    return unit;
  }

  /** Returns how many numbers there are, those of the two marks included. */
  public int size() {
    return tokens.size();
  }

  /**
   * Returns the token of a number; the marks are {@code <end>} and {@code <unk>}.
   *
   * @throws IndexOutOfBoundsException if there is no such number
   */
  public String token(int id) {
    return tokens.get(id);
  }

  /** Returns the number of a token, {@link #UNKNOWN} if it has none. */
  public int id(String token) {
    return ids.getOrDefault(token, UNKNOWN);
  }

  /** Returns the numbers of a text's tokens, {@link #UNKNOWN} for those that have none. */
  public int[] encode(String text) {
    return unit.split(text).stream().mapToInt(this::id).toArray();
  }

  /**
   * Returns the numbers of a text's tokens, all of which are known.
   *
   * @throws DataException if one is not
   */
  public int[] encodeKnown(String text) {
    List<String> unknown = unknown(text);
    if (!unknown.isEmpty()) {
      throw new DataException(
          "%s: there is no %s %s in the texts that the model was trained on; it knows %s"
              .formatted(
                  shortened(text),
                  name(unit),
                  unknown.stream().map(Vocabulary::quoted).collect(Collectors.joining(", ")),
                  known()));
    }
    return encode(text);
  }

  /** Returns those tokens of a text that have no number, each once, in their order. */
  public List<String> unknown(String text) {
    return unit.split(text).stream().filter(t -> !ids.containsKey(t)).distinct().toList();
  }

  /**
   * Returns the text of some numbers as far as the first {@link #END}; characters are set side by
   * side, and words with a blank between them.
   *
   * @throws IndexOutOfBoundsException if there is no such number
   */
  public String decode(int... ids) {
    return unit.join(IntStream.of(ids).takeWhile(id -> id != END).mapToObj(this::token));
  }

  /**
   * Returns all of this as text, to be kept with the model: the unit, then each token on a line.
   *
   * @see #parse
   */
  public String text() {
    return Stream.concat(
            Stream.of(name(unit)), tokens.stream().skip(MARKS.size()).map(Vocabulary::escaped))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Returns what {@link #text} was made of.
   *
   * @throws DataException if it is no such text
   */
  public static Vocabulary parse(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    for (Unit unit : Unit.values()) {
      if (name(unit).equals(lines.getFirst()) && lines.size() > 1) {
        return new Vocabulary(
            unit, lines.stream().skip(1).map(Vocabulary::unescaped).toList(), new int[0]);
      }
    }
    throw new DataException(
        "a vocabulary is the line 'character' or 'word' and then tokens, not %s"
            .formatted(shortened(text)));
  }

  private static String name(Unit unit) {
    return switch (unit) {
      case CHARACTER -> "character";
      case WORD -> "word";
    };
  }

  private static String escaped(String token) {
    return token.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescaped(String line) {
    if (line.isEmpty()) {
      throw new DataException("a vocabulary has no empty tokens; is the text cut off?");
    }
    StringBuilder token = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != '\\') {
        token.append(c);
        continue;
      }
      char next = ++i < line.length() ? line.charAt(i) : ' ';
      token.append(
          switch (next) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case '\\' -> '\\';
            default ->
                throw new DataException(
                    "the vocabulary's token '%s' has a backslash that means nothing; is it damaged?"
                        .formatted(line));
          });
    }
    return token.toString();
  }

  /** Returns the known characters, or how many words there are. */
  private String known() {
    List<String> all = tokens.subList(MARKS.size(), tokens.size());
    if (unit == Unit.WORD || all.size() > 2 * SHOWN) {
      return "%,d %ss".formatted(all.size(), name(unit));
    }
    return all.stream().sorted().map(Vocabulary::escaped).collect(Collectors.joining());
  }

  private static String quoted(String token) {
    return token.codePointCount(0, token.length()) == 1
        ? "'%s' (U+%04X)".formatted(escaped(token), token.codePointAt(0))
        : "'" + escaped(token) + "'";
  }

  private static String shortened(String text) {
    String line = escaped(text);
    return "'" + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line) + "'";
  }

  /** Two are equal if they give the same numbers to the same tokens. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary v && unit == v.unit && tokens.equals(v.tokens);
  }

  @Override
  public int hashCode() {
    return tokens.hashCode();
  }

  /** Returns how many tokens there are and what they are. */
  @Override
  public String toString() {
    return "%d %ss and %d marks".formatted(size() - MARKS.size(), name(unit), MARKS.size());
  }
}
