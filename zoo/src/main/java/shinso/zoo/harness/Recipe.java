package shinso.zoo.harness;

import java.util.List;
import java.util.Map;

/**
 * One reproduction of a number or a figure: a program of named stages that reads from top to bottom
 * like the experiments section of a paper. The harness does everything else.
 *
 * <p>A run that was stopped is resumed by replay: {@link #run} is called again, the stages that
 * have finished are loaded and skipped, and the one that was interrupted goes on from its last
 * checkpoint. So whatever lies between stages must be a pure function of the settings, the seed and
 * the parameters.
 *
 * @param <M> the model: a record, so that its parameters are found. What it can do is said by the
 *     interfaces of {@link shinso.nn.model}, which the command line goes by
 */
public interface Recipe<M> {
  /** Returns what people read about it. */
  Card card();

  /** Returns the data that it runs on, the usual one first; none by default. */
  default List<DataSource> data() {
    return List.of();
  }

  /** Returns the table of settings, with a value for each budget. */
  default List<Setting.Row<?>> settings() {
    return List.of();
  }

  /** Returns what should come out. */
  default List<Claim> claims() {
    return List.of();
  }

  /**
   * Returns the untrained model. What it takes from the data, such as base rates, goes through
   * {@link Run#once}, so that the model can be made where there is no data.
   */
  M model(Run run);

  /** Trains, measures and draws. */
  void run(Run run, M model);

  /** Returns the name. */
  default String name() {
    return card().name();
  }

  /**
   * Returns the data source of a name.
   *
   * @throws UsageException if the recipe doesn't run on it
   */
  default DataSource data(String name) {
    List<String> names = data().stream().map(DataSource::name).toList();
    return data().stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                names.isEmpty()
                    ? "the recipe %s takes no data; leave --data out".formatted(name())
                    : "the recipe %s doesn't run on '%s'%s; choose %s"
                        .formatted(
                            name(),
                            name,
                            Names.didYouMean(name, names),
                            Names.listed(names, "or"))));
  }

  /** Returns the settings for a budget, with some of them replaced. */
  default Settings settings(Budget budget, Map<String, String> replaced) {
    return Settings.of(name(), settings(), budget, replaced);
  }
}
