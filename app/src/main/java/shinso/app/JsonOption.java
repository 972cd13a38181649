package shinso.app;

import java.io.PrintStream;
import java.util.Map;
import picocli.CommandLine.Option;
import shinso.train.file.JsonFile;

/**
 * The option {@code --json} of the commands that print a table: an object whose lists have an
 * object for each row.
 */
final class JsonOption {
  @Option(names = "--json", description = "Write the same as JSON, for programs.")
  private boolean json;

  /** Returns whether JSON is wanted instead of a table. */
  boolean isGiven() {
    return json;
  }

  /** Writes an object. */
  static void print(PrintStream out, Map<String, ?> fields) {
    out.print(JsonFile.written(fields));
    out.flush();
  }

  /** Returns a number as it is written: JSON has no NaN and no infinity, which become texts. */
  static Object number(double value) {
    return Double.isFinite(value) ? value : Double.toString(value);
  }
}
