package shinso.zoo.harness;

import java.util.List;
import java.util.Map;

/**
 * One reproduction of a number or a figure: data, model, schedule, and what should come out. The
 * harness does everything else, so a recipe is a page that can be read beside its paper.
 */
public interface Recipe {
  /** Returns what people read about it. */
  Card card();

  /** Returns the data sets that it runs on, the usual one first. */
  List<DataChoice> data();

  /** Returns the table of settings, with a value for each budget. */
  List<Setting.Row<?>> settings();

  /** Returns what should come out. */
  List<Target> targets();

  /** Returns model and learning rule for a run; loads no data. */
  Experiment experiment(Setup setup);

  /** Returns the name. */
  default String name() {
    return card().name();
  }

  /**
   * Returns the data set of a name.
   *
   * @throws UsageException if the recipe doesn't run on it
   */
  default DataChoice data(String name) {
    List<String> names = data().stream().map(DataChoice::name).toList();
    return data().stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                "the recipe %s doesn't run on '%s'%s; choose %s"
                    .formatted(
                        name(), name, Names.didYouMean(name, names), Names.listed(names, "or"))));
  }

  /** Returns the settings for a budget, with some of them replaced. */
  default Settings settings(Budget budget, Map<String, String> replaced) {
    return Settings.of(name(), settings(), budget, replaced);
  }
}
