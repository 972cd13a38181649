package shinso.zoo.feedforward;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class FeedforwardRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "feedforward",
          "fully connected networks",
          List.of(new PerceptronXor(), new DigitsMlp()),
          List.of(new YourTable()));

  private FeedforwardRecipes() {}
}
