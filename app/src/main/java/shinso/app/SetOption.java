package shinso.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import shinso.zoo.harness.UsageException;

/** The option {@code --set} of the commands that make a recipe's model. */
final class SetOption {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replace the value of a setting; may be repeated.")
  private List<String> settings = new ArrayList<>();

  /** Returns whether it was given at all. */
  boolean isGiven() {
    return !settings.isEmpty();
  }

  /**
   * Returns the values by name.
   *
   * @throws UsageException if one has no name
   */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new UsageException(
            "--set takes KEY=VALUE, such as --set epochs=3, not '%s'".formatted(setting));
      }
      values.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return values;
  }
}
