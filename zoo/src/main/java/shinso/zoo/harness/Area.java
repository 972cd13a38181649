package shinso.zoo.harness;

import java.util.List;

/**
 * A part of the zoo: models of one kind and the recipes that show them, in one package.
 *
 * @param name the last part of the package's name
 * @param title what it is about, in a few words
 * @param recipes the recipes, in the order in which one would read them
 */
public record Area(String name, String title, List<Recipe<?>> recipes) {
  /** Keeps a copy. */
  public Area {
    recipes = List.copyOf(recipes);
  }
}
