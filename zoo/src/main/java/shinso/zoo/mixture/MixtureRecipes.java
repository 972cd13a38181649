package shinso.zoo.mixture;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class MixtureRecipes {
  /** The area. */
  public static final Area AREA =
      new Area("mixture", "mixture density networks", List.of(new InverseProblem()));

  private MixtureRecipes() {}
}
