package shinso.train.loop;

import java.util.function.BooleanSupplier;

/**
 * A user's wish to stop, from any thread, such as one that handles a signal: training finishes the
 * step, writes a checkpoint and returns.
 */
public final class Interrupt implements BooleanSupplier {
  private volatile boolean requested;

  /** Makes one that nobody has asked for. */
  public Interrupt() {}

  /** Asks for a stop. */
  public void request() {
    requested = true;
  }

  /** Returns whether somebody has asked. */
  @Override
  public boolean getAsBoolean() {
    return requested;
  }
}
