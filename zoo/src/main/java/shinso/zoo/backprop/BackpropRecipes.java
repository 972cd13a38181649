package shinso.zoo.backprop;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class BackpropRecipes {
  /** The area. */
  public static final Area AREA =
      new Area("backprop", "gradients by back-propagation", List.of(new BackpropByHand()));

  private BackpropRecipes() {}
}
