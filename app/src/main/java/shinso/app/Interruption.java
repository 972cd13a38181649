package shinso.app;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jline.utils.Signals;
import shinso.train.loop.Interrupt;
import shinso.train.run.StopRequest;

/**
 * Ctrl-C, a termination signal and a closed terminal while this is open: the first asks to stop
 * after the step; a second one ends the process at once, but for a closed terminal, of which the
 * shell and the system may both tell.
 */
final class Interruption implements AutoCloseable {
  /** What a shell adds to the number of the signal that ended a process. */
  private static final int SIGNALLED = 128;

  private static final int HANGUP = 1;
  private static final int INTERRUPT = 2;

  private final Interrupt interrupt = new Interrupt();
  private final Map<String, Object> before = new LinkedHashMap<>();
  private final PrintStream err;
  private volatile int code;

  private Interruption(PrintStream err) {
    this.err = err;
  }

  /** Listens for signals; tells on {@code err} what happens. */
  static Interruption listen(PrintStream err) {
    Interruption interruption = new Interruption(err);
    interruption.listen("HUP", HANGUP);
    interruption.listen("INT", INTERRUPT);
    interruption.listen("TERM", 15);
    return interruption;
  }

  private void listen(String signal, int number) {
    Object previous = Signals.register(signal, () -> received(number));
    if (previous != null) {
      before.put(signal, previous);
    }
  }

  private void received(int number) {
    if (interrupt.getAsBoolean()) {
      if (number != HANGUP) {
        Runtime.getRuntime().halt(SIGNALLED + number);
      }
      return;
    }
    code = SIGNALLED + number;
    interrupt.request();
    err.println();
    err.println("stopping after this step; once more ends at once");
  }

  /** Returns the wish to stop, for training and for who may ask for a stop otherwise. */
  Interrupt interrupt() {
    return interrupt;
  }

  /** Returns what training asks after each step: it is also stopped by a request in its folder. */
  BooleanSupplier or(StopRequest request) {
    return () -> {
      if (!interrupt.getAsBoolean() && request.getAsBoolean()) {
        code = SIGNALLED + INTERRUPT;
        interrupt.request();
        err.println();
        err.println("stopping after this step, as another program asked for");
      }
      return interrupt.getAsBoolean();
    };
  }

  /** Returns the exit code of a run that was stopped: 130 after Ctrl-C. */
  int exitCode() {
    return code;
  }

  /** Gives the signals back. */
  @Override
  public void close() {
    before.forEach(Signals::unregister);
  }
}
