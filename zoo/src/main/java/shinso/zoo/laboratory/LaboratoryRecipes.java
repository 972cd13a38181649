package shinso.zoo.laboratory;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class LaboratoryRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "laboratory",
          "small experiments of a course",
          List.of(
              new SquaresOrEntropy(),
              new SurfaceInSpace(),
              new PlainArrays(),
              new Widths(),
              new DepthWidthBatch(),
              new SixOptimizers(),
              new PlaneOfDigits(),
              new EvidenceBound()));

  private LaboratoryRecipes() {}
}
