package shinso.zoo.harness;

import java.util.Collection;
import shinso.train.UserException;

/** Something was asked for that isn't there; the message is one line for people. */
public final class UsageException extends UserException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message that names the thing, the value and the way out. */
  public UsageException(String message) {
    super(message, null);
  }

  /** Returns an exception for a name that doesn't exist: it gives the nearest names, and all. */
  public static UsageException unknown(String kind, String name, Collection<String> known) {
    return new UsageException(Names.unknown(kind, name, known));
  }
}
