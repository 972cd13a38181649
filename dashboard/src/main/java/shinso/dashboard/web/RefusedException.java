package shinso.dashboard.web;

import shinso.train.UserException;

/** Something that was asked for can't be had; the message is a line for the page. */
public final class RefusedException extends UserException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** Creates one of a status, such as 404. */
  public RefusedException(int status, String message) {
    super(message, null);
    this.status = status;
  }

  /** Returns one of status 400: what was sent makes no sense. */
  public static RefusedException bad(String message) {
    return new RefusedException(400, message);
  }

  /** Returns one of status 404: there is no such thing. */
  public static RefusedException missing(String message) {
    return new RefusedException(404, message);
  }

  /** Returns the status. */
  public int status() {
    return status;
  }
}
