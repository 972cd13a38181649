package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.train.file.JsonFile;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;
import shinso.train.run.TrainingFolder;

/** Runs are listed, shown, compared, deleted and exported; they are made up, not trained. */
final class RunsTest {
  @TempDir private Path folder;
  private Path runs = Path.of("");

  @BeforeEach
  void makeRuns() throws IOException {
    runs = folder.resolve("runs");
    run("20260101-a-digits", "digits", "2026-01-01T10:00:00Z", RunStatus.FINISHED, 0.98, "0.001");
    run("20260102-b-rbm-bars", "rbm-bars", "2026-01-02T10:00:00Z", RunStatus.FAILED, -1, "0.1");
    run("20260103-c-digits", "digits", "2026-01-03T10:00:00Z", RunStatus.FINISHED, 0.99, "0.01");
    run("20260104-d-digits", "digits", "2026-01-04T10:00:00Z", RunStatus.INTERRUPTED, -1, "0.01");
    run("20260105-e-digits", "digits", "2026-01-05T10:00:00Z", RunStatus.RUNNING, -1, "0.01");
  }

  private Path run(
      String name, String recipe, String started, RunStatus status, double accuracy, String rate)
      throws IOException {
    RunInfo info =
        RunInfo.starting(
            recipe,
            "smoke",
            1,
            Map.of("data", "glyphs", "rate", rate),
            "glyphs: 10 examples",
            List.of("run", recipe, "--set", "rate=" + rate));
    RunFolder run = RunFolder.create(runs, name, info);
    run.update(status, status == RunStatus.FAILED ? "the loss is NaN" : null, 7, Map.of());
    Path json = run.file("run.json");
    Files.writeString(
        json,
        Files.readString(json)
            .replaceFirst("\"started\" : \"[^\"]*", "\"started\" : \"" + started));
    Path stage = run.folder("stages/1-train");
    Files.writeString(
        stage.resolve("metrics.csv"),
        "step,epoch,seconds,train.loss,validation.accuracy\n1,1,0.5,2,0.5\n2,2,1,1.5,"
            + Math.abs(accuracy)
            + "\n");
    Files.writeString(
        stage.resolve("stage.json"),
        "{\"stage\":\"train\",\"status\":\"finished\",\"seconds\":6.5,\"complete\":true,"
            + "\"metrics\":{\"validation.accuracy\":0.5}}");
    if (accuracy > 0) {
      JsonFile.write(
          run.file("scores.json"),
          Map.of("test accuracy", Map.of("value", accuracy, "text", 100 * accuracy + " %")));
    }
    return run.path();
  }

  private Result runs(String... args) {
    return Result.of(all(args));
  }

  private String[] all(String... args) {
    List<String> all = new ArrayList<>(List.of("runs"));
    all.addAll(List.of(args));
    all.addAll(List.of("--runs", runs.toString()));
    return all.toArray(String[]::new);
  }

