package shinso.zoo.sweep;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.Setting;
import shinso.zoo.harness.UsageException;

/**
 * Which settings trials have.
 *
 * @param dimensions what differs, in the order of the recipe's table
 * @param fixed the values of further settings that are not the usual ones, by name
 */
public record Space(List<Dimension> dimensions, Map<String, String> fixed) {
  private static final int MOST = 10_000;

  /** Keeps copies. */
  public Space {
    dimensions = List.copyOf(dimensions);
    fixed = Map.copyOf(fixed);
  }

  /**
   * Returns the space that texts describe.
   *
   * @param texts ranges, lists of values or single values by the names of settings
   * @throws UsageException if there is no such setting, a value is not allowed, or nothing differs
   */
  public static Space parse(Recipe<?> recipe, Budget budget, Map<String, String> texts) {
    // Says which settings there are, if one isn't.
    Map<String, String> firsts = new LinkedHashMap<>();
    List<Dimension> dimensions = new ArrayList<>();
    Map<String, String> fixed = new LinkedHashMap<>();
    for (Setting.Row<?> row : recipe.settings()) {
      String text = texts.get(row.setting().name());
      if (text != null) {
        Dimension d = Dimension.parse(row.setting(), text);
        if (d.size() == 1) {
          fixed.put(row.setting().name(), d.at(0));
        } else {
          dimensions.add(d);
        }
      }
    }
    texts.keySet().forEach(name -> firsts.put(name, fixed.getOrDefault(name, "")));
    dimensions.forEach(d -> firsts.put(d.setting().name(), d.at(0)));
    recipe.settings(budget, firsts);
    if (dimensions.isEmpty()) {
      throw new UsageException(
          "a sweep needs a setting that differs, such as --set rate=1e-4:1e-2:log or --set"
              + " epochs=1,2,4; shinso list %s shows the settings".formatted(recipe.name()));
    }
    return new Space(dimensions, fixed);
  }

  /** Returns how many different points there are; {@link Integer#MAX_VALUE} for very many. */
  public int size() {
    long product = 1;
    for (Dimension d : dimensions) {
      product = Math.min(Integer.MAX_VALUE, product * d.size());
    }
    return (int) product;
  }

  /**
   * Returns all points of a grid, the last dimension changing fastest. Ranges are cut into as many
   * values as there may be, all of them into the same number.
   *
   * @param most how many points there may be, 0 for any number
   * @throws UsageException if ranges have no number of values that fits, or there are more points
   */
  public List<Map<String, String>> grid(int most) {
    List<String> ranges =
        dimensions.stream()
            .filter(d -> d instanceof Dimension.Range)
            .map(d -> d.setting().name())
            .toList();
    int points = 0;
    if (!ranges.isEmpty()) {
      if (most == 0) {
        throw new UsageException(
            "a grid over the range of %s needs --trials N, the number of its points; or list values"
                .formatted(ranges.getFirst()));
      }
      while (points < most && count(points + 1) <= most && count(points + 1) > 0) {
        points++;
      }
      if (points < 2) {
        throw new UsageException(
            "a grid of %d trials has no room for two values of each range; it needs --trials %d"
                .formatted(most, count(2)));
      }
    }
    long count = count(points);
    if (count > (most == 0 ? MOST : most)) {
      throw new UsageException(
          "the grid has %d points, more than %s; list fewer values, or take --method random"
              .formatted(
                  count,
                  most == 0 ? "the " + MOST + " that a sweep may have" : "--trials " + most));
    }
    List<Map<String, String>> all = new ArrayList<>(List.of(Map.of()));
    for (Dimension d : dimensions) {
      List<Map<String, String>> next = new ArrayList<>();
      for (Map<String, String> before : all) {
        for (String value : d.grid(points)) {
          Map<String, String> point = new LinkedHashMap<>(before);
          point.put(d.setting().name(), value);
          next.add(point);
        }
      }
      all = next;
    }
    return all;
  }

  private long count(int points) {
    long product = 1;
    for (Dimension d : dimensions) {
      product = Math.min(Integer.MAX_VALUE, product * d.grid(points).size());
    }
    return product;
  }

  /**
   * Returns different points that are drawn at random; fewer if there are not as many. A longer
   * list of the same key begins as a shorter one does.
   */
  public List<Map<String, String>> random(int trials, Rng rng) {
    int wanted = Math.min(trials, size());
    List<Map<String, String>> all = new ArrayList<>();
    Set<Map<String, String>> seen = new HashSet<>();
    for (int i = 0; all.size() < wanted; i++) {
      double[] u = Tensor.uniform(rng.split(i), dimensions.size()).toDoubleArray();
      Map<String, String> point = new LinkedHashMap<>();
      for (int d = 0; d < u.length; d++) {
        point.put(dimensions.get(d).setting().name(), dimensions.get(d).at(u[d]));
      }
      if (seen.add(point)) {
        all.add(point);
      }
    }
    return all;
  }
}
