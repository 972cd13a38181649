package shinso.zoo.harness;

import java.util.List;

/**
 * A part of the zoo: models of one kind and the recipes that show them, in one package.
 *
 * @param name the last part of the package's name
 * @param title what it is about, in a few words
 * @param recipes the recipes, in the order in which one would read them
 * @param own those that run on a user's own data, which {@code shinso train} names
 */
public record Area(String name, String title, List<Recipe<?>> recipes, List<OwnRecipe<?>> own) {
  /** Keeps a copy. */
  public Area {
    recipes = List.copyOf(recipes);
    own = List.copyOf(own);
  }

  /** Returns an area without recipes for a user's own data. */
  public Area(String name, String title, List<Recipe<?>> recipes) {
    this(name, title, recipes, List.of());
  }
}
