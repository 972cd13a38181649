package shinso.zoo.harness;

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
  /** Returns the name of the data source; empty if there is none. */
  public String dataName() {
    return data == null ? "" : data.name();
  }
}
