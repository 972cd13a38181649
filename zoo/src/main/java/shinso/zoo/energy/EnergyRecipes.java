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
          List.of(new RbmBars(), new RbmMnist(), new RbmCentring(), new RbmSteps(), new ConvolutionalDigits(), new RnnRbmMusic(), new JudgeEnergy()));

  private EnergyRecipes() {}
}
