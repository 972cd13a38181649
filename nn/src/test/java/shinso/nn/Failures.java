package shinso.nn;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Messages of refusals. */
public final class Failures {
  private Failures() {}

  /** Fails unless the call refuses its arguments, and returns the message. */
  public static String refusal(Executable call) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
