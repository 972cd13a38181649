package shinso.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.backend.Options;
import shinso.train.run.RunFolder;
import shinso.train.run.RunStatus;
import shinso.train.run.StopRequest;
import shinso.zoo.harness.Names;

/** Runs in processes of their own, which are killed and interrupted at several moments. */
final class ProcessTest {
  /** 6 epochs of 15 steps; a checkpoint is written after the first and the last one at least. */
  private static final List<String> RUN =
      Stream.of("train=1000", "validation=100", "test=200", "epochs=6", "dropout=0.2")
          .flatMap(setting -> Stream.of("--set", setting))
          .toList();

  @TempDir static Path folder;

  private static byte[] whole = {};

  @BeforeAll
  static void runWithoutInterruption() throws IOException, InterruptedException {
    Path runs = folder.resolve("whole");
    complete(Map.of(), runs, List.of("--threads", "2"));
    whole = model(runs);
  }

  @Test
  void theNumberOfThreadsDoesNotMatter() throws IOException, InterruptedException {
    Path runs = folder.resolve("one-thread");
    complete(Map.of(), runs, List.of("--threads", "1"));
    assertArrayEquals(whole, model(runs));
  }

  /** Killed before the first step and before the first checkpoint. */
  @ParameterizedTest
  @ValueSource(strings = {"run.json", "metrics.csv"})
  void aKilledRunGoesOnToTheSameBits(String moment) throws IOException, InterruptedException {
    Path runs = folder.resolve("killed-at-" + moment);
    try (Subprocess process = start(Map.of(), runs, List.of())) {
      process.await(() -> exists(runs, moment));
      process.kill();
    }
    resume(runs);
    assertArrayEquals(whole, model(runs));
  }

  /** Killed between checkpoints, and again while the end is written. */
  @Test
  void aRunKilledTwiceGoesOnToTheSameBits() throws IOException, InterruptedException {
    Path runs = folder.resolve("killed-twice");
    try (Subprocess process = start(Map.of(), runs, List.of())) {
      process.await(() -> exists(runs, "step-00000015.json"));
      process.kill();
    }
    try (Subprocess process =
        Subprocess.start(folder, Map.of(), "run", "--resume", only(runs).toString())) {
      process.await(() -> exists(runs, "step-00000090.json"));
      process.kill();
    }
    resume(runs);
    assertArrayEquals(whole, model(runs));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HUP", "INT", "TERM"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill command")
  void aSignalEndsARunWithACheckpoint(String signal) throws IOException, InterruptedException {
    Path runs = folder.resolve("signalled-" + signal);
    try (Subprocess process = start(Map.of(), runs, List.of())) {
      process.await(() -> exists(runs, "metrics.csv"));
      process.signal(signal);
      int code = Map.of("HUP", 129, "INT", 130, "TERM", 143).getOrDefault(signal, 0);
      requireInterrupted(process, runs, code, "stopping after this step; once more ends at once");
    }
    resume(runs);
    assertArrayEquals(whole, model(runs));
  }

  /** Waits for the end of a run that was asked to stop: it leaves a checkpoint and no model. */
  private static void requireInterrupted(Subprocess process, Path runs, int code, String said)
      throws IOException, InterruptedException {
    assertEquals(code, process.end(), process.output());
    String output = process.output();
    assertTrue(output.contains(said), output);
    assertTrue(output.contains("go on with: shinso run --resume " + only(runs)), output);
    assertFalse(exists(runs, "model.safetensors"));
    assertTrue(exists(runs, "checkpoints"));
    assertEquals(RunStatus.INTERRUPTED, status(runs));
  }

  /** What the dashboard's stop button does is what Ctrl-C does. */
  @Test
  void aRequestInItsFolderEndsARunWithACheckpoint() throws IOException, InterruptedException {
    Path runs = folder.resolve("asked");
    try (Subprocess process = start(Map.of(), runs, List.of())) {
      process.await(() -> exists(runs, "metrics.csv"));
      StopRequest.in(only(runs)).make();
      requireInterrupted(process, runs, 130, "stopping after this step, as another program asked");
    }
    resume(runs);
    assertArrayEquals(whole, model(runs));
  }

