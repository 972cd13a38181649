package shinso.train.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;
import shinso.train.data.Batches;
import shinso.train.run.TrainingFolder;

/**
 * Trains: gives a learner batch after batch, evaluates, and keeps what happens in a run folder. A
 * trainer on the folder of a run that was stopped goes on where its last checkpoint is; with the
 * same settings it ends with the same bits as if it had never been stopped.
 *
 * <pre>{@code
 * Outcome outcome =
 *     Trainer.of(learner, Batches.shuffled(split.train(), 128, seed))
 *         .seed(seed)
 *         .epochs(10)
 *         .evaluate("validation", Batches.inOrder(split.validation(), 500))
 *         .evaluateAtEnd("test", Batches.inOrder(split.test(), 500))
 *         .with(BestModel.by(Goal.largest("validation.accuracy")).patience(3))
 *         .with(Progress.on(Screen.standard()))
 *         .in(run)
 *         .run();
 * }</pre>
 */
public final class Trainer {
  private static final long ROWS = 400;

  final Learner learner;
  final Batches batches;
  final Map<String, Batches> periodic = new LinkedHashMap<>();
  final Map<String, Batches> atEnd = new LinkedHashMap<>();
  final Map<String, LongToDoubleFunction> gauges = new LinkedHashMap<>();
  final List<Callback> callbacks = new ArrayList<>();
  long seed;
  private long steps;
  private long evaluateEvery;
  private long recordEvery;
  long checkpointEvery = Long.MAX_VALUE;
  Duration checkpointInterval = Duration.ofSeconds(30);
  int keep = 2;
  @Nullable Duration maxTime;
  private double share = 1;
  BooleanSupplier interrupted = Thread::interrupted;
  @Nullable TrainingFolder run;
  LongSupplier nanoTime = System::nanoTime;

  private Trainer(Learner learner, Batches batches) {
    this.learner = learner;
    this.batches = batches;
    this.steps = batches.perEpoch();
  }

  /** Returns a trainer for one epoch of these batches. */
  public static Trainer of(Learner learner, Batches batches) {
    return new Trainer(learner, batches);
  }

  /** Sets the seed of the keys that steps draw random numbers with; 0 by default. */
  public Trainer seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Sets the number of epochs; with 0 the model is measured as it is.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Trainer epochs(int epochs) {
    if (epochs < 0) {
      throw new IllegalArgumentException("the number of epochs is 0 or more, not " + epochs);
    }
    return steps((long) epochs * batches.perEpoch());
  }

  /**
   * Sets the number of steps.
   *
   * @throws IllegalArgumentException if it is not in 0 to 2³¹ − 1
   */
  public Trainer steps(long steps) {
    // A step's number is the index of its random key.
    if (steps < 0 || steps > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("the number of steps is in 0 to 2^31 - 1, not " + steps);
    }
    this.steps = steps;
    return this;
  }

  /** Adds a set that is evaluated on the way and at the end. */
  public Trainer evaluate(String set, Batches batches) {
    periodic.put(set, batches);
    return this;
  }

  /** Adds a set that is evaluated once, with the final model. */
  public Trainer evaluateAtEnd(String set, Batches batches) {
    atEnd.put(set, batches);
    return this;
  }

  /**
   * Sets the number of steps between evaluations; an epoch by default.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Trainer evaluateEvery(long steps) {
    evaluateEvery = positive("evaluations", steps);
    return this;
  }

  /**
   * Sets the number of steps between rows of {@code metrics.csv}; by default there are about 400
   * rows in all. Evaluations have a row in any case.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Trainer recordEvery(long steps) {
    recordEvery = positive("records", steps);
    return this;
  }

  /**
   * Adds checkpoints at a distance in steps to those at a distance in time.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Trainer checkpointEvery(long steps) {
    checkpointEvery = positive("checkpoints", steps);
    return this;
  }

  /** Sets the time between checkpoints; 30 seconds by default. */
  public Trainer checkpointEvery(Duration interval) {
    checkpointInterval = interval;
    return this;
  }

  private static long positive(String what, long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "the number of steps between " + what + " is at least 1, not " + steps);
    }
    return steps;
  }

  /** Sets how many checkpoints are kept besides the best; 2 by default. */
  public Trainer keep(int checkpoints) {
    keep = checkpoints;
    return this;
  }

  /** Sets the time after which training ends with what it has; it counts anew after a resume. */
  public Trainer maxTime(Duration limit) {
    maxTime = limit;
    return this;
  }

  /**
   * Ends training after a share of its steps as an interruption does, so that a trainer of a larger
   * share goes on with it: at the first evaluation that isn't before that share. 1, the default, is
   * all of it. The rates of a schedule are those of the whole.
   *
   * @throws IllegalArgumentException if it is not above 0 and at most 1
   */
  public Trainer pauseAfter(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of the steps after which to pause is above 0 and at most 1, not " + share);
    }
    this.share = share;
    return this;
  }

  /**
   * Sets what is asked after each step whether the user wants to stop; by default whether the
   * thread has been interrupted.
   */
  public Trainer interruptedBy(BooleanSupplier interrupted) {
    this.interrupted = interrupted;
    return this;
  }

  /** Adds a number that is recorded beside the metrics, such as the learning rate of a step. */
  public Trainer gauge(String name, LongToDoubleFunction ofStep) {
    gauges.put(name, ofStep);
    return this;
  }

  /** Adds a callback; callbacks hear of an event in the order in which they were added. */
  public Trainer with(Callback callback) {
    if (callbacks.stream().anyMatch(c -> c.name().equals(callback.name()) && hasNotes(c))) {
      throw new IllegalArgumentException(
          "there is a callback '" + callback.name() + "' already; give it another name");
    }
    callbacks.add(callback);
    return this;
  }

  private static boolean hasNotes(Callback callback) {
    return !callback.notes().isEmpty();
  }

  /** Sets the folder in which metrics, checkpoints and the model are kept; none by default. */
  public Trainer in(TrainingFolder run) {
    this.run = run;
    return this;
  }

  long steps() {
    return steps;
  }

  /** Returns the step after which training pauses, which may be behind its end. */
  long pausedAt() {
    long every = evaluateEvery();
    // A third of 9 steps are 3, whatever 1/3 · 9 is in binary.
    long least = (long) Math.ceil(share * steps - 1e-6);
    return share == 1 ? Long.MAX_VALUE : Math.max(1, Math.ceilDiv(least, every)) * every;
  }

  long evaluateEvery() {
    return evaluateEvery > 0 ? evaluateEvery : batches.perEpoch();
  }

  long recordEvery() {
    return recordEvery > 0 ? recordEvery : Math.max(1, steps / ROWS);
  }

  /** Replaces the clock, for tests. */
  Trainer clock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    return this;
  }

  /**
   * Trains until all steps are made, a callback stops, the time is up or the user interrupts.
   *
   * @throws NotFiniteException if the loss or a gradient is NaN or infinite; it says where that
   *     came from
   * @throws IllegalArgumentException if a callback needs a metric that nothing measures
   * @throws shinso.train.file.FileException if a file can't be written, or the run's checkpoints
   *     can't be resumed from
   */
  public Outcome run() {
    return Session.run(this);
  }
}
