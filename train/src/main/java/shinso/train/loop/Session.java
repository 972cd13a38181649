package shinso.train.loop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.train.checkpoint.Checkpoint;
import shinso.train.checkpoint.Checkpoints;
import shinso.train.data.Batches;
import shinso.train.file.FileException;
import shinso.train.run.MetricsFile;
import shinso.train.run.RunStatus;
import shinso.train.run.TrainingFolder;

/** One run of a {@link Trainer}, from its start or last checkpoint to its end. */
final class Session implements Callback.Control {
  private static final String AVERAGE = "average.";
  private static final String CALLBACK = "callback.";
  private static final String EVALUATED = "evaluated.";
  private static final String SEED = "seed";
  private static final String BATCHES = "batchesPerEpoch";
  private static final String SECONDS = "seconds";

  /** A number of every step that is 0 if the new parameters are finite; for this class alone. */
  private static final String UPDATES = " updates";

  private final Trainer trainer;
  private final Learner learner;
  private final Batches batches;
  private final Program program;
  private final Evaluation evaluation;
  private final Rng keys;
  private final @Nullable TrainingFolder run;
  private final @Nullable Checkpoints checkpoints;
  private final Averages averages = new Averages();
  private final Map<String, Double> evaluated = new LinkedHashMap<>();
  private final long startedAt;

  private @Nullable MetricsFile metrics;
  private long step;
  private double secondsBefore;
  private long savedStep = -1;
  private long savedAt;
  private long evaluatedStep = -1;
  private @Nullable String stopReason;
  private boolean keepAsked;
  private @Nullable Long best;
  private Map<String, Tensor> bestModel = Map.of();

  private Session(Trainer trainer) {
    this.trainer = trainer;
    learner = trainer.learner;
    batches = trainer.batches;
    program = Program.of((batch, rng) -> guarded(learner.train(batch, rng), learner.model()));
    evaluation = Evaluation.of(learner, Rng.of(trainer.seed).split("evaluation"));
    keys = Rng.of(trainer.seed).split("steps");
    run = trainer.run;
    checkpoints = run == null ? null : run.checkpoints(trainer.keep);
    startedAt = trainer.nanoTime.getAsLong();
    savedAt = startedAt;
  }

  static Outcome run(Trainer trainer) {
    TrainingFolder run = trainer.run;
    if (run == null) {
      return new Session(trainer).run();
    }
    try (TrainingFolder.Lock _ = run.lock()) {
      Session session = new Session(trainer);
      try {
        return session.run();
      } catch (RuntimeException | Error e) {
        session.failed(run, e);
        throw e;
      } finally {
        if (session.metrics != null) {
          session.metrics.close();
        }
      }
    }
  }

  private void failed(TrainingFolder folder, Throwable error) {
    String message = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    try {
      folder.update(RunStatus.FAILED, message, seconds(), Map.of());
    } catch (FileException e) {
      error.addSuppressed(e);
    }
  }

  private Outcome run() {
    requireMeasured();
    restore();
    if (run != null) {
      run.update(RunStatus.RUNNING, null, secondsBefore, Map.of());
    }
    double limit = trainer.maxTime == null ? Double.POSITIVE_INFINITY : seconds(trainer.maxTime);
    emit(new Event.Started(step, trainer.steps(), batches.perEpoch(), limit));
    if (batches.largest() < batches.batchSize()) {
      emit(
          new Event.Noticed(
              String.format(
                  Locale.ROOT,
                  "batches of %,d were asked for, but the largest that there can be has %,d examples"
                      + " and is used: %s has no more%s",
                  batches.batchSize(),
                  batches.largest(),
                  batches.data().description(),
                  batches.largest() < batches.data().size() ? " of one length" : "")));
    }
    Ending ending = loop();
    return ending == Ending.INTERRUPTED ? interrupted() : finish(ending);
  }

