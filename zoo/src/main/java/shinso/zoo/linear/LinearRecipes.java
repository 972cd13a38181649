package shinso.zoo.linear;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class LinearRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "linear",
          "regression and classification by linear models",
          List.of(
              new PolynomialRegression(),
              new TableRegression(),
              new TableLogistic(),
              new GenerativeDiscriminative(),
              new DigitsSoftmax()));

  private LinearRecipes() {}
}
