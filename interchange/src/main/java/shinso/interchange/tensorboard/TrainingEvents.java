package shinso.interchange.tensorboard;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.train.loop.Callback;
import shinso.train.loop.Event;

/**
 * Writes event files while training: a number for each that is recorded, and at each evaluation the
 * distribution of each parameter. A training that goes on does so in a new file, before which
 * TensorBoard forgets the steps that are made again.
 *
 * <pre>{@code
 * try (TrainingEvents events = TrainingEvents.in(Path.of("logs/first"), learner.model())) {
 *   Trainer.of(learner, batches).with(events).run();
 * }
 * }</pre>
 */
public final class TrainingEvents implements Callback, AutoCloseable {
  private final Path folder;
  private final Map<String, Param> model;
  private final DoubleSupplier wallSeconds;
  private final Set<String> recorded = new HashSet<>();
  private @Nullable EventFile file;
  private long drawn = -1;

  private TrainingEvents(Path folder, Map<String, Param> model, DoubleSupplier wallSeconds) {
    this.folder = folder;
    this.model = new LinkedHashMap<>(model);
    this.wallSeconds = wallSeconds;
  }

  /**
   * Returns a callback that writes into a folder, a run of TensorBoard's.
   *
   * @param model the parameters whose distributions are shown; may be empty
   */
  public static TrainingEvents in(Path folder, Map<String, Param> model) {
    return in(folder, model, () -> System.currentTimeMillis() / 1e3);
  }

  static TrainingEvents in(Path folder, Map<String, Param> model, DoubleSupplier wallSeconds) {
    return new TrainingEvents(folder, model, wallSeconds);
  }

  /**
   * Writes down what happened.
   *
   * @throws shinso.train.file.FileException if that can't be written
   */
  @Override
  public void on(Event event, Control control) {
    switch (event) {
      case Event.Started s -> file().restart(s.step() + 1, now());
      case Event.Evaluated e -> distributions(e.step());
      case Event.Recorded r -> {
        recorded.addAll(r.numbers().keySet());
        file().metrics(r.step(), r.numbers(), now());
      }
      case Event.Finished f -> {
        // What was measured on the way has been written down; the last model may be an earlier one.
        Map<String, Double> further = new LinkedHashMap<>(f.outcome().metrics());
        further.keySet().removeAll(recorded);
        if (!further.isEmpty()) {
          file().metrics(f.outcome().step(), further, now());
        }
        close();
      }
      case Event.Stepped _, Event.Improved _, Event.Lost _, Event.Saved _, Event.Noticed _ -> {}
    }
  }

  private double now() {
    return wallSeconds.getAsDouble();
  }

  private EventFile file() {
    EventFile f = file;
    if (f == null) {
      f = EventFile.create(folder, "shinso");
      file = f;
    }
    return f;
  }

  private void distributions(long step) {
    if (step == drawn) {
      // Several sets are measured at a step.
      return;
    }
    drawn = step;
    model.forEach((name, param) -> {
      if (param.dtype().isFloating()) {
        file().histogram(grouped(name), step, param.value().toDoubleArray(), now());
      }
    });
  }

  /** TensorBoard groups by what is before a slash: {@code layers.dense1/weight}. */
  private static String grouped(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot) + "/" + name.substring(dot + 1);
  }

  /** Closes the file; what is written afterwards goes into another one. */
  @Override
  public void close() {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
