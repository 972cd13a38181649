package shinso.zoo.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.loop.BestModel;
import shinso.train.loop.Callback;
import shinso.train.loop.Goal;
import shinso.train.loop.Learner;
import shinso.train.loop.Outcome;
import shinso.train.loop.Trainer;

/**
 * A stage of a recipe that trains a learner. What it is to do is said first; {@link #go} does it,
 * goes on with it, or, where it has been done before, loads what came out.
 */
public final class Stage {
  private static final int EVALUATION_BATCH = 500;
  private static final int RECORDS_PER_EPOCH = 20;
  private static final long MOST_RECORDS = 2_000;
  private static final long EVALUATIONS = 50;

  private final Run run;
  private final String name;
  private final Learner learner;
  private final Batches batches;
  private final Map<String, Batches> periodic = new LinkedHashMap<>();
  private final Map<String, Batches> atEnd = new LinkedHashMap<>();
  private final Map<String, LongToDoubleFunction> gauges = new LinkedHashMap<>();
  private final List<Callback> callbacks = new ArrayList<>();
  private long steps;
  private long evaluateEvery;
  private long recordEvery;
  private @Nullable Goal goal;
  private int patience = Integer.MAX_VALUE;

  Stage(Run run, String name, Learner learner, Batches batches) {
    this.run = run;
    this.name = name;
    this.learner = learner;
    this.batches = batches;
    epochs(run.setup().settings().has(Training.EPOCHS) ? run.get(Training.EPOCHS) : 1);
  }

  /** Sets the number of passes over the data; the setting {@code epochs} by default. */
  public Stage epochs(int epochs) {
    steps = Math.multiplyExact((long) epochs, batches.perEpoch());
    evaluateEvery = 0;
    return this;
  }

  /** Sets the number of steps; the model is measured fifty times on the way. */
  public Stage steps(long steps) {
    this.steps = steps;
    return evaluateEvery(Math.max(1, steps / EVALUATIONS));
  }

  /**
   * Adds data that the model is measured on on the way, after each epoch by default, and at the
   * end.
   */
  public Stage evaluate(String set, Dataset data) {
    periodic.put(set, batches(set, data));
    return this;
  }

  /** Adds batches that the model is measured on on the way, for data with an order of its own. */
  public Stage evaluate(String set, Batches inOrder) {
    periodic.put(set, inOrder);
    return this;
  }

  /** Adds data that the model is measured on at the end. */
  public Stage evaluateAtEnd(String set, Dataset data) {
    atEnd.put(set, batches(set, data));
    return this;
  }

  private Batches batches(String set, Dataset data) {
    if (data.size() == 0) {
      throw new DataException(
          "the stage '%s' can't be measured on the set '%s', which is empty: %s"
              .formatted(name, set, data.description()));
    }
    return Batches.inOrder(data, EVALUATION_BATCH);
  }

  /** Sets the number of steps between evaluations, after the number of all steps is set. */
  public Stage evaluateEvery(long steps) {
    evaluateEvery = steps;
    return this;
  }

  /** Sets the number of steps between rows of the stage's {@code metrics.csv}. */
  public Stage recordEvery(long steps) {
    recordEvery = steps;
    return this;
  }

  /** Ends with the model that was best in an evaluation, not with the last one. */
  public Stage keepBest(Goal goal) {
    this.goal = goal;
    return this;
  }

  /** Ends with the best model, and as soon as so many evaluations in a row were no better. */
  public Stage stopEarly(Goal goal, int patience) {
    this.goal = goal;
    this.patience = patience;
    return this;
  }

  /** Records the learning rate. */
  public Stage rate(Schedule schedule) {
    return gauge("rate", step -> schedule.at(Math.toIntExact(step)));
  }

  /** Records a number of each step beside the metrics. */
  public Stage gauge(String name, LongToDoubleFunction ofStep) {
    gauges.put(name, ofStep);
    return this;
  }

  /** Adds a callback. */
  public Stage with(Callback callback) {
    callbacks.add(callback);
    return this;
  }

  /**
   * Trains, or goes on after the last checkpoint, or loads what came out before.
   *
   * @throws shinso.train.loop.NotFiniteException if a loss is NaN or infinite
   * @throws shinso.train.file.FileException if a file can't be written or read
   */
  public Outcome go() {
    run.begin(learner, batches);
    Trainer trainer =
        Trainer.of(learner, batches)
            .steps(steps)
            .recordEvery(recordEvery())
            .pauseAfter(run.share(periodic.keySet()));
    if (evaluateEvery > 0) {
      trainer.evaluateEvery(evaluateEvery);
    }
    periodic.forEach(trainer::evaluate);
    atEnd.forEach(trainer::evaluateAtEnd);
    gauges.forEach(trainer::gauge);
    if (goal != null) {
      BestModel best = BestModel.by(goal);
      trainer.with(patience == Integer.MAX_VALUE ? best : best.patience(patience));
    }
    callbacks.forEach(trainer::with);
    return run.go(name, learner, trainer);
  }

  private long recordEvery() {
    return recordEvery > 0
        ? recordEvery
        : Math.max(Math.max(1, batches.perEpoch() / RECORDS_PER_EPOCH), steps / MOST_RECORDS);
  }
}
