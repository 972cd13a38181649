package shinso.zoo.sweep;

/** Computes trials, one at a time. */
public interface TrialRunner extends AutoCloseable {
  /**
   * Trains a trial up to where it pauses in a round.
   *
   * @return what came out, also if it failed
   * @throws Interruption if the user wants to stop; the trial can be gone on with
   */
  Trial run(Task task) throws Interruption;

  /** Has the trial that is being computed stop soon; may be called by any thread. */
  default void stop() {}

  /** Ends what there is to end. */
  @Override
  default void close() {}

  /**
   * What is to be done.
   *
   * @param trial its number, from 1
   * @param round the round, from 1
   * @param share after which share of all steps to pause
   */
  record Task(int trial, int round, double share) {}

  /** The user wants to stop. */
  final class Interruption extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates it. */
    public Interruption() {
      super("interrupted", null, false, false);
    }
  }
}
