package shinso.dashboard.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import shinso.core.program.Program;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.dashboard.web.RefusedException;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.LatestModel;
import shinso.zoo.harness.Prediction;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.RunPictures;

/**
 * A model that was loaded, with what was compiled and measured of it. It is used by whoever holds
 * its lock.
 */
final class OpenModel {
  private final RecipeRun run;
  private final LatestModel latest;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Map<String, Program> programs = new HashMap<>();
  private final Map<String, Object> known = new HashMap<>();

  OpenModel(RecipeRun run, LatestModel latest) {
    this.run = run;
    this.latest = latest;
  }

  /** Returns the run that it is of. */
  RecipeRun run() {
    return run;
  }

  /** Returns the model, and how old it is. */
  LatestModel latest() {
    return latest;
  }

  /** Returns the lock; fair, so that requests are answered in their order. */
  ReentrantLock lock() {
    return lock;
  }

  /** Returns whether the model has an ability. */
  boolean can(Class<?> ability) {
    return ability.isInstance(latest.model());
  }

  /**
   * Returns the model as what a request needs.
   *
   * @param verb what is to be done, such as {@code encode}
   * @throws RefusedException 409, if the model can't do that; it says what it has instead
   */
  <A> A as(Class<A> ability, String verb) {
    if (!can(ability)) {
      throw new RefusedException(409, whyNot(verb));
    }
    return ability.cast(latest.model());
  }

  /** Returns why the model can't do something. */
  String whyNot(String verb) {
    return run.whyNot(latest.model(), verb);
  }

  /** Returns how pictures are read for the model. */
  ImageInput input() {
    return RunPictures.input(run);
  }

  /** Returns a program, which is traced at its first run and kept with the model. */
  Program program(String name, Supplier<Program> make) {
    return programs.computeIfAbsent(name, n -> make.get());
  }

  /** Returns a value that is computed once. */
  <T> T once(String name, Class<T> type, Supplier<T> make) {
    Object value = known.get(name);
    if (value == null) {
      value = make.get();
      known.put(name, value);
    }
    return type.cast(value);
  }

  /** Returns the shape of an example. */
  Shape shape() {
    return once("shape", Shape.class, run::input);
  }

  /** Returns the names of the classes; empty if there are none. */
  List<String> classNames() {
    return List.of(once("classes", String[].class, () -> run.classNames().toArray(String[]::new)));
  }

  /** Returns test examples to choose from; none if the data isn't on this machine. */
  TestExamples examples() {
    return once("examples", TestExamples.class, () -> TestExamples.of(run));
  }

  /** Returns examples that the model made, in the form of the run's data. */
  Tensor shaped(Tensor made) {
    return RunPictures.shaped(run.folder().path(), shape(), made);
  }

  /** Checks what the model says; it is damaged if that is no number. */
  double[] finite(double[] values) {
    Prediction.checkNumbers(run.folder().path(), values);
    return values;
  }
}