  /** Fails now rather than after hours in which nothing is kept and nothing stops. */
  private void requireMeasured() {
    Set<String> needed = new TreeSet<>();
    trainer.callbacks.forEach(c -> needed.addAll(c.needs()));
    if (needed.isEmpty()) {
      return;
    }
    Set<String> measured = new TreeSet<>();
    trainer.periodic.forEach(
        (set, data) -> evaluation.names(data).forEach(name -> measured.add(set + "." + name)));
    for (String metric : needed) {
      if (!measured.contains(metric)) {
        throw new IllegalArgumentException(
            "nothing measures '%s'; %s"
                .formatted(
                    metric,
                    measured.isEmpty()
                        ? "no set is evaluated in training: add one, as in"
                            + " evaluate(\"validation\", batches)"
                        : "what is measured in training is " + String.join(", ", measured)));
      }
    }
  }

  private Ending loop() {
    while (stopReason == null && step < trainer.steps()) {
      int epoch = (int) (step / batches.perEpoch());
      int position = (int) (step % batches.perEpoch());
      try (Batches.Epoch e = batches.epoch(epoch, position)) {
        while (e.hasNext() && stopReason == null && step < trainer.steps()) {
          if (trainer.interrupted.getAsBoolean() || step >= trainer.pausedAt()) {
            return Ending.INTERRUPTED;
          }
          if (isOutOfTime()) {
            return Ending.OUT_OF_TIME;
          }
          int at = e.position();
          makeStep(epoch, at, e.next());
          afterStep();
        }
      }
    }
    return stopReason == null ? Ending.COMPLETED : Ending.STOPPED;
  }

  private void makeStep(int epoch, int position, List<Tensor> batch) {
    Rng key = keys.split((int) step);
    Map<String, Tensor> all =
        new LinkedHashMap<>(program.run(key, batch.toArray(Tensor[]::new)).metrics());
    Tensor updates = all.remove(UPDATES);
    Map<String, Tensor> scalars = new LinkedHashMap<>();
    Map<String, Double> numbers = new LinkedHashMap<>();
    all.forEach((name, value) -> {
      if (value.shape().size() == 1) {
        scalars.put(name, value);
        if (!Averages.isHidden(name)) {
          numbers.put(name, value.item());
        }
      }
    });
    String when = "step " + (step + 1);
    numbers.forEach((name, value) -> {
      if (Learner.isLoss(name) && !Double.isFinite(value)) {
        Diagnosis.ofData(when, name, value, batches, epoch, position, batch);
        throw Diagnosis.ofModel(when, name, value, learner.model());
      }
    });
    if (updates != null && updates.item() != 0) {
      throw Diagnosis.ofGradient(when, learner.model());
    }
    int examples = batch.getFirst().shape().dim(0);
    averages.add(scalars, examples);
    step++;
    emit(new Event.Stepped(step, epoch, examples, numbers));
  }

  private void afterStep() {
    boolean last = step == trainer.steps();
    if (last || step % trainer.evaluateEvery() == 0) {
      evaluate();
      record();
    } else if (step % trainer.recordEvery() == 0) {
      record();
    }
    keepIfAsked();
    long now = trainer.nanoTime.getAsLong();
    if (last
        || stopReason != null
        || step % trainer.checkpointEvery == 0
        || now - savedAt >= trainer.checkpointInterval.toNanos()) {
      save();
    }
  }

  private void evaluate() {
    evaluated.clear();
    trainer.periodic.forEach((set, data) -> {
      Map<String, Double> numbers = evaluation.numbers(set, data);
      numbers.forEach((name, value) -> evaluated.put(set + "." + name, value));
      emit(new Event.Evaluated(step, set, numbers));
    });
    evaluatedStep = step;
  }

  /** Writes a row: what is known at this step, the training metrics since the last row. */
  private void record() {
    double epoch = Math.round(1e4 * step / batches.perEpoch()) / 1e4;
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("epoch", epoch);
    row.put("seconds", seconds());
    if (!averages.isEmpty()) {
      averages.scalars().forEach((name, value) -> row.put("train." + name, value));
      averages.clear();
    }
    if (evaluatedStep == step) {
      row.putAll(evaluated);
    }
    // A gauge of a step is what that step was made with: they count from 0.
    trainer.gauges.forEach((name, gauge) -> row.put(name, gauge.applyAsDouble(step - 1)));
    if (metrics != null) {
      metrics.append(step, row);
    }
    emit(new Event.Recorded(step, epoch, row));
  }

