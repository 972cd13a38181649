package shinso.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.backend.Backends;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;
import shinso.train.report.Report;

class RunFolderTest {
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 5, 14, 3, 22);

  @TempDir private Path root;

  private static RunInfo info(String recipe) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("rate", "0.001");
    configuration.put("batch", "128");
    return RunInfo.starting(
        recipe, "smoke", Long.MAX_VALUE, configuration, "glyphs", List.of("run", recipe));
  }

  @Test
  void whatIsWrittenIsRead() {
    RunFolder run = RunFolder.create(root, info("digits"), TIME);
    assertEquals("20261105-140322-digits", run.path().getFileName().toString());
    assertEquals(run.info(), RunFolder.open(root, run.path().toString()).info());
    assertTrue(run.info().versions().containsKey("java"));
    assertTrue(run.info().machine().containsKey("processor"));
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("test.loss", Double.NaN);
    metrics.put("test.accuracy", 0.9925);
    run.update(RunStatus.FINISHED, "all steps", 12.5, metrics);
    RunInfo back = RunFolder.open(root, "20261105").info();
    assertEquals(run.info(), back);
    assertEquals(RunStatus.FINISHED, back.status());
    assertEquals(List.of("rate", "batch"), List.copyOf(back.configuration().keySet()));
    assertEquals(metrics, back.metrics());
    assertEquals(12.5, back.seconds());
    assertEquals("all steps", back.ending());
  }

  @Test
  void whatResultsDependOnIsRecorded() {
    RunInfo info = info("digits");
    assertEquals(Build.version(), info.versions().get("shinso"));
    assertEquals(Build.commit(), info.versions().get("commit"));
    Map<String, String> backend = Backends.preferred().describe();
    assertTrue(
        backend.keySet().containsAll(List.of("oneDNN", "precision", "threads", "vector width")),
        backend.toString());
    assertTrue(info.machine().entrySet().containsAll(backend.entrySet()));
    assertEquals("cpu", info.machine().get("backend"));
  }

  /** As after a move to a machine where oneDNN can't be loaded; other cores change nothing. */
  @Test
  void aRunThatGoesOnElsewhereSaysSo() throws IOException {
    RunFolder run = RunFolder.create(root, info("digits"), TIME);
    assertEquals(List.of(), run.info().changesHere());
    String here = run.info().machine().get("oneDNN");
    Path json = run.file("run.json");
    String text =
        Files.readString(json)
            .replace("\"oneDNN\" : \"" + here, "\"oneDNN\" : \"off: no room")
            .replaceAll("\"(threads|cores|vector width)\" : \"[^\"]*", "\"$1\" : \"elsewhere")
            .replaceAll(" *\"precision\" : .*\n", "");
    Files.writeString(json, text);

    List<String> changes = List.of("oneDNN was off: no room and is " + here);
    RunFolder moved = RunFolder.open(root, "2026");
    assertEquals(changes, moved.info().changesHere());
    moved.update(RunStatus.RUNNING, null, 1, Map.of());
    moved.update(RunStatus.RUNNING, null, 2, Map.of());
    moved.update(RunStatus.FINISHED, "all steps", 3, Map.of());
    RunInfo back = RunFolder.open(root, "2026").info();
    assertEquals(changes, back.changes());
    assertEquals("off: no room", back.machine().get("oneDNN"));
    String report = Files.readString(Report.of(moved).write());
    assertTrue(report.contains("oneDNN was off: no room and is "), "the report doesn't say it");
  }

  @Test
  void runsOfTheSameSecondHaveDifferentFolders() throws InterruptedException {
    List<Path> made = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> made.add(RunFolder.create(root, info("r"), TIME).path())));
    }
    for (Thread t : threads) {
      t.join();
    }
    Set<Path> distinct = new HashSet<>(made);
    assertEquals(8, distinct.size());
    assertTrue(distinct.contains(root.resolve("20261105-140322-r")));
    assertTrue(distinct.contains(root.resolve("20261105-140322-r-8")));
  }

  @Test
  void opening() throws IOException {
    RunFolder first = RunFolder.create(root, info("a"), TIME);
    RunFolder second = RunFolder.create(root, info("a"), TIME);
    RunFolder third = RunFolder.create(root, info("b"), TIME.plusDays(1));
    Files.createDirectory(root.resolve("20261107-no-run"));
    assertEquals(List.of(first.path(), second.path(), third.path()), RunFolder.list(root));
    assertEquals(third.path(), RunFolder.open(root, "20261106").path());
    assertEquals(first.path(), RunFolder.open(root, "20261105-140322-a").path());
    assertEquals(second.path(), RunFolder.open(root, "20261105-140322-a-").path());
    assertEquals(
        "'20261105' stands for 2 runs, 20261105-140322-a-2, 20261105-140322-a; write more of it",
        assertThrows(FileException.class, () -> RunFolder.open(root, "20261105")).getMessage());
    assertEquals(
        "there is no run 'x' in "
            + root
            + "; the latest are 20261106-140322-b, 20261105-140322-a-2, 20261105-140322-a",
        assertThrows(FileException.class, () -> RunFolder.open(root, "x")).getMessage());
    assertThrows(FileException.class, () -> RunFolder.open(root, ""));
    Path empty = root.resolve("20261107-no-run");
    for (String name : List.of("20261107-no-run", "20261107", empty.toString())) {
      assertEquals(
          "the folder "
              + empty
              + " has no run.json: it is not that of a run, or its run was killed before it began"
              + " and has to be started anew",
          assertThrows(FileException.class, () -> RunFolder.open(root, name)).getMessage());
    }
    Path none = root.resolve("none");
    assertEquals(
        "there is no run 'x': no run has been started in " + none,
        assertThrows(FileException.class, () -> RunFolder.open(none, "x")).getMessage());
  }

  @Test
  void damagedDescriptions() throws IOException {
    RunFolder run = RunFolder.create(root, info("a"), TIME);
    String name = run.path().getFileName().toString();
    Path json = run.file("run.json");
    String text = Files.readString(json);
    String remedy = "; put it back, or start the run anew (report.html in its folder says how)";
    Files.writeString(json, text.substring(0, 30));
    assertEquals(
        json + " is corrupt: it is not a valid JSON object" + remedy,
        assertThrows(FileException.class, () -> RunFolder.open(root, name)).getMessage());
    Files.writeString(json, text.replace("\"running\"", "\"flying\""));
    assertEquals(
        json + " is corrupt: there is no status 'flying'" + remedy,
        assertThrows(FileException.class, () -> RunFolder.open(root, name)).getMessage());
    Files.writeString(json, text.replace("\"seed\" : 9223372036854775807", "\"seed\" : 1.5"));
    assertEquals(
        json + " is corrupt: 'seed' is missing or not an integer" + remedy,
        assertThrows(FileException.class, () -> RunFolder.open(root, name)).getMessage());
    Files.writeString(json, "null");
    assertThrows(FileException.class, () -> RunFolder.open(root, name));
  }

  @Test
  void aModelThatWasDamagedIsFound() throws IOException {
    RunFolder run = RunFolder.create(root, info("a"), TIME);
    Map<String, Param> model = Map.of("w", Param.of(Tensor.of(new float[] {1, 2}, 2)));
    run.saveModel(model);
    run.update(RunStatus.FINISHED, "all steps", 1, Map.of());
    RunFolder again = RunFolder.open(root, run.path().toString());
    assertEquals(run.info(), again.info());
    assertNotNull(again.info().modelSha256());
    again.loadModel(model);
    byte[] bytes = Files.readAllBytes(run.model());
    bytes[bytes.length - 2] ^= 0x10;
    Files.write(run.model(), bytes);
    String message = assertThrows(FileException.class, () -> again.loadModel(model)).getMessage();
    assertTrue(message.startsWith(run.model() + " is damaged: its SHA-256 is "), message);
    assertTrue(message.endsWith("; shinso run --resume " + run.path() + " makes it anew"), message);
    // A run that goes on will write another one, and may be killed before it says so.
    again.update(RunStatus.RUNNING, null, 1, Map.of());
    assertNull(RunFolder.open(root, run.path().toString()).info().modelSha256());
  }

  @Test
  void oneAtATime() throws IOException {
    RunFolder run = RunFolder.create(root, info("a"), TIME);
    Files.writeString(run.file(".model.safetensors.tmp"), "half");
    RunFolder again = RunFolder.open(root, run.path().toString());
    try (RunFolder.Lock _ = run.lock()) {
      assertTrue(Files.notExists(run.file(".model.safetensors.tmp")));
      FileException e = assertThrows(FileException.class, again::lock);
      assertEquals(
          "the run "
              + run.path()
              + " is being worked on by another process; wait for it or stop it",
          e.getMessage());
    }
    again.lock().close();
  }
}
