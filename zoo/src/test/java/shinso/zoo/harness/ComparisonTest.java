package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.judge.Quantity;
import shinso.train.loop.Screen;

/** Variants side by side. */
final class ComparisonTest {
  private static final Quantity ACCURACY = Quantity.TEST_ACCURACY;
  private static final Quantity LOSS = Quantity.smaller("test loss", "nats");

  @TempDir Path runs;

  /** Two variants with known numbers. */
  private static final class Two implements Demo {
    private int measured;

    @Override
    public Card card() {
      return Card.of("two", "two variants");
    }

    @Override
    public List<Claim> claims() {
      return List.of(Claim.atLeast(ACCURACY.of("with"), 0.9, 0.9, 0.9));
    }

    @Override
    public void run(Run run) {
      Comparison both = run.compare("both", "With and without", ACCURACY, LOSS);
      assertEquals(List.of(0.75, 0.5), both.variant("without", () -> number(0.75), () -> 0.5));
      both.variant("with", () -> number(0.97), () -> number(0.61));
      assertThrows(IllegalArgumentException.class, () -> both.variant("third", () -> 1));
      both.show();
    }

    private double number(double x) {
      measured++;
      return x;
    }
  }

  @Test
  void theTableHasARowForEachVariantAndTheBestOfEachColumnStandsOut() throws Exception {
    Two two = new Two();
    Setup setup = new Setup(null, Budget.SMOKE, two.settings(Budget.SMOKE, Map.of()), 1);
    RecipeRun run = RecipeRun.create(runs, two, setup);
    Screen nowhere = Screen.lines(new PrintStream(OutputStream.nullOutputStream()));
    run.train(nowhere, () -> false, null);
    run.report();
    assertEquals(3, two.measured);

    String report = Files.readString(run.folder().file("report.html"));
    String flat = report.replaceAll("\\s+", " ");
    assertTrue(
        flat.contains("<th>without</th><td>75.00 %</td><td class=\"best\">0.5000 nats</td>"), flat);
    assertTrue(
        flat.contains("<th>with</th><td class=\"best\">97.00 %</td><td>0.6100 nats</td>"), flat);
    assertTrue(Files.size(run.folder().file("both.png")) > 1_000);
    assertTrue(Files.readString(run.folder().file("scores.json")).contains("test accuracy, with"));
  }
}
