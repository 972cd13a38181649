package shinso.zoo.recurrent;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class RecurrentRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "recurrent",
          "recurrent networks",
          List.of(
              new RealTime(),
              new GradientOverTime(),
              new AddingProblem(),
              new RowsMnist(),
              new CharacterModel(),
              new WordModel(),
              new PolyphonicMusic(),
              new Sunspots(),
              new TextTransduction(),
              new Translation()),
          List.of(new OwnText(), new OwnPairs()));

  private RecurrentRecipes() {}
}
