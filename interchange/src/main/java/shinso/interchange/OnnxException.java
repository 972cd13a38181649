package shinso.interchange;

import shinso.train.UserException;

/** A model that ONNX can't express, or a file with something that isn't supported, in one line. */
public final class OnnxException extends UserException {
  private static final long serialVersionUID = 1;

  /** Makes an exception with a line for people. */
  public OnnxException(String message) {
    super(message, null);
  }
}
