package shinso.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --threads} of the commands that compute. */
final class Threads {
  /** Read by the backend when it is found, which is at the first computation. */
  private static final String PROPERTY = "shinso.threads";

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Converters.Threads.class,
      description =
          "Threads to compute with (default: all processors). Results don't depend on it.")
  private @Nullable Integer number;

  /**
   * Tells the backend; to be called before anything is computed. Other options are checked, too:
   * whoever has this one computes.
   */
  void apply() {
    JvmOptions.check();
    if (number != null) {
      System.setProperty(PROPERTY, number.toString());
    }
  }
}
