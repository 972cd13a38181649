package shinso.zoo.directed;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class DirectedRecipes {
  /** The area. */
  public static final Area AREA =
      new Area("directed", "directed generative networks", List.of(new GanRing(), new GanOrbit(), new GanDigits()));

  private DirectedRecipes() {}
}
