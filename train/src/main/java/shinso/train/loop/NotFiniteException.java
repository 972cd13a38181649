package shinso.train.loop;

/** A number of the training is NaN or infinite; the message says which, in one line. */
public final class NotFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes an exception with its message. */
  public NotFiniteException(String message) {
    super(message);
  }
}
