package shinso.zoo.harness;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a recipe is made from; the same setup gives the same bits.
 *
 * @param data the data source, null if the recipe takes none
 * @param budget how much work it is
 * @param settings the values of the recipe's settings
 * @param seed what everything random follows from
 */
public record Setup(@Nullable DataSource data, Budget budget, Settings settings, long seed) {
  /**
   * Returns what a run of a recipe is made from.
   *
   * @param data the name of the data source, null if the recipe takes none or takes the user's own
   * @param values of settings, by name
   * @throws UsageException if the recipe has no such data or setting, or a value is not allowed
   */
  static Setup of(
      Recipe<?> recipe,
      @Nullable String data,
      Budget budget,
      Map<String, String> values,
      long seed) {
    Settings settings = recipe.settings(budget, values);
    DataSource source =
        recipe instanceof OwnRecipe<?> own
            ? own.source(settings, seed)
            : data == null ? null : recipe.data(data);
    return new Setup(source, budget, settings, seed);
  }

  /** Returns the user's own data; null if the recipe runs on other data. */
  public @Nullable OwnSource own() {
    return data instanceof OwnSource own ? own : null;
  }

  /** Returns the name of the data source; empty if there is none. */
  public String dataName() {
    return data == null ? "" : data.name();
  }
}
