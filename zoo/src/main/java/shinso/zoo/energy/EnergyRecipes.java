package shinso.zoo.energy;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class EnergyRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "energy",
          "Boltzmann machines and other energy-based models",
          List.of(
              new IsingTorus(),
              new BoltzmannEncoder(),
              new BoltzmannShifter(),
              new RbmBars(),
              new RbmMnist(),
              new RbmCentring(),
              new RbmSteps(),
              new DiscriminativeRbmMnist(),
              new HybridFewLabels(),
              new NoisyStripes(),
              new ConditionalShifter(),
              new ShifterOrders(),
              new ConvolutionalDigits(),
              new RnnRbmMusic(),
              new DbnMnist(),
              new DbnMlp(),
              new DbmMnist(),
              new DbmCentring(),
              new MultiPredictionDigits(),
              new GaussianRbmLaplace(),
              new PatchMachines(),
              new PatchCodes(),
              new JudgeEnergy()));

  private EnergyRecipes() {}
}
