package shinso.train.data.catalog;

/**
 * What a check of one file found.
 *
 * @param file its name
 * @param state the verdict
 * @param detail what was found, in a few words
 */
public record FileCheck(String file, State state, String detail) {
  /** The verdict on a file. */
  public enum State {
    /** It is what it should be. */
    GOOD,
    /** It looks right, but no checksum is known for it. */
    UNKNOWN,
    /** It is not there. */
    MISSING,
    /** It is not what it should be. */
    WRONG
  }
}
