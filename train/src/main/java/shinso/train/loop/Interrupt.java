package shinso.train.loop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A user's wish to stop, from any thread: training finishes the step, writes a checkpoint and
 * returns.
 */
public final class Interrupt implements BooleanSupplier, AutoCloseable {
  private volatile boolean requested;
  private final CountDownLatch done = new CountDownLatch(1);

  /** Makes one that nobody has asked for. */
  public Interrupt() {}

  /**
   * Returns one that Ctrl-C and a termination signal ask for: the JVM then ends only after {@link
   * #close}, or when the grace is over. It ends by itself, with the exit code of the signal.
   */
  public static Interrupt onSignal(Duration grace) {
    Interrupt interrupt = new Interrupt();
    Thread hook =
        new Thread(
            () -> {
              interrupt.request();
              interrupt.awaitClose(grace);
            },
            "shinso-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    return interrupt;
  }

  /** Asks for a stop. */
  public void request() {
    requested = true;
  }

  @Override
  public boolean getAsBoolean() {
    return requested;
  }

  /** Says that everything is written and the JVM may end. */
  @Override
  public void close() {
    done.countDown();
  }

  private void awaitClose(Duration grace) {
    try {
      if (!done.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("stopping without a checkpoint: the step takes too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
