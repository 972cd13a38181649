package shinso.zoo.optimization;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class OptimizationRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "optimization",
          "rules that move parameters",
          List.of(
              new LearningRates(),
              new RateSearch(),
              new OptimizerLandscapes(),
              new LineSearchMethods(),
              new ActivationVariance(),
              new VanishingGradients()));

  private OptimizationRecipes() {}
}