  /** The dashboard starts runs as it was started itself, and a taken port is one line. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill command")
  void theDashboardSaysWhereItIs() throws IOException, InterruptedException {
    Path runs = folder.resolve("none-yet");
    String words = "dashboard --port 0 " + runs;
    try (Subprocess process = Subprocess.start(folder, Map.of(), words.split(" "))) {
      process.await(() -> process.output().contains("Ctrl-C ends it"));
      Matcher address =
          Pattern.compile("dashboard: http://127\\.0\\.0\\.1:(\\d+)/\\?token=[\\w-]{43}\n")
              .matcher(process.output());
      assertTrue(address.find(), process.output());
      String again = "dashboard --port " + address.group(1) + " " + runs;
      try (Subprocess other = Subprocess.start(folder, Map.of(), again.split(" "))) {
        assertEquals(Errors.FAILED, other.end(), other.output());
        assertEquals(
            "shinso: port %s is taken or not allowed; choose another with --port, or --port 0 for any that is free"
                .formatted(address.group(1)),
            lastLine(other));
      }
      process.signal("INT");
      assertEquals(130, process.end(), process.output());
    }
    assertFalse(Files.exists(runs));
  }

  /** A shell and the system may both tell of a closed terminal; that is no second wish. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill command")
  void aTerminalThatIsClosedTwiceStillLeavesACheckpoint() throws Exception {
    Path runs = folder.resolve("hung-up-twice");
    try (Subprocess process = start(Map.of(), runs, List.of())) {
      process.await(() -> exists(runs, "metrics.csv"));
      process.signal("HUP");
      process.signal("HUP");
      assertEquals(129, process.end(), process.output());
    }
    assertEquals(RunStatus.INTERRUPTED, status(runs));
  }

  /** A step of 4,000 images on one thread takes longer than two signals. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill command")
  void theSecondSignalEndsARunAtOnce() throws IOException, InterruptedException {
    Path runs = folder.resolve("signalled-twice");
    try (Subprocess process =
        Subprocess.start(
            folder,
            Map.of(),
            "run",
            "digits",
            "--runs",
            runs.toString(),
            "--threads",
            "1",
            "--set",
            "train=4100",
            "--set",
            "validation=100",
            "--set",
            "batch=4000")) {
      process.await(() -> exists(runs, "checkpoints"));
      process.signal("INT");
      process.await(() -> process.output().contains("stopping after this step"));
      process.signal("INT");
      assertEquals(130, process.end(), process.output());
      assertFalse(process.output().contains("go on with"), process.output());
    }
  }

  @Test
  void missingDataSaysHowToGetIt() throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder.resolve("no-data"));
    Path runs = folder.resolve("never");
    try (Subprocess process =
        Subprocess.start(
            folder,
            Map.of("SHINSO_DATA", data.toString()),
            "run",
            "digits",
            "--data",
            "mnist",
            "--runs",
            runs.toString())) {
      assertEquals(Errors.FAILED, process.end());
      String error = lastLine(process);
      assertTrue(error.startsWith("shinso: mnist: " + data), error);
      assertTrue(error.contains("run 'shinso data get mnist'"), error);
    }
    assertFalse(Files.exists(runs), "a run that can't start leaves no folder");
  }

  @Test
  void damagedDataIsFoundByVerify() throws IOException, InterruptedException {
    Path data = folder.resolve("damaged");
    Path mnist = Files.createDirectories(data.resolve("mnist"));
    for (String name : List.of("train-images-idx3", "train-labels-idx1", "t10k-images-idx3")) {
      Files.writeString(mnist.resolve(name + "-ubyte.gz"), "damaged");
    }
    Map<String, String> environment = Map.of("SHINSO_DATA", data.toString());
    try (Subprocess process = Subprocess.start(folder, environment, "data", "verify", "mnist")) {
      assertEquals(Errors.FAILED, process.end());
      String output = process.output();
      assertTrue(output.contains("mnist/train-images-idx3-ubyte.gz: wrong, "), output);
      assertTrue(output.contains("mnist/t10k-labels-idx1-ubyte.gz: missing, "), output);
      assertEquals(
          "shinso: 4 files are missing or wrong; shinso data get NAME fetches them",
          lastLine(process));
    }
    try (Subprocess process = Subprocess.start(folder, environment, "data", "list")) {
      assertEquals(0, process.end());
      assertTrue(process.output().contains("folder: " + data + " (SHINSO_DATA)"));
    }
  }

  @Test
  void theDebugVariableShowsStackTraces() throws IOException, InterruptedException {
    try (Subprocess process =
        Subprocess.start(folder, Map.of("SHINSO_DEBUG", "1"), "run", "digts")) {
      assertEquals(Errors.USAGE, process.end());
      assertTrue(process.output().contains("\tat shinso.zoo.Recipes.named"));
    }
  }

  /** Options of the JVM are refused as those of the command are; no data is loaded before. */
  @ParameterizedTest
  @CsvSource({"memory, abc", "memory, -5", "threads, none", "backend, gpu", "onednn, no"})
  void aWrongOptionIsOneLine(String name, String value) throws IOException, InterruptedException {
    String option = "-Dshinso." + name + "=" + value;
    Path runs = folder.resolve("never-" + name);
    try (Subprocess process = start(Map.of("JAVA_TOOL_OPTIONS", option), runs, List.of())) {
      assertEquals(Errors.USAGE, process.end(), process.output());
      String error = lastLine(process);
      assertTrue(error.startsWith("shinso: shinso.%s is '%s'; use ".formatted(name, value)), error);
      assertTrue(error.endsWith(", or leave it out"), error);
    }
    assertFalse(Files.exists(runs), "a run that can't start leaves no folder");
  }

