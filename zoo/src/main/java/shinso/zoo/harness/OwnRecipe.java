package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A recipe that runs on a file or folder of the user's own, which {@code shinso train} names. The
 * place is a setting; the run's folder keeps what predictions need of the data, and by what it is
 * known again when the run is gone on with.
 *
 * @param <M> the model
 */
public interface OwnRecipe<M> extends Recipe<M> {
  /** Where the data lies, as an absolute path. */
  Setting<String> PLACE = Setting.text("place", "the file or folder with the data");

  /**
   * Returns the data of a run. Nothing is read yet.
   *
   * @throws UsageException if settings contradict each other
   */
  OwnSource source(Settings settings, long seed);

  /** Returns the place that settings name. */
  default Path place(Settings settings) {
    return Path.of(settings.get(PLACE));
  }

  /** Returns the settings for a budget; the place is one of them. */
  @Override
  default Settings settings(Budget budget, Map<String, String> replaced) {
    List<Setting.Row<?>> rows = new ArrayList<>(List.of(PLACE.always("")));
    rows.addAll(settings());
    return Settings.of(name(), rows, budget, replaced);
  }

  /**
   * Returns what a run on a file or folder is made from.
   *
   * @param replaced values of settings, by name
   * @throws UsageException if one is not allowed
   */
  default Setup on(Path place, Map<String, String> replaced, long seed) {
    Map<String, String> values = new LinkedHashMap<>(replaced);
    values.put(PLACE.name(), place.toAbsolutePath().normalize().toString());
    return Setup.of(this, null, Budget.DEFAULT, values, seed);
  }
}
