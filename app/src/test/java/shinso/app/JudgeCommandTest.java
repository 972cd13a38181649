package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of several runs beside each other. */
@Tag("row-M1")
final class JudgeCommandTest {
  @TempDir static Path folder;

  private static Path machine = Path.of("");
  private static Path autoregressive = Path.of("");
  private static Path classifier = Path.of("");

  @BeforeAll
  static void train() {
    machine = run("rbm-mnist", "train=300", "test=100", "epochs=1", "temperatures=20");
    autoregressive = run("nade-mnist", "train=300", "test=100", "epochs=1");
    classifier = run("digits-softmax", "train=600", "test=100", "epochs=1");
  }

  private static Path run(String recipe, String... settings) {
    List<String> args =
        new ArrayList<>(
            List.of("run", recipe, "--budget", "smoke", "--runs", folder.resolve("r").toString()));
    for (String setting : settings) {
      args.addAll(List.of("--set", setting));
    }
    Result result = Result.of(args.toArray(String[]::new));
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith("run folder: "))
        .map(line -> Path.of(line.substring("run folder: ".length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(result.toString()));
  }

  private static Result judge(Path out, Path... runs) {
    List<String> args = new ArrayList<>(List.of("judge"));
    for (Path run : runs) {
      args.add(run.toString());
    }
    args.addAll(List.of("--samples", "60", "--epochs", "1", "--out", out.toString()));
    return Result.of(args.toArray(String[]::new));
  }

  @Test
  void whatCanBeComparedStandsInOneTable() {
    Path out = folder.resolve("judged.png");
    Result result = judge(out, machine, autoregressive, classifier);
    assertEquals(0, result.code(), result.err());
    List<String> lines = result.lines();
    assertTrue(lines.get(0).matches("model +test log-likelihood +measured on"), result::out);
    assertTrue(
        result
            .out()
            .contains(
                "Apart, since 'test log-likelihood' under 'glyphs, binarisation redrawn, estimate'"
                    + " can't be compared with one under 'glyphs-binary, exact': for one model they"
                    + " differ by nats"),
        result::out);
    assertTrue(
        result.out().contains(classifier.getFileName() + ": its model makes no examples up"),
        result::out);
    assertTrue(row(result, "training examples").matches(".* % .* ± .* ± .*"), result::out);
    assertTrue(row(result, name(machine)).matches(".* % .* ± .* ± .*"), result::out);
    assertTrue(row(result, name(autoregressive)).matches(".* % +– +–"), result::out);
    assertTrue(
        result
            .out()
            .contains(
                name(autoregressive)
                    + " is about glyphs-binary and "
                    + name(machine)
                    + " about glyphs: its samples stand beside test examples of glyphs, but"),
        result::out);
    assertTrue(
        result.out().contains("away from training examples; samples much nearer are copies."),
        result::out);
    assertTrue(result.out().contains("Don't choose by Parzen windows"), result::out);
    assertTrue(Files.exists(out));
  }

  private static String name(Path run) {
    return String.valueOf(run.getFileName());
  }

  /** The last line that begins with a name: rows of likelihoods come before those of samples. */
  private static String row(Result result, String name) {
    return result.lines().stream()
        .filter(l -> l.startsWith(name + "  "))
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError(result.out()));
  }

  /** The narrowest window has −1,000 nats and less: it is chosen if one may see the samples. */
  @Test
  void theWindowIsNotChosenByTheSamplesThemselves() {
    Path out = folder.resolve("window.png");
    Result result = // as many as there are training examples
        Result.of(
            "judge", machine.toString(), "--samples", "300", "--epochs", "1", "--out", "" + out);
    String[] cells = row(result, "training examples").split(" {2,}");
    double nats = Double.parseDouble(cells[cells.length - 1].split(" ")[0]);
    assertTrue(nats > 0, result::out);
  }

  @Test
  void theSameSeedGivesTheSameTable() {
    Result one = judge(folder.resolve("one.png"), machine);
    Result two = judge(folder.resolve("one.png"), machine);
    assertEquals(one, two);
  }

  @Test
  void tooFewSamplesAreNamed() {
    Result result = Result.of("judge", machine.toString(), "--samples", "5");
    assertEquals(2, result.code());
    assertEquals(
        "shinso: 5 samples and test examples are too few to compare; take --samples 6 or more"
            + System.lineSeparator(),
        result.err());
    Path out = folder.resolve("few.png");
    Result fewest =
        Result.of(
            "judge", machine.toString(), "--samples", "6", "--epochs", "1", "--out", "" + out);
    assertEquals(0, fewest.code(), fewest.err());
  }

  @Test
  void aFileThatIsNoPngIsRefusedBeforeAnythingIsDone() {
    Path out = folder.resolve("judged.jpg");
    Result result = judge(out, machine);
    assertEquals(
        "shinso: pictures are written as PNG, so '" + out + "' must end in .png\n", result.err());
    assertFalse(Files.exists(out));
  }
}
