package shinso.zoo.harness;

/** A recipe without a model of its own: a figure, a comparison, a worked example. */
public interface Demo extends Recipe<Demo.None> {
  /** No model. */
  record None() {}

  /** Computes, measures and draws. */
  void run(Run run);

  @Override
  default None model(Run run) {
    return new None();
  }

  @Override
  default void run(Run run, None model) {
    run(run);
  }
}
