package shinso.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --precision} of the commands that train. */
final class PrecisionOption {
  /** Read by the backend when it is found, which is at the first computation. */
  private static final String PROPERTY = "shinso.precision";

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      converter = Converters.Precision.class,
      description =
          "f32 (default), or bf16: matrix products and convolutions of numbers rounded to bfloat16,"
              + " added up in f32.")
  private @Nullable String name;

  /** Returns whether the option is given. */
  boolean isGiven() {
    return name != null;
  }

  /** Tells the backend the precision of a run that goes on, as it was recorded. */
  static void restore(String recorded) {
    System.setProperty(PROPERTY, recorded);
  }

  /** Tells the backend; to be called before anything is computed. */
  void apply() {
    if (name != null) {
      System.setProperty(PROPERTY, name);
    }
  }
}
