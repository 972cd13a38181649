package shinso.zoo.harness;

import shinso.core.random.Rng;

/**
 * What one run of a recipe is made from; the same setup gives the same bits.
 *
 * @param data the data set, which is loaded only when it is trained on
 * @param settings the values of the recipe's settings
 * @param seed what everything random follows from
 */
public record Setup(DataChoice data, Settings settings, long seed) {
  /** Returns the value of a setting. */
  public <T> T get(Setting<T> setting) {
    return settings.get(setting);
  }

  /** Returns a random key for a purpose, such as the initial weights. */
  public Rng rng(String purpose) {
    return Rng.of(seed).split(purpose);
  }
}
