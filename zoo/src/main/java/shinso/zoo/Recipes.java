package shinso.zoo;

import java.util.List;
import shinso.zoo.autoencoder.AutoencoderRecipes;
import shinso.zoo.autoregressive.AutoregressiveRecipes;
import shinso.zoo.backprop.BackpropRecipes;
import shinso.zoo.convolution.ConvolutionRecipes;
import shinso.zoo.directed.DirectedRecipes;
import shinso.zoo.energy.EnergyRecipes;
import shinso.zoo.feedforward.FeedforwardRecipes;
import shinso.zoo.harness.Area;
import shinso.zoo.harness.Names;
import shinso.zoo.harness.OwnRecipe;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.UsageException;
import shinso.zoo.laboratory.LaboratoryRecipes;
import shinso.zoo.linear.LinearRecipes;
import shinso.zoo.mixture.MixtureRecipes;
import shinso.zoo.optimization.OptimizationRecipes;
import shinso.zoo.recurrent.RecurrentRecipes;
import shinso.zoo.regularization.RegularizationRecipes;

/** All recipes, by area. */
public final class Recipes {
  private static final List<Area> AREAS =
      List.of(
          LinearRecipes.AREA,
          FeedforwardRecipes.AREA,
          BackpropRecipes.AREA,
          OptimizationRecipes.AREA,
          RegularizationRecipes.AREA,
          MixtureRecipes.AREA,
          ConvolutionRecipes.AREA,
          RecurrentRecipes.AREA,
          EnergyRecipes.AREA,
          DirectedRecipes.AREA,
          AutoregressiveRecipes.AREA,
          AutoencoderRecipes.AREA,
          LaboratoryRecipes.AREA);

  private Recipes() {}

  /** Returns the areas. */
  public static List<Area> areas() {
    return AREAS;
  }

  /** Returns all recipes, those of an area together. */
  public static List<Recipe<?>> all() {
    return AREAS.stream().<Recipe<?>>flatMap(area -> area.recipes().stream()).toList();
  }

  /** Returns the recipes that run on a user's own data. */
  public static List<OwnRecipe<?>> own() {
    return AREAS.stream().<OwnRecipe<?>>flatMap(area -> area.own().stream()).toList();
  }

  /**
   * Returns the recipe that runs on a user's own data of a kind, such as {@code images}.
   *
   * @throws UsageException if there is none; it gives the nearest names
   */
  public static OwnRecipe<?> own(String name) {
    return own().stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            UsageException.unknown(
                "kind of data", name, own().stream().map(Recipe::name).toList()));
  }

  /**
   * Returns the recipe of a run: one of the list, or one that ran on a user's own data.
   *
   * @throws UsageException if there is none
   */
  public static Recipe<?> ofRun(String name) {
    return own().stream()
        .<Recipe<?>>map(r -> r)
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseGet(() -> named(name));
  }

  /**
   * Returns the recipe of a name.
   *
   * @throws UsageException if there is none; it gives the nearest names
   */
  public static Recipe<?> named(String name) {
    List<Recipe<?>> all = all();
    if (own().stream().anyMatch(r -> r.name().equals(name))) {
      throw new UsageException(
          "'%s' runs on your own data; shinso train %s --help says how".formatted(name, name));
    }
    return all.stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                "there is no recipe '%s'%s; shinso list shows those that there are"
                    .formatted(
                        name, Names.didYouMean(name, all.stream().map(Recipe::name).toList()))));
  }
}
