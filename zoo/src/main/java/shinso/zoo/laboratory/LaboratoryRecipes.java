package shinso.zoo.laboratory;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class LaboratoryRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "laboratory",
          "exercises that compare networks and optimisers",
          List.of(new SixOptimizers()));

  private LaboratoryRecipes() {}
}
