package shinso.zoo.regularization;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class RegularizationRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "regularization",
          "what keeps a network from learning by heart",
          List.of(
              new EarlyStopping(),
              new CoupledTasks(),
              new SharedWeights(),
              new SparseRepresentations(),
              new OmpCifar(),
              new Bagging(),
              new BoostedNetworks(),
              new DropoutMnist(),
              new FastDropoutMnist(),
              new AdversarialMnist(),
              new VatMnist(),
              new TangentDistanceMnist(),
              new TangentPropMnist(),
              new ManifoldTangentMnist(),
              new AugmentationMnist()));

  private RegularizationRecipes() {}
}
