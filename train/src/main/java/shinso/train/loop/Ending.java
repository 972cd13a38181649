package shinso.train.loop;

/** Why training ended. */
public enum Ending {
  /** All steps were made. */
  COMPLETED,
  /** A callback stopped it, such as early stopping. */
  STOPPED,
  /** The time given was up; the run can be resumed with more. */
  OUT_OF_TIME,
  /** The user asked for it; the run can be resumed. */
  INTERRUPTED
}
