package shinso.zoo.recipes;

import java.util.List;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.UsageException;
import shinso.zoo.recipes.supervised.Digits;
import shinso.zoo.recipes.supervised.DigitsMlp;
import shinso.zoo.recipes.supervised.DigitsSoftmax;

/** All recipes. */
public final class Recipes {
  private static final List<Recipe> ALL =
      List.of(new Digits(), new DigitsMlp(), new DigitsSoftmax());

  private Recipes() {}

  /** Returns all recipes, those of an area together. */
  public static List<Recipe> all() {
    return ALL;
  }

  /**
   * Returns the recipe of a name.
   *
   * @throws UsageException if there is none; it gives the nearest names
   */
  public static Recipe named(String name) {
    return ALL.stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> UsageException.unknown("recipe", name, ALL.stream().map(Recipe::name).toList()));
  }
}
