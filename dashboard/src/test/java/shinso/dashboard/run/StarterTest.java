package shinso.dashboard.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.dashboard.web.RefusedException;
import shinso.train.file.FileException;
import shinso.zoo.harness.UsageException;

/** What is asked for becomes arguments, each of them checked, and no shell reads them. */
final class StarterTest {
  @TempDir private Path root;

  private Starter starter(Launcher launcher) {
    return new Starter(new Runs(root), launcher);
  }

  private List<String> arguments(Map<String, Object> fields) {
    return starter(a -> a).arguments(fields);
  }

  @Test
  void aRunIsAskedForByItsArguments() {
    assertEquals(
        List.of(
            "run",
            "digits-mlp",
            "--data",
            "glyphs",
            "--budget",
            "smoke",
            "--seed",
            "7",
            "--threads",
            "1",
            "--set",
            "epochs=3",
            "--runs",
            root.toString()),
        arguments(
            Map.of(
                "recipe",
                "digits-mlp",
                "data",
                "glyphs",
                "budget",
                "smoke",
                "seed",
                "7",
                "threads",
                1,
                "settings",
                Map.of("epochs", "3"))));
    assertEquals(
        List.of("run", "digits-mlp", "--budget", "default", "--seed", "1", "--runs", "" + root),
        arguments(Map.of("recipe", "digits-mlp", "data", "", "threads", "")));
  }

  @Test
  void whatThereIsNotIsRefused() {
    Map<String, Map<String, Object>> wrong =
        Map.of(
            "recipe", Map.of("recipe", "digits-mpl"),
            "data", Map.of("recipe", "digits-mlp", "data", "../mnist"),
            "budget", Map.of("recipe", "digits-mlp", "budget", "--help"),
            "setting", Map.of("recipe", "digits-mlp", "settings", Map.of("--runs", "/")),
            "value", Map.of("recipe", "digits-mlp", "settings", Map.of("epochs", "$(id)")),
            "own data", Map.of("recipe", "images"));
    wrong.forEach(
        (what, fields) -> assertThrows(UsageException.class, () -> arguments(fields), what));
    Map<String, Map<String, Object>> senseless =
        Map.of(
            "no recipe", Map.of(),
            "a list", Map.of("recipe", List.of("digits-mlp")),
            "seed", Map.of("recipe", "digits-mlp", "seed", "1; rm"),
            "threads", Map.of("recipe", "digits-mlp", "threads", 0),
            "settings", Map.of("recipe", "digits-mlp", "settings", "epochs=1"),
            "setting", Map.of("recipe", "digits-mlp", "settings", Map.of("epochs", List.of(1))),
            "runs", Map.of("recipe", "digits-mlp", "runs", "/etc"));
    senseless.forEach(
        (what, fields) -> assertThrows(RefusedException.class, () -> arguments(fields), what));
  }

  /** A program that does what it is told in the place of a training. */
  static final class Pretender {
    private Pretender() {}

    /** Prints its first argument, and ends with its second one. */
    public static void main(String[] args) {
      System.out.println(args[0]);
      System.exit(Integer.parseInt(args[1]));
    }
  }

  private static Launcher pretender(String line, int code) {
    return _ ->
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Pretender.class.getName(),
            line,
            Integer.toString(code));
  }

  @Test
  void theRunThatBeginsIsNamedAndKeepsItsOutput() throws IOException, InterruptedException {
    MadeRun run = MadeRun.in(root, "digits-mlp");
    String line = "run folder: " + run.folder().path();
    Starter starter = starter(pretender(line, 0));
    assertEquals(run.name(), starter.start(Map.of("recipe", "digits-mlp")));
    assertEquals(line, Starter.tail(run.folder().file(Starter.OUTPUT), 1000).strip());
    assertEquals(List.of(run.name()), files());
  }

  @Test
  void whyARunDidNotBeginIsSaid() throws IOException {
    Starter starter = starter(pretender("shinso: the data set mnist is not there", 1));
    FileException e =
        assertThrows(FileException.class, () -> starter.start(Map.of("recipe", "digits-mlp")));
    assertEquals("the data set mnist is not there", e.getMessage());
    assertEquals(List.of(), files());
  }

  @Test
  void noMoreThanFourAreStarted() {
    Starter starter = starter(pretender("shinso: no", 1));
    // Those that ended make room again.
    for (int i = 0; i < 6; i++) {
      assertThrows(FileException.class, () -> starter.start(Map.of("recipe", "digits-mlp")));
    }
  }

  private List<String> files() throws IOException {
    try (var all = Files.list(root)) {
      return all.map(p -> p.getFileName().toString()).toList();
    }
  }

  @Test
  void theEndOfALongTextIsItsLastLines() throws IOException {
    Path file = root.resolve("output.txt");
    Files.writeString(file, "first line\nsecond line\nthird\n");
    assertEquals("third\n", Starter.tail(file, 12));
    assertTrue(Starter.tail(file, 1000).startsWith("first"));
  }
}