  private static String ok(Result result) {
    assertEquals("", result.err());
    assertEquals(0, result.code());
    return result.out();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(runs)) {
      return all.map(p -> p.getFileName().toString().substring(9, 10)).sorted().toList();
    }
  }

  /** Returns the letters of the runs in the order in which they are listed. */
  private static String letters(String table) {
    StringBuilder letters = new StringBuilder();
    table.lines().skip(1).forEach(line -> letters.append(line.charAt(9)));
    return letters.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "'', abcde",
    "--reverse, edcba",
    "--sort recipe, acdeb",
    "--sort score, acdeb",
    "--sort score --reverse, bdeca",
    "--sort status, acdbe",
    "--recipe rbm-bars, b",
    "--recipe rbm-bars --recipe digits, abcde",
    "--status finished, ac",
    "--status failed --status killed, be",
    "'--status failed,killed', be",
    "--since 2026-01-03, cde",
    "--until 2026-01-03, abc",
    "--since 2026-01-02T00:00 --until 2026-01-03T23:59, bc",
  })
  void runsAreChosenAndSorted(String options, String letters) {
    List<String> args = new ArrayList<>(List.of("list"));
    if (!options.isEmpty()) {
      args.addAll(List.of(options.split(" ")));
    }
    assertEquals(letters, letters(ok(runs(args.toArray(String[]::new)))));
  }

  @Test
  void aLineSaysHowARunIs() {
    List<String> lines = ok(runs("list")).lines().toList();
    assertTrue(lines.get(0).matches("run +status +data +budget +seed +time +size +score"));
    assertTrue(
        lines
            .get(1)
            .matches(
                "20260101-a-digits +finished +glyphs +smoke +1 +7\\.0 s +[\\d.]+ (bytes|kB) +test accuracy 98\\.0 %"),
        lines.get(1));
    // It says that it is running, but nobody is at work on it.
    assertTrue(lines.get(5).matches("20260105-e-digits +killed .*"), lines.get(5));
    try (TrainingFolder.Lock _ = RunFolder.at(runs.resolve("20260105-e-digits")).lock()) {
      assertEquals("e", letters(ok(runs("list", "--status", "running"))));
    }
  }

  /** What a run says of its time it writes at its end; until then the clock counts. */
  @Test
  void theClockOfARunningRunGoesOn() throws IOException {
    Path run = runs.resolve("20260105-e-digits");
    Files.setLastModifiedTime(
        run.resolve("run.json"), FileTime.from(Instant.now().minusSeconds(600)));
    try (TrainingFolder.Lock _ = RunFolder.at(run).lock()) {
      String line = ok(runs("list", "--status", "running")).lines().skip(1).findFirst().orElse("");
      assertTrue(line.contains("10 min "), line);
    }
  }

  /** A sweep is no run, and neither is the folder of all runs. */
  @Test
  void otherFoldersAreToldApart() throws IOException {
    Path sweep = Files.createDirectory(runs.resolve("20260106-sweep-digits"));
    Files.writeString(sweep.resolve("sweep.json"), "{}");
    Result shown = runs("show", "20260106");
    assertEquals(
        "shinso: %s is a sweep and no run; its runs are in %s%n"
            .formatted(sweep, sweep.resolve("trials")),
        shown.err());
    String deleted = ok(runs("rm", "20260101", "20260106", "--dry-run"));
    assertTrue(deleted.contains("would delete 1 run and 1 sweep, "), deleted);
    Path file = Files.createFile(folder.resolve("file"));
    Path run = runs.resolve("20260101-a-digits");
    Map<Path, String> wrong =
        Map.of(
            file, "which is a file; name a folder",
            run, "which is that of one run; name the one around it",
            sweep, "which is that of a sweep; its runs are in " + sweep.resolve("trials"));
    wrong.forEach((path, why) -> {
      String message = "shinso: the folder of all runs can't be %s, %s%n".formatted(path, why);
      Result listed = Result.of("runs", "list", "--runs", path.toString());
      assertEquals(message, listed.err());
      assertEquals(2, listed.code());
      Result opened = Result.of("dashboard", "--port", "0", path.toString());
      assertEquals(message, opened.err());
      assertEquals(2, opened.code());
    });
    assertEquals(
        "shinso: can't write %s: it is a folder%n".formatted(runs),
        runs("export", "20260101", "--csv", runs.toString()).err());
  }

  @Test
  void nothingIsSaidSo() {
    assertEquals(
        "none of the 5 runs in %s is such a one%n".formatted(runs),
        ok(runs("list", "--since", "2027-01-01")));
    assertEquals("", ok(runs("list", "--since", "2027-01-01", "--quiet")));
    Path none = folder.resolve("none");
    assertEquals(
        "no run has been started in %s; shinso run RECIPE starts one%n".formatted(none),
        ok(Result.of("runs", "list", "--runs", none.toString())));
  }

  @Test
  void aDamagedRunIsNoReasonToFail() throws IOException {
    Path json = runs.resolve("20260103-c-digits/run.json");
    Files.writeString(json, "{");
    Result result = runs("list");
    assertEquals(0, result.code());
    assertTrue(result.out().contains("20260103-c-digits    damaged"), result.out());
    assertEquals(
        ("shinso: %s is corrupt: it is not a valid JSON object; put it back, or start the run anew"
                + " (report.html in its folder says how)%n")
            .formatted(json),
        result.err());
    assertEquals(Errors.FAILED, runs("show", "20260103").code());
    ok(runs("rm", "20260103"));
    assertFalse(Files.exists(json.getParent()));
  }

  @Test
  void aRunIsShown() {
    String text = ok(runs("show", "20260101"));
    for (String part :
        List.of(
            "status   finished",
            "command  shinso run digits --set rate=0.001",
            "test accuracy  98.0 %  smoke target",
            "train  finished  6.5 s  validation.accuracy 0.5",
            "rate  0.001",
            "processor")) {
      assertTrue(text.contains(part), part + " is not in\n" + text);
    }
    String failed = ok(runs("show", "20260102"));
    assertTrue(failed.contains("status   failed: the loss is NaN"), failed);
  }

  @Test
  void programsReadTheSame() {
    JsonFile list = JsonFile.of(runs, ok(runs("list", "--json", "--recipe", "digits")));
    List<JsonFile> rows = list.objects("runs");
    assertEquals(4, rows.size());
    JsonFile first = rows.getFirst();
    assertEquals("20260101-a-digits", first.text("run"));
    assertEquals("finished", first.text("status"));
    JsonFile score = first.objects("scores").getFirst();
    assertEquals("test accuracy", score.text("quantity"));
    assertEquals(0.98, score.fields().get("value"));
    assertEquals(true, score.fields().get("reached"));
    JsonFile shown = JsonFile.of(runs, ok(runs("show", "20260101", "--json")));
    assertEquals(Map.of("data", "glyphs", "rate", "0.001"), shown.texts("settings"));
    assertEquals("train", shown.objects("stages").getFirst().text("stage"));
  }

  @Test
  void runsAreComparedOnAPage() throws IOException {
    Path page = folder.resolve("page.html");
    String text = ok(runs("compare", "20260101", "20260103", "--out", page.toString()));
    List<String> lines = text.lines().toList();
    assertTrue(lines.get(0).matches("what differs +20260101-a-digits +20260103-c-digits"), text);
    assertTrue(lines.get(1).matches("rate +0\\.001 +0\\.01"), text);
    assertTrue(text.contains("test accuracy  98.0 %"), text);
    assertFalse(text.contains("budget"), "what is the same isn't said");
    String html = Files.readString(page);
    assertTrue(html.contains("<td class=\"best\">99.0 %</td>"), html);
    assertTrue(html.contains("accuracy, validation"), "there are no curves");
    assertFalse(html.contains("://"), "something from elsewhere");
    JsonFile json =
        JsonFile.of(
            page, ok(runs("compare", "20260101", "20260103", "--json", "--out", page.toString())));
    assertEquals(
        Map.of("20260101-a-digits", "0.001", "20260103-c-digits", "0.01"),
        json.objects("settings").getFirst().texts("values"));
    assertEquals("test accuracy", json.objects("quantities").getFirst().text("quantity"));
  }

  // ---- deleting

  @Test
  void namedRunsAreDeleted() throws IOException {
    String size = ok(runs("rm", "20260101", "20260102", "--dry-run"));
    assertTrue(size.lines().toList().getLast().startsWith("would delete 2 runs, "), size);
    assertEquals(List.of("a", "b", "c", "d", "e"), names());
    assertTrue(ok(runs("rm", "20260101", "20260102")).startsWith("deleted 2 runs, "));
    assertEquals(List.of("c", "d", "e"), names());
  }

  @Test
  void aTerminalIsAsked() throws IOException {
    Result no = Result.answering("no\n", all("rm", "20260101"));
    assertEquals(Errors.FAILED, no.code());
    assertTrue(
        no.out()
            .matches("(?s).*delete 1 run, [\\d.]+ (bytes|kB)\\? \\[y/N\\] nothing was deleted\\R"),
        no.out());
    assertEquals(Errors.FAILED, Result.answering("", all("rm", "20260101")).code());
    assertEquals(5, names().size());
    assertEquals(0, Result.answering("Yes\n", all("rm", "20260101")).code());
    assertEquals(0, Result.answering("", all("rm", "20260102", "--yes")).code());
    assertEquals(List.of("c", "d", "e"), names());
  }

  @Test
  void ifOneCantBeDeletedNoneIs() throws IOException {
    try (TrainingFolder.Lock _ = RunFolder.at(runs.resolve("20260105-e-digits")).lock()) {
      Result result = runs("rm", "20260101", "20260105");
      assertEquals(Errors.FAILED, result.code());
      assertEquals(
          "shinso: the run %s is running; stop it first%n"
              .formatted(runs.resolve("20260105-e-digits")),
          result.err());
    }
    assertEquals(5, names().size());
  }

  @ParameterizedTest
  @CsvSource({
    "--keep 1, be",
    "--keep 2, bde",
    "--keep 0, ''",
    "--failed, acd",
    "--keep 1 --failed, d",
    "--keep 0 --recipe rbm-bars, acde",
    "--keep 0 --until 2026-01-02, cde",
    "--keep 9, abcde",
  })
  void oldAndFailedRunsArePruned(String options, String left) throws IOException {
    // Of the digits e is the newest, and was killed; with --failed d is the newest of the others.
    List<String> args = new ArrayList<>(List.of("prune", "--yes"));
    args.addAll(List.of(options.split(" ")));
    ok(runs(args.toArray(String[]::new)));
    assertEquals(left, String.join("", names()));
  }

  @Test
  void pruningNeedsAWord() throws IOException {
    Result result = runs("prune", "--keep", "1");
    assertEquals(Errors.USAGE, result.code());
    assertTrue(
        result
            .err()
            .matches(
                "shinso: 3 runs, \\S+ kB would be deleted; say --yes to delete, or --dry-run to see"
                    + " which\\R"),
        result.err());
    String dry = ok(runs("prune", "--keep", "1", "--dry-run"));
    assertTrue(dry.startsWith(runs.resolve("20260101-a-digits").toString()), dry);
    assertEquals(5, names().size());
    assertEquals(
        "there is nothing to delete in %s%n".formatted(runs), ok(runs("prune", "--keep", "9")));
  }

  @Test
  void aRunningRunIsNeverPruned() throws IOException {
    try (TrainingFolder.Lock _ = RunFolder.at(runs.resolve("20260105-e-digits")).lock()) {
      ok(runs("prune", "--keep", "0", "--failed", "--yes"));
    }
    assertEquals(List.of("e"), names());
  }

  // ---- exporting

  @Test
  void numbersAndFoldersAreExported() throws IOException {
    Path csv = folder.resolve("a.csv");
    Path zip = folder.resolve("a.zip");
    Path events = folder.resolve("events");
    String said =
        ok(
            runs(
                "export",
                "20260101",
                "--csv",
                csv.toString(),
                "--zip",
                zip.toString(),
                "--tensorboard",
                events.toString()));
    assertEquals(3, said.lines().count());
    assertTrue(Files.readString(csv).startsWith("step,epoch,seconds,train.loss"));
    assertTrue(Files.size(zip) > 500);
    Path own = events.resolve("20260101-a-digits");
    assertTrue(Files.isDirectory(own.resolve("1-train")), "a folder for the stage");
    Result again = runs("export", "20260101", "--tensorboard", events.toString());
    assertEquals(Errors.FAILED, again.code());
    assertEquals(
        "shinso: %s exists already, and TensorBoard would show both; remove it, or choose another"
                .formatted(own)
            + " folder%n".formatted(),
        again.err());
  }

  // ---- wrong usage

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "list --sort sise | there is no order 'sise' (did you mean size?); choose started,"
            + " recipe, status, seconds, size or score",
        "list --status done | there is no status 'done'; choose running, finished, interrupted,"
            + " failed, killed or damaged",
        "list --recipe digts | there is no recipe 'digts' (did you mean digits?); shinso list shows"
            + " those that there are",
        "list --since soon | invalid value for option '--since': 'soon' is not a day such as"
            + " 2026-11-29, a time such as 2026-11-29T20:03, or an age such as 3d; see shinso runs"
            + " list --help",
        "compare 20260101 | compare needs two runs or more; shinso runs list shows them",
        "compare 20260101 20260101 | the run 20260101-a-digits is named twice; name it once",
        "prune | prune needs --keep N, or --failed, or both",
        "prune --keep few | invalid value for option '--keep': 'few' is not a whole number from 0 to"
            + " 999999; see shinso runs prune --help",
        "export 20260101 | export needs --csv FILE, --zip FILE or --tensorboard FOLDER",
      })
  void whatIsWrongIsNamed(String line, String message) {
    Result result = runs(line.split(" "));
    assertEquals("shinso: " + message + System.lineSeparator(), result.err());
    assertEquals(Errors.USAGE, result.code());
    assertEquals("", result.out());
  }

  @Test
  void datesAreInTheUsersZone() {
    ZonedDateTime now = ZonedDateTime.of(2026, 7, 4, 12, 0, 0, 0, ZoneId.of("Europe/Berlin"));
    Converters.Period day = Converters.When.parse("2026-03-29", now);
    // The clocks are put forward.
    assertEquals(Duration.ofHours(23), Duration.between(day.start(), day.end()));
    assertEquals(Instant.parse("2026-03-28T23:00:00Z"), day.start());
    assertEquals(Instant.parse("2026-07-01T10:00:00Z"), Converters.When.parse("3d", now).start());
    assertEquals(Instant.parse("2026-07-04T09:30:00Z"), Converters.When.parse("30m", now).start());
  }
}
