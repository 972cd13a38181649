package shinso.zoo.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.UsageException;

/**
 * All that a sweep follows from.
 *
 * @param recipe what is trained
 * @param data on which data, null if the recipe takes none
 * @param budget how much work a trial is
 * @param seed of every trial, and of the points that are drawn
 * @param texts what settings take, by name, as {@link Space#parse} reads it
 * @param method how trials are chosen
 * @param trials how many there are at most; 0 for all points of a grid
 * @param metric by what they are ranked; empty for what {@link Metric#usual} chooses
 * @param goal which direction is good, {@code largest}, {@code smallest} or, if the metric says so
 *     itself, empty
 * @param eta by what the number of trials is divided from round to round of halving
 */
public record Plan(
    Recipe<?> recipe,
    @Nullable DataSource data,
    Budget budget,
    long seed,
    Map<String, String> texts,
    Method method,
    int trials,
    String metric,
    String goal,
    int eta) {
  /** The most trials of a sweep. */
  public static final int MOST_TRIALS = 10_000;

  /** Keeps a copy in order. */
  public Plan {
    texts = new LinkedHashMap<>(texts);
    if (eta < 2 || eta > 10) {
      throw new UsageException(
          "halving divides the number of trials by 2 to 10, not by %d".formatted(eta));
    }
    if (!goal.isEmpty() && !Metric.GOALS.contains(goal)) {
      throw UsageException.unknown("goal", goal, Metric.GOALS);
    }
    if (trials < 0 || trials > MOST_TRIALS) {
      throw new UsageException(
          "a sweep has 1 to %,d trials, not %,d".formatted(MOST_TRIALS, trials));
    }
    if (trials == 0 && method != Method.GRID) {
      throw new UsageException(
          "the method %s needs --trials N, how many points are tried".formatted(method));
    }
  }

  /**
   * Returns the settings that differ from trial to trial, trial by trial.
   *
   * @throws UsageException if the space is none of the recipe's
   */
  public List<Map<String, String>> points() {
    Space space = Space.parse(recipe, budget, texts);
    return method == Method.GRID
        ? space.grid(trials)
        : space.random(trials, Rng.of(seed).split("sweep"));
  }

  /**
   * Returns this with trials ranked by another metric.
   *
   * @param metric as {@link #metric}
   * @param goal as {@link #goal}
   */
  public Plan rankedBy(String metric, String goal) {
    return new Plan(recipe, data, budget, seed, texts, method, trials, metric, goal, eta);
  }

  /** Returns what a trial is made from. */
  public Setup setup(Map<String, String> point) {
    Map<String, String> values = new LinkedHashMap<>(Space.parse(recipe, budget, texts).fixed());
    values.putAll(point);
    return new Setup(data, budget, recipe.settings(budget, values), seed);
  }

  /**
   * Returns the rounds: one, but of halving several.
   *
   * @param points how many trials there are
   */
  public List<Round> rounds(int points) {
    if (method != Method.HALVING) {
      return List.of(new Round(points, 1));
    }
    int last = 0;
    for (long n = eta; n <= points; n *= eta) {
      last++;
    }
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      rounds.add(new Round((int) (points / Math.round(Math.pow(eta, i))), Math.pow(eta, i - last)));
    }
    return rounds;
  }

  /**
   * A round of halving.
   *
   * @param trials how many trials take part: those that were best in the round before
   * @param share after which share of all steps they pause; 1 if they don't
   */
  public record Round(int trials, double share) {}

  /** Writes this down. */
  void write(Path file) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("recipe", recipe.name());
    if (data != null) {
      fields.put("data", data.name());
    }
    fields.put("budget", budget.toString());
    fields.put("seed", seed);
    fields.put("settings", texts);
    fields.put("method", method.toString());
    fields.put("trials", trials);
    fields.put("metric", metric);
    fields.put("goal", goal);
    fields.put("eta", eta);
    JsonFile.write(file, fields);
  }

  /**
   * Reads what was written down.
   *
   * @param recipes finds a recipe by its name
   * @throws FileException if the file is damaged, or was written by a version with other recipes
   */
  static Plan read(Path file, Function<String, Recipe<?>> recipes) {
    JsonFile json = JsonFile.read(file);
    try {
      Recipe<?> recipe = recipes.apply(json.text("recipe"));
      return new Plan(
          recipe,
          json.fields().containsKey("data") ? recipe.data(json.text("data")) : null,
          Budget.named(json.text("budget")),
          json.integer("seed"),
          json.texts("settings"),
          Method.named(json.text("method")),
          Math.toIntExact(json.integer("trials")),
          json.text("metric"),
          json.text("goal"),
          Math.toIntExact(json.integer("eta")));
    } catch (UsageException | ArithmeticException e) {
      throw new FileException(
          "the sweep %s was made by another version: %s"
              .formatted(file.getParent(), e.getMessage()),
          e);
    }
  }
}
