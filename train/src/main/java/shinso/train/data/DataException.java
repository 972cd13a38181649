package shinso.train.data;

import shinso.train.UserException;

/** Says what is wrong with data, or with getting them, in one line for the user. */
public final class DataException extends UserException {
  private static final long serialVersionUID = 1;

  /** Makes an error of one line: the file or field, what is wrong with it, the way out. */
  public DataException(String message) {
    super(message, null);
  }

  /** Makes an error of one line with the exception that it explains. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
