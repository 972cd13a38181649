package shinso.zoo.harness;

import java.util.LinkedHashMap;
import java.util.Map;
import shinso.train.loop.Ending;
import shinso.train.loop.Outcome;
import shinso.train.run.MetricsFile;
import shinso.train.run.RunStatus;

/** A stage that runs a procedure on the host. */
final class HostStage implements Run.Log {
  private static final long LINE_NANOS = 5_000_000_000L;

  private final StageFolder stage;
  private final Run.Mode mode;
  private final long startedAt = System.nanoTime();
  private final MetricsFile metrics;
  private long shownAt = startedAt;
  private long last;

  HostStage(StageFolder stage, Run.Mode mode) {
    this.stage = stage;
    this.mode = mode;
    this.metrics = MetricsFile.open(stage.metrics(), 0);
  }

  /** The time that was given is up. */
  private static final class TimeUp extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TimeUp() {
      super("the time is up", null, false, false);
    }
  }

  Outcome run(Run.Procedure procedure) {
    stage.update(RunStatus.RUNNING, null, 0, Map.of());
    mode.watcher().computing(stage.title());
    try {
      procedure.run(this);
      return outcome(Ending.COMPLETED, "the stage is complete");
    } catch (TimeUp e) {
      stage.update(RunStatus.FINISHED, "the time was up", seconds(), Map.of());
      return outcome(Ending.OUT_OF_TIME, "the time was up after step " + last);
    } catch (Stopped e) {
      stage.update(RunStatus.INTERRUPTED, e.getMessage(), seconds(), Map.of());
      throw e;
    } finally {
      metrics.close();
    }
  }

  private Outcome outcome(Ending ending, String reason) {
    return new Outcome(ending, reason, last, null, Map.of(), seconds());
  }

  private double seconds() {
    return (System.nanoTime() - startedAt) / 1e9;
  }

  @Override
  public void record(long step, Map<String, Double> numbers) {
    last = step;
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("seconds", seconds());
    row.putAll(numbers);
    metrics.append(step, row);
    mode.watcher().recorded(stage.title(), step, row);
    long now = System.nanoTime();
    if (now - shownAt >= LINE_NANOS) {
      shownAt = now;
      mode.screen().out().println("step " + step + "  " + numbers);
    }
    if (mode.interrupted().getAsBoolean()) {
      throw new Stopped("interrupted in the stage " + stage.name() + " after step " + step);
    }
    if (mode.deadline() != null && now >= mode.deadline()) {
      throw new TimeUp();
    }
  }
}
