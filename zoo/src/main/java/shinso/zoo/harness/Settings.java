package shinso.zoo.harness;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of a recipe's settings in one run. */
public final class Settings {
  private final Map<Setting<?>, Object> values;

  private Settings(Map<Setting<?>, Object> values) {
    this.values = values;
  }

  /**
   * Returns the values of a budget, with some of them replaced.
   *
   * @param recipe what the settings belong to, for messages
   * @param replaced texts by name, as given with {@code --set}
   * @throws UsageException if there is no setting of such a name, or a value is not allowed
   */
  public static Settings of(
      String recipe, List<Setting.Row<?>> rows, Budget budget, Map<String, String> replaced) {
    List<String> names = rows.stream().map(row -> row.setting().name()).toList();
    for (String name : replaced.keySet()) {
      if (!names.contains(name)) {
        throw new UsageException(
            "the recipe %s has no setting '%s'%s; it has %s"
                .formatted(
                    recipe,
                    name,
                    Names.didYouMean(name, names),
                    names.isEmpty() ? "none" : Names.listed(names, "and")));
      }
    }
    Map<Setting<?>, Object> values = new LinkedHashMap<>();
    for (Setting.Row<?> row : rows) {
      String text = replaced.get(row.setting().name());
      values.put(row.setting(), text == null ? row.at(budget) : row.setting().parse(text));
    }
    return new Settings(values);
  }

  /**
   * Returns the value of a setting.
   *
   * @throws IllegalArgumentException if the recipe has no row for it
   */
  @SuppressWarnings("unchecked") // a setting is stored with a value of its own type only
  public <T> T get(Setting<T> setting) {
    Object value = values.get(setting);
    if (value == null) {
      throw new IllegalArgumentException("the recipe has no row for the setting " + setting);
    }
    return (T) value;
  }

  /** Returns whether the recipe has a row for a setting. */
  public boolean has(Setting<?> setting) {
    return values.containsKey(setting);
  }

  /** Returns the values as texts by name, in the order of the recipe's table. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((setting, value) -> texts.put(setting.name(), Setting.text(value)));
    return Collections.unmodifiableMap(texts);
  }
}
