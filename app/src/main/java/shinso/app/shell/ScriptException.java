package shinso.app.shell;

import shinso.train.UserException;

/** Something is wrong in a script; the message begins with its name and the line. */
public final class ScriptException extends UserException {
  private static final long serialVersionUID = 1L;

  ScriptException(String script, int line, String message) {
    super(script + ":" + line + ": " + message, null);
  }
}
