package shinso.train;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that a user did, gave or has can't be worked with; the message is one line for people
 * that names the thing, the value and the way out. Whatever else is thrown is a fault of the
 * program.
 */
public abstract class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a line for people. */
  protected UserException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Returns the line for people. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
