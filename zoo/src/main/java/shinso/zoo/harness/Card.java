package shinso.zoo.harness;

import java.util.List;

/**
 * What people read about a recipe.
 *
 * @param name what {@code shinso run} calls it, in small letters with hyphens
 * @param rows the ids of the catalogue's rows that it shows, such as {@code I3}
 * @param summary what it does, in a line
 * @param source where the method was published
 * @param reported what was reported there; empty where nothing was
 */
public record Card(String name, List<String> rows, String summary, String source, String reported) {
  /** Keeps a copy. */
  public Card {
    rows = List.copyOf(rows);
  }

  /** Returns a card without rows of the catalogue. */
  public static Card of(String name, String summary) {
    return new Card(name, List.of(), summary, "", "");
  }

  /** Returns this with the ids of rows of the catalogue. */
  public Card rows(String... ids) {
    return new Card(name, List.of(ids), summary, source, reported);
  }

  /** Returns this with the place where the method was published. */
  public Card source(String source) {
    return new Card(name, rows, summary, source, reported);
  }

  /** Returns this with what was reported there. */
  public Card reported(String reported) {
    return new Card(name, rows, summary, source, reported);
  }
}
