package shinso.app;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/**
 * Hands the process its own standard error back.
 *
 * <p>The JVM announces an incubator module in a line of its own before {@code main}, which no
 * option turns off. The launcher script therefore starts the JVM with standard error going through
 * a filter that drops this one line, and passes the descriptor of the real one along. From {@code
 * main} on nothing stands in between: writes are in order, and a terminal is recognised as one.
 */
final class StandardError {
  /** Names the descriptor that the launcher saved; absent when the JVM was started otherwise. */
  private static final String PROPERTY = "shinso.stderr";

  private static final int STDERR_FILENO = 2;

  private StandardError() {}

  /** Undoes the launcher's redirection; does nothing when there is none. */
  static void restore() {
    Integer saved = Integer.getInteger(PROPERTY);
    if (saved == null) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("dup2")
        .ifPresent(dup2 -> {
          var type =
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
          try {
            int result =
                (int) linker.downcallHandle(dup2, type).invokeExact((int) saved, STDERR_FILENO);
            if (result < 0) {
              System.err.println("shinso: cannot restore standard error from descriptor " + saved);
            }
          } catch (Throwable e) {
            throw new AssertionError("dup2 is a plain C call and throws nothing", e);
          }
        });
  }
}