  /** One that nothing reads would be without effect, and without a word. */
  @ParameterizedTest
  @CsvSource({
    "run, shinso.memmory, ' (did you mean shinso.memory?)'",
    "predict, shinso.Onednn, ' (did you mean shinso.onednn or shinso.onednn.isa?)'",
    "dashboard, shinso.colour, ''"
  })
  void aMisspeltOptionIsOneLine(String command, String name, String meant)
      throws IOException, InterruptedException {
    List<String> arguments =
        switch (command) {
          case "run" -> List.of(command, "digits-softmax", "--budget", "smoke");
          case "predict" -> List.of(command, "no-such-run", "any.png");
          default -> List.of(command, "--port", "0");
        };
    try (Subprocess process =
        Subprocess.start(
            folder,
            Map.of("JAVA_TOOL_OPTIONS", "-D" + name + "=2g"),
            arguments.toArray(String[]::new))) {
      assertEquals(Errors.USAGE, process.end(), process.output());
      assertEquals(
          "shinso: there is no option '%s'%s; choose %s, or leave it out"
              .formatted(name, meant, Names.listed(Options.names(), "or")),
          lastLine(process));
    }
  }

  /** Also where the first number is computed within a layer, and where trials are to be tried. */
  @ParameterizedTest
  @CsvSource({"memory, none", "backend, gpu"})
  void aWrongOptionIsOneLineForAllThatCompute(String name, String value)
      throws IOException, InterruptedException {
    Path runs = folder.resolve("untried-" + name);
    List<List<String>> commands =
        List.of(
            List.of("predict", only(folder.resolve("whole")).toString(), "any.png"),
            List.of("sweep", "digits-mlp", "--set", "rate=0.1,0.2", "--runs", runs.toString()));
    for (List<String> command : commands) {
      String option = "-Dshinso." + name + "=" + value;
      try (Subprocess process =
          Subprocess.start(
              folder, Map.of("JAVA_TOOL_OPTIONS", option), command.toArray(String[]::new))) {
        assertEquals(Errors.USAGE, process.end(), process.output());
        String error = lastLine(process);
        assertTrue(
            error.startsWith("shinso: shinso.%s is '%s'; use ".formatted(name, value)), error);
      }
    }
    assertFalse(Files.exists(runs), "a sweep that can't start leaves no folder");
  }

  /** Neither a folder for the native library nor one for temporary files: same bits, a report. */
  @Test
  void nothingButTheRunsFolderIsNeeded() throws IOException, InterruptedException {
    Path runs = folder.resolve("no-temporary-folder");
    String missing = "-Djava.io.tmpdir=" + folder.resolve("missing");
    complete(Map.of("JAVA_TOOL_OPTIONS", missing), runs, List.of());
    assertArrayEquals(whole, model(runs));
    assertTrue(exists(runs, "report.html"));

    Path file = Files.createFile(folder.resolve("no-folder"));
    Path others = folder.resolve("no-cache-folder");
    complete(Map.of("SHINSO_CACHE", file.toString()), others, List.of());
    assertArrayEquals(whole, model(others));
  }

  private static Subprocess start(Map<String, String> environment, Path runs, List<String> more)
      throws IOException {
    List<String> args =
        Stream.of(
                List.of("run", "digits-mlp", "--budget", "smoke", "--runs", runs.toString()),
                RUN,
                more)
            .flatMap(List::stream)
            .toList();
    return Subprocess.start(folder, environment, args.toArray(String[]::new));
  }

  private static void complete(Map<String, String> environment, Path runs, List<String> more)
      throws IOException, InterruptedException {
    try (Subprocess process = start(environment, runs, more)) {
      assertEquals(0, process.end(), process.output());
    }
  }

  private static void resume(Path runs) throws IOException, InterruptedException {
    try (Subprocess process =
        Subprocess.start(folder, Map.of(), "run", "--resume", only(runs).toString())) {
      assertEquals(0, process.end(), process.output());
    }
  }

  private static String lastLine(Subprocess process) throws IOException {
    return process.output().lines().reduce("", (first, second) -> second);
  }

  private static byte[] model(Path runs) throws IOException {
    return Files.readAllBytes(only(runs).resolve("model.safetensors"));
  }

  private static RunStatus status(Path runs) throws IOException {
    return RunFolder.open(runs, only(runs).toString()).info().status();
  }

  /** Returns the only run in a folder of runs. */
  private static Path only(Path runs) throws IOException {
    try (Stream<Path> all = Files.list(runs)) {
      List<Path> found = all.toList();
      assertEquals(1, found.size(), found::toString);
      return found.getFirst();
    }
  }

  /** Returns whether there is a file of this name below a folder. */
  private static boolean exists(Path runs, String name) {
    if (!Files.exists(runs)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(runs)) {
      return files.anyMatch(file -> file.getFileName().toString().equals(name));
    } catch (UncheckedIOException | IOException e) {
      // A file that was renamed while we looked: look again.
      return false;
    }
  }
}