  private void keepIfAsked() {
    if (keepAsked) {
      keepAsked = false;
      best = step;
      bestModel = Checkpoint.values(learner.model());
      emit(new Event.Improved(step));
      save();
    }
  }

  private void save() {
    if (checkpoints == null || savedStep == step) {
      return;
    }
    if (metrics != null) {
      metrics.sync();
    }
    Checkpoint checkpoint =
        new Checkpoint(
            step,
            best,
            Checkpoint.values(learner.model()),
            Checkpoint.values(learner.state()),
            notes());
    Path file = checkpoints.save(checkpoint);
    savedStep = step;
    savedAt = trainer.nanoTime.getAsLong();
    emit(new Event.Saved(step, file));
  }

  private Map<String, String> notes() {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put(SEED, Long.toString(trainer.seed));
    notes.put(BATCHES, Integer.toString(batches.perEpoch()));
    notes.put(SECONDS, Double.toString(seconds()));
    averages.save(AVERAGE, notes);
    if (evaluatedStep == step) {
      evaluated.forEach((name, value) -> notes.put(EVALUATED + name, Double.toString(value)));
    }
    for (Callback c : trainer.callbacks) {
      c.notes().forEach((name, text) -> notes.put(CALLBACK + c.name() + "." + name, text));
    }
    return notes;
  }

  private void restore() {
    Checkpoints.Loaded loaded = checkpoints == null ? null : checkpoints.newest();
    if (loaded != null) {
      Checkpoint c = loaded.checkpoint();
      requireSame(c, SEED, "seed", Long.toString(trainer.seed));
      requireSame(c, BATCHES, "batches per epoch", Integer.toString(batches.perEpoch()));
      c.restore(learner.model(), learner.state());
      step = c.step();
      savedStep = step;
      secondsBefore = Double.parseDouble(c.notes().getOrDefault(SECONDS, "0"));
      averages.restore(AVERAGE, c.notes());
      c.notes()
          .forEach((name, text) -> {
            if (name.startsWith(EVALUATED)) {
              evaluated.put(name.substring(EVALUATED.length()), Double.valueOf(text));
              evaluatedStep = step;
            }
          });
      for (Callback callback : trainer.callbacks) {
        callback.restore(notesOf(callback, c));
      }
      loaded.problems().forEach(p -> emit(new Event.Noticed(p)));
      emit(new Event.Noticed("going on after step " + step));
      restoreBest(c);
    }
    if (run != null) {
      metrics = MetricsFile.open(run.metrics(), step);
    }
  }

  private static void requireSame(Checkpoint c, String note, String what, String now) {
    String then = c.notes().get(note);
    if (!now.equals(then)) {
      throw new FileException(
          String.format(
              Locale.ROOT,
              "the checkpoint of step %d was made with %s %s, not %s; resume with the same data,"
                  + " batch size and seed",
              c.step(),
              what,
              then,
              now));
    }
  }

  private static Map<String, String> notesOf(Callback callback, Checkpoint c) {
    String prefix = CALLBACK + callback.name() + ".";
    Map<String, String> own = new LinkedHashMap<>();
    c.notes()
        .forEach((name, text) -> {
          if (name.startsWith(prefix)) {
            own.put(name.substring(prefix.length()), text);
          }
        });
    return own;
  }

  private void restoreBest(Checkpoint c) {
    Long bestStep = c.best();
    if (bestStep == null || checkpoints == null) {
      return;
    }
    try {
      bestModel = bestStep == c.step() ? c.model() : checkpoints.load(bestStep).model();
      best = bestStep;
    } catch (FileException e) {
      emit(
          new Event.Noticed(
              e.getMessage() + "; the best model so far is lost, the best from here on is kept"));
      emit(new Event.Lost(bestStep));
    }
  }

  private Outcome interrupted() {
    save();
    String reason = "interrupted after step " + step;
    if (run != null) {
      run.update(RunStatus.INTERRUPTED, reason, seconds(), Map.of());
    }
    Outcome outcome = new Outcome(Ending.INTERRUPTED, reason, step, best, Map.of(), seconds());
    emit(new Event.Finished(outcome, null));
    return outcome;
  }

