package shinso.train.run;

import java.util.Locale;

/** How far a run is. */
public enum RunStatus {
  /** Training, or killed while it was. */
  RUNNING,
  /** Ended as planned, by early stopping or because its time was up. */
  FINISHED,
  /** Stopped by the user; it can be resumed. */
  INTERRUPTED,
  /** Ended by an error. */
  FAILED;

  /** Returns the name in small letters, as {@code run.json} has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
