package shinso.zoo.autoregressive;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class AutoregressiveRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "autoregressive",
          "models of one unit after the other",
          List.of(
              new FvbnMnist(),
              new AutoregressiveNetworkMnist(),
              new NadeMnist(),
              new RnadeWaves(),
              new OrderAgnosticMnist()));

  private AutoregressiveRecipes() {}
}
