package shinso.dashboard.web;

import shinso.train.UserException;

/** The dashboard can't listen on a port. */
public final class PortException extends UserException {
  private static final long serialVersionUID = 1L;

  PortException(int port) {
    super(
        "port "
            + port
            + " is taken or not allowed; choose another with --port, or --port 0 for any that is"
            + " free",
        null);
  }
}
