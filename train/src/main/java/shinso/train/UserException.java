package shinso.train;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that a user did, gave or has can't be worked with; the message is one line for people
 * that names the thing, the value and the way out. Whatever else is thrown is a fault of the
 * program.
 */
public abstract class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Line breaks, and what could change the terminal. */
  private static final Pattern CONTROL =
      Pattern.compile("[\\p{Cntrl}\u0085\u2028\u2029][\\p{Cntrl}\u0085\u2028\u2029 ]*");

  /** Creates an exception with a line for people, to which a file's content adds no others. */
  protected UserException(String message, @Nullable Throwable cause) {
    super(CONTROL.matcher(message).replaceAll(" "), cause);
  }

  /** Returns the line for people. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