  private Outcome finish(Ending ending) {
    if (ending == Ending.OUT_OF_TIME && step > 0 && evaluatedStep != step) {
      evaluate();
      record();
      // A checkpoint of this step would not know of the evaluation.
      savedStep = -1;
      keepIfAsked();
    }
    save();
    boolean earlier = best != null && best != step;
    if (earlier) {
      new Checkpoint(step, null, bestModel, Map.of(), Map.of()).restore(learner.model(), Map.of());
    }
    Map<String, Double> numbers = finalNumbers(!earlier && evaluatedStep == step);
    Path model = null;
    if (run != null) {
      model = run.model();
      run.saveModel(learner.model());
      run.update(RunStatus.FINISHED, reason(ending), seconds(), numbers);
    }
    Outcome outcome = new Outcome(ending, reason(ending), step, best, numbers, seconds());
    emit(new Event.Finished(outcome, model));
    return outcome;
  }

  private Map<String, Double> finalNumbers(boolean evaluatedAlready) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    Map<String, Batches> sets = new LinkedHashMap<>();
    if (evaluatedAlready) {
      numbers.putAll(evaluated);
    } else {
      sets.putAll(trainer.periodic);
    }
    sets.putAll(trainer.atEnd);
    sets.forEach((set, data) ->
        evaluation
            .numbers(set, data)
            .forEach((name, value) -> numbers.put(set + "." + name, value)));
    return numbers;
  }

  private String reason(Ending ending) {
    return switch (ending) {
      case COMPLETED ->
          step == 0
              ? "no step was made, since none was asked for: the model is as it was"
              : "all " + step + " steps were made";
      case STOPPED -> Objects.requireNonNull(stopReason);
      case OUT_OF_TIME -> "the time was up after step " + step;
      case INTERRUPTED -> "interrupted after step " + step;
    };
  }

  private boolean isOutOfTime() {
    Duration limit = trainer.maxTime;
    return limit != null && trainer.nanoTime.getAsLong() - startedAt >= limit.toNanos();
  }

  private double seconds() {
    return secondsBefore + (trainer.nanoTime.getAsLong() - startedAt) / 1e9;
  }

  private static double seconds(Duration d) {
    return d.toNanos() / 1e9;
  }

  private void emit(Event event) {
    for (Callback callback : trainer.callbacks) {
      callback.on(event, this);
    }
  }

  @Override
  public void stop(String reason) {
    if (stopReason == null) {
      stopReason = reason;
    }
  }

  @Override
  public void keep() {
    keepAsked = true;
  }

  /**
   * Returns a step that leaves the model as it is when a loss is not finite: so the parameters can
   * be looked at as they were, and what is wrong is found where it began. The optimiser's state is
   * not held back, since it would cost more and nobody looks at it. That the new parameters are
   * finite is only noted: to wait for that would take a second pass over all of them.
   */
  private static Step guarded(Step step, Map<String, Param> model) {
    List<Tensor> losses = new ArrayList<>();
    step.metrics()
        .forEach((name, value) -> {
          if (Learner.isLoss(name)) {
            if (value.shape().size() != 1) {
              throw new IllegalArgumentException(
                  "the metric '" + name + "' is a loss, so it is one number, not " + value.shape());
            }
            losses.add(value.abs().lessEqual(Float.MAX_VALUE).reshape());
          }
        });
    Tensor finite = losses.stream().reduce(Tensor::mul).orElse(null);
    Set<Param> kept = Set.copyOf(model.values());
    List<Update> updates = new ArrayList<>();
    Tensor zero = null;
    for (Update u : step.updates()) {
      if (!kept.contains(u.param()) || !u.param().dtype().isFloating()) {
        updates.add(u);
        continue;
      }
      Tensor held =
          finite == null ? u.value() : Tensor.select(finite, u.value(), u.param().value());
      updates.add(new Update(u.param(), held));
      Tensor sum = held.mul(0).sum().cast(DType.F32);
      zero = zero == null ? sum : zero.add(sum);
    }
    Step guarded = new Step(updates, step.metrics(), step.outputs());
    return zero == null ? guarded : guarded.metric(UPDATES, zero);
  }
}
