package shinso.app;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
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
    MemorySegment dup2 = linker.defaultLookup().findOrThrow("dup2");
    ValueLayout.OfInt descriptor = ValueLayout.JAVA_INT;
    int result;
    try {
      result =
          (int)
              linker
                  .downcallHandle(dup2, FunctionDescriptor.of(descriptor, descriptor, descriptor))
                  .invokeExact((int) saved, STDERR_FILENO);
    } catch (Throwable e) {
      throw new AssertionError("dup2 is a C function and throws nothing", e);
    }
    if (result < 0) {
      System.err.println("shinso: " + PROPERTY + "=" + saved + " is not an open file descriptor");
    }
  }
}
