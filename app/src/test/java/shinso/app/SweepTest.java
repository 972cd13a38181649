package shinso.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.train.file.JsonFile;
import shinso.zoo.Recipes;
import shinso.zoo.sweep.SweepFolder;

/** Sweeps of real trials, in this process, in several, and killed; and runs that are repeated. */
final class SweepTest {
  private static final List<String> SWEEP =
      List.of(
          "sweep",
          "digits-softmax",
          "--budget",
          "smoke",
          "--set",
          "train=400",
          "--set",
          "validation=100",
          "--set",
          "test=100",
          "--set",
          "epochs=3",
          "--set",
          "rate=1e-3:1:log",
          "--trials",
          "4",
          "--method",
          "halving");

  @TempDir static Path folder;

  private static Result whole = new Result(0, "", "");
  private static Path sweep = Path.of("");

  @BeforeAll
  static void sweep() {
    Path runs = folder.resolve("whole");
    whole = Result.of(with(runs));
    sweep = SweepFolder.list(runs).getFirst();
  }

  private static String[] with(Path runs, String... more) {
    List<String> all = new ArrayList<>(SWEEP);
    all.addAll(List.of("--runs", runs.toString()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Returns what trials came to, without the time that they took. */
  private static List<Map<String, Object>> results(Path sweep) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (JsonFile trial : JsonFile.read(sweep.resolve("results.json")).objects("trials")) {
      Map<String, Object> row = new LinkedHashMap<>(trial.fields());
      row.remove("seconds");
      rows.add(row);
    }
    return rows;
  }

  @Test
  void theBestIsSaidWithTheCommandThatTrainsIt() throws IOException {
    assertEquals("", whole.err());
    assertEquals(0, whole.code());
    List<String> lines = whole.lines();
    assertEquals("4 trials up to 33.33 % of the steps, 1 trial", lines.get(1));
    String command =
        lines.stream()
            .filter(l -> l.startsWith("best: shinso "))
            .map(l -> l.substring("best: shinso ".length()))
            .findFirst()
            .orElse("");
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.addAll(List.of("--quiet", "--runs", folder.resolve("best").toString()));
    Result again = Result.of(args.toArray(String[]::new));
    assertEquals(0, again.code(), again.err());
    Map<String, Object> last = results(sweep).getLast();
    int best = (int) Objects.requireNonNull(last.get("trial"));
    Path trial = SweepFolder.open(sweep, Recipes::named).trial(best);
    assertArrayEquals(
        Files.readAllBytes(trial.resolve("model.safetensors")), Files.readAllBytes(model("best")));
    assertTrue(Files.exists(sweep.resolve("report.html")));
    assertTrue(Files.exists(sweep.resolve("trials.png")));
  }

  private static Path model(String runs) throws IOException {
    try (var all = Files.list(folder.resolve(runs))) {
      return all.findFirst().orElseThrow().resolve("model.safetensors");
    }
  }

  @Test
  void processesComeToTheSame() {
    Path runs = folder.resolve("processes");
    Result result = Result.of(with(runs, "--parallel", "2", "--json", "--quiet"));
    assertEquals("", result.err());
    assertEquals(0, result.code());
    Path other = SweepFolder.list(runs).getFirst();
    assertEquals(results(sweep), results(other));
    JsonFile json = JsonFile.of(other, result.out());
    assertEquals("validation.accuracy", json.text("metric"));
    assertEquals("largest", json.text("goal"));
    assertEquals(4, json.objects("trials").size());
    assertEquals(json.integer("best"), json.objects("trials").getFirst().integer("trial"));
    assertTrue(
        Files.notExists(other.resolve("worker-1.log")), "a process had something to complain of");
  }

  @Test
  void aKilledSweepGoesOnToTheSame() throws IOException, InterruptedException {
    Path runs = folder.resolve("killed");
    try (Subprocess process = Subprocess.start(folder, Map.of(), with(runs, "--parallel", "2"))) {
      process.await(() ->
          SweepFolder.list(runs).stream().anyMatch(s -> Files.exists(s.resolve("results.json"))));
      process.kill();
    }
    Path killed = SweepFolder.list(runs).getFirst();
    // The trials that processes without a parent are at work on are waited for.
    Result resumed = Result.of("sweep", "--resume", killed.toString());
    assertEquals(0, resumed.code(), resumed.err());
    assertEquals(results(sweep), results(killed));
    // There is nothing left to do.
    Result again = Result.of("sweep", "--resume", killed.toString());
    assertEquals(0, again.code());
    assertFalse(again.out().contains(" of 4: "), again.out());
  }

  /** A sweep of two trials that take a moment each. */
  private static String[] twoBatches(Path runs, String metric, String... more) {
    List<String> all = new ArrayList<>(List.of("sweep", "digits-softmax", "--budget", "smoke"));
    for (String set :
        List.of("batch=100,200", "train=300", "validation=100", "test=100", "epochs=1")) {
      all.addAll(List.of("--set", set));
    }
    all.addAll(List.of("--metric", metric, "--runs", runs.toString()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void aSweepIsListedAndDeletedWhole() {
    Path runs = folder.resolve("deleted");
    Result made = Result.of(twoBatches(runs, "test accuracy"));
    assertEquals(0, made.code(), made.err());
    String name = SweepFolder.list(runs).getFirst().getFileName().toString();
    String listed = Result.of("runs", "list", "--runs", runs.toString()).out();
    assertTrue(listed.startsWith("sweeps: " + name), listed);
    assertEquals(0, Result.of("runs", "rm", name, "--runs", runs.toString()).code());
    assertEquals(List.of(), SweepFolder.list(runs));
    assertTrue(Files.notExists(runs.resolve(name)));
  }

  @Test
  void aMetricThatIsNotMeasuredIsReplaced() {
    Path runs = folder.resolve("unmeasured");
    Result wrong = Result.of(twoBatches(runs, "validation.acuracy", "--goal", "largest"));
    assertEquals(Errors.USAGE, wrong.code());
    Path made = SweepFolder.list(runs).getFirst();
    assertEquals(1, wrong.err().lines().count(), wrong.err());
    assertTrue(
        wrong
            .err()
            .startsWith(
                "shinso: trials of the recipe digits-softmax measure no 'validation.acuracy' (did you"
                    + " mean validation.accuracy"),
        wrong.err());
    assertTrue(
        wrong
            .err()
            .endsWith("; go on with: shinso sweep --resume %s --metric NAME%n".formatted(made)),
        wrong.err());
    Result right =
        Result.of("sweep", "--resume", made.toString(), "--metric", "validation.accuracy");
    assertEquals(0, right.code(), right.err());
    assertFalse(right.out().contains("trial 1 of 2: "), right.out());
    assertTrue(right.out().contains("trial 2 of 2: "), right.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "sweep | sweep needs a RECIPE, or --resume SWEEP; shinso list shows the recipes",
        "sweep digts --set rate=1:2 --trials 3 | there is no recipe 'digts' (did you mean digits?);"
            + " shinso list shows those that there are",
        "sweep digits --trials 3 | a sweep needs a setting that differs, such as --set"
            + " rate=1e-4:1e-2:log or --set epochs=1,2,4; shinso list digits shows the settings",
        "sweep digits --set rate=1e-4:1e-2:log | a grid over the range of rate needs --trials N, the"
            + " number of its points; or list values",
        "sweep digits --set rate=x:2 --trials 3 | the setting rate is a number from 0 to 1000, not"
            + " 'x'",
        "sweep digits --set rate=0.1:1 --trials 0 | invalid value for option '--trials': '0' is not"
            + " a whole number from 1 to 10000; see shinso sweep --help",
        "sweep digits --set rate=0.1:1 --trials 3 --method best | there is no method 'best'; choose"
            + " grid, random or halving",
        "sweep digits --set rate=0.1:1 --trials 3 --goal up | there is no goal 'up'; choose largest"
            + " or smallest",
        "sweep digits --set rate=0.1:1 --method halving | the method halving needs --trials N, how"
            + " many points are tried",
        "sweep digits --set rate=0.1:1 --trials 9 --method halving --eta 1 | halving divides the"
            + " number of trials by 2 to 10, not by 1",
        "sweep --resume x --trials 3 | a sweep goes on with what it was started with, but for"
            + " --metric and --goal; leave --trials out",
        "sweep digits --set rate=0.1,1 --metric test-acuracy | whether a large or a small 'test-acuracy' is"
            + " good is not known (did you mean test accuracy?); say --goal largest or --goal smallest",
        "sweep digits --set rate=1,2 --retry | --retry goes with --resume SWEEP; leave it out",
      })
  void whatIsWrongIsNamed(String line, String message) {
    Result result = Result.of(line.split(" "));
    assertEquals("shinso: " + message + System.lineSeparator(), result.err());
    assertEquals(Errors.USAGE, result.code());
  }

  @Test
  void aMissingSweepIsNamed() {
    Path runs = folder.resolve("none");
    Result result = Result.of("sweep", "--resume", "x", "--runs", runs.toString());
    assertEquals(Errors.FAILED, result.code());
    assertEquals(
        "shinso: there is no sweep 'x': none has been started in %s%n".formatted(runs),
        result.err());
  }

  // ---- repeating

  @Test
  void aRepeatedRunHasTheSameBits() throws IOException {
    Path runs = folder.resolve("repeated");
    String[] command = {
      "run",
      "digits-softmax",
      "--budget",
      "smoke",
      "--set",
      "train=300",
      "--set",
      "validation=100",
      "--set",
      "test=100",
      "--set",
      "epochs=1",
      "--runs",
      runs.toString()
    };
    assertEquals(0, Result.of(command).code());
    String name = Objects.requireNonNull(model("repeated").getParent()).getFileName().toString();
    String[] repeat = {"runs", "repeat", name, "--runs", runs.toString()};
    Result same = Result.of(repeat);
    assertEquals(0, same.code(), same.err());
    assertEquals("the same bits as " + name, same.lines().getLast());

    Result other = Result.of("runs", "repeat", name, "--seed", "2", "--runs", runs.toString());
    assertEquals(0, other.code(), other.err());
    assertFalse(other.out().contains("bits"), other.out());

    // As if another version had trained it, with another processor's library.
    Path json = runs.resolve(name).resolve("run.json");
    Files.writeString(
        json,
        Files.readString(json)
            .replaceAll("\"modelSha256\" : \"\\w\\w", "\"modelSha256\" : \"__")
            .replaceAll("\"oneDNN\" : \"[^\"]*\"", "\"oneDNN\" : \"off: then\""));
    Result changed = Result.of(repeat);
    assertEquals(Errors.FAILED, changed.code());
    List<String> errors = changed.err().lines().toList();
    assertTrue(
        errors.getFirst().startsWith("shinso: since the run was started, oneDNN was off: then"),
        changed.err());
    assertEquals("shinso: other bits than %s: the model differs".formatted(name), errors.getLast());
  }
}
