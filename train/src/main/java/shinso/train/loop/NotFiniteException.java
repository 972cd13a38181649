package shinso.train.loop;

import shinso.train.UserException;

/** A number of the training is NaN or infinite; the message says which, in one line. */
public final class NotFiniteException extends UserException {
  private static final long serialVersionUID = 1;

  /** Makes an exception with its message. */
  public NotFiniteException(String message) {
    super(message, null);
  }
}
