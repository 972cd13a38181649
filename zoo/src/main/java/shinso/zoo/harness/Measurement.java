package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Numbers;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;

/**
 * A number that a run wrote down; what it says needs neither the data nor the recipe.
 *
 * @param name what was measured, such as {@code test accuracy}
 * @param error the standard error, 0 if the value isn't estimated
 * @param text the value in words, with its unit
 * @param protocol how a likelihood was measured; empty for other quantities
 * @param claim what the recipe says that it should be, null if nothing
 * @param budget the budget of the run
 */
public record Measurement(
    String name,
    double value,
    double error,
    String text,
    String protocol,
    @Nullable Claim claim,
    Budget budget) {
  /**
   * Returns what a run wrote down, in its order.
   *
   * @param recipe the run's recipe, null if there is none of its name any more
   * @throws FileException if {@code scores.json} is damaged
   */
  public static List<Measurement> of(RunFolder run, @Nullable Recipe<?> recipe) {
    try {
      return written(run, recipe);
    } catch (FileException e) {
      throw e.orElse(remedy(run.file("scores.json")));
    }
  }

  /** Returns what to do about a {@code scores.json} that is damaged: the end of a message. */
  public static String remedy(Path file) {
    return "put it back, or remove it and measure anew: shinso report " + file.getParent();
  }

  private static List<Measurement> written(RunFolder run, @Nullable Recipe<?> recipe) {
    RunInfo info = run.info();
    Path file = run.file("scores.json");
    List<Measurement> all = new ArrayList<>();
    if (Files.exists(file)) {
      JsonFile json = JsonFile.read(file);
      json.fields().keySet().forEach(name -> all.add(read(json, name, info, recipe)));
    }
    if (all.isEmpty()) {
      info.metrics()
          .forEach(
              (name, value) -> all.add(of(name, value, 0, Numbers.text(value), "", info, recipe)));
    }
    return List.copyOf(all);
  }

  private static Measurement read(
      JsonFile json, String name, RunInfo info, @Nullable Recipe<?> recipe) {
    Map<String, String> fields = json.texts(name);
    try {
      return of(
          name,
          Double.parseDouble(fields.getOrDefault("value", "")),
          Double.parseDouble(fields.getOrDefault("error", "0")),
          fields.getOrDefault("text", ""),
          fields.getOrDefault("protocol", ""),
          info,
          recipe);
    } catch (NumberFormatException e) {
      throw new FileException(
          json.file() + " is corrupt: the value of '" + name + "' is not a number", e);
    }
  }

  private static Measurement of(
      String name,
      double value,
      double error,
      String text,
      String protocol,
      RunInfo info,
      @Nullable Recipe<?> recipe) {
    String data = info.configuration().getOrDefault("data", "");
    Budget budget =
        Arrays.stream(Budget.values())
            .filter(b -> b.toString().equals(info.budget()))
            .findFirst()
            .orElse(null);
    Claim claim =
        recipe == null || budget == null
            ? null
            : recipe.claims().stream().filter(c -> c.isAbout(name, data)).findFirst().orElse(null);
    return new Measurement(
        name, value, error, text, protocol, claim, budget == null ? Budget.DEFAULT : budget);
  }

  /** Returns whether nothing is claimed or the claim holds. */
  public boolean isGood() {
    return claim == null || claim.at(budget).contains(value);
  }

  /**
   * Returns the claim in words, such as {@code target ≥ 99.0 %: reached}; empty if there is none.
   */
  public String verdict() {
    return Score.verdict(claim, budget, isGood());
  }
}
