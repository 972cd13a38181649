package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.nn.model.NetworkRegressor;
import shinso.nn.model.Regressor;
import shinso.nn.optim.Adam;
import shinso.train.checkpoint.Checkpoints;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.file.FileException;
import shinso.train.file.Safetensors;
import shinso.train.judge.Quantity;
import shinso.train.loop.Ending;
import shinso.train.loop.Learner;
import shinso.train.loop.Screen;
import shinso.train.loop.SupervisedLearner;

/** A recipe of three stages, stopped at every moment. */
final class StagesTest {
  private static final Quantity ERROR = Quantity.smaller("test error", "");

  /** 2 stages of 3 epochs of 5 steps, and one of 4 steps on the host between them. */
  private static final int MOMENTS = 2 * 15 + 4;

  @TempDir Path runs;

  /** Whether the data can be loaded, which a test may change. */
  private static volatile boolean hasData = true;

  private static Split data() {
    if (!hasData) {
      throw new DataException("toy: is not here");
    }
    int n = 50;
    float[] x = new float[n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = -1 + 2f * i / n;
      y[i] = x[i] * x[i];
    }
    Dataset all =
        InMemoryDataset.of(
            "toy", List.of(Column.floats("x", Shape.of(1), x), Column.floats("y", Shape.of(1), y)));
    return Split.of(all, all);
  }

  /** Trains, halves all weights on the host, trains again. */
  static final class Three implements Recipe<NetworkRegressor> {
    @Override
    public Card card() {
      return Card.of("three", "three stages");
    }

    @Override
    public List<DataSource> data() {
      return List.of(DataSource.generated("toy", StagesTest::data));
    }

    @Override
    public List<Setting.Row<?>> settings() {
      return List.of(Training.EPOCHS.always(3), Training.BATCH.always(10));
    }

    @Override
    public List<Claim> claims() {
      return List.of(Claim.atMost(ERROR, 10, 10, 10));
    }

    @Override
    public NetworkRegressor model(Run run) {
      Tensor mean = run.once("mean", () -> run.data().train().mean());
      return Regressor.of(
          Network.of(1)
              .dense(4 + (int) Math.round(mean.sum().item()))
              .tanh()
              .dropout(0.1)
              .dense(1)
              .build(run.rng("model")));
    }

    @Override
    public void run(Run run, NetworkRegressor model) {
      Dataset train = run.data().train();
      run.train("first", learner(model), run.batches(train)).evaluate("test", train).go();
      run.perform(
          "halve",
          model,
          log -> {
            for (int i = 1; i <= 4; i++) {
              Parameters.all(model).values().forEach(p -> p.assign(p.value().mul(0.8)));
              log.record(i, Map.of("share", Math.pow(0.8, i)));
            }
          });
      run.train("second", learner(model), run.batches(train)).evaluate("test", train).go();
      run.score(ERROR, () -> model.predict(x(train)).sub(y(train)).square().mean().item());
      run.show(
          "curve",
          () ->
              Figure.lines("Fit")
                  .axes("x", "y")
                  .series(
                      "network",
                      x(train).toDoubleArray(),
                      model.predict(x(train)).toDoubleArray()));
    }

    private static Tensor x(Dataset data) {
      return data.whole().getFirst();
    }

    private static Tensor y(Dataset data) {
      return data.whole().getLast();
    }

    private static Learner learner(NetworkRegressor model) {
      return SupervisedLearner.of(
          model.network(), (a, b) -> a.sub(b).square().mean(), Adam.of(0.01));
    }
  }

  private static final Screen NOWHERE =
      Screen.lines(new PrintStream(OutputStream.nullOutputStream()));

  private RecipeRun create() {
    return create(runs);
  }

  private static RecipeRun create(Path runs) {
    Recipe<?> three = new Three();
    return RecipeRun.create(
        runs,
        three,
        new Setup(three.data("toy"), Budget.DEFAULT, three.settings(Budget.DEFAULT, Map.of()), 1));
  }

  private RecipeRun reopen(RecipeRun run) {
    return RecipeRun.open(runs, run.folder().path().toString(), n -> new Three());
  }

  /** What a run must come to, bit for bit. */
  private record Result(byte[] model, String metrics, List<Score> scores) {
    static Result of(RecipeRun run) throws IOException {
      return new Result(
          Files.readAllBytes(run.folder().model()), metrics(run.folder().path()), run.scores());
    }

    /** The numbers of all stages without their times. */
    private static String metrics(Path run) throws IOException {
      StringBuilder all = new StringBuilder();
      try (Stream<Path> files = Files.walk(run.resolve("stages"))) {
        for (Path f : files.filter(p -> p.endsWith("metrics.csv")).sorted().toList()) {
          List<String> lines = Files.readAllLines(f);
          int seconds = List.of(lines.getFirst().split(",", -1)).indexOf("seconds");
          for (String line : lines) {
            List<String> fields = new ArrayList<>(List.of(line.split(",", -1)));
            fields.remove(seconds);
            all.append(String.join(",", fields)).append('\n');
          }
        }
      }
      return all.toString();
    }

    void check(Result other, String hint) {
      checkOutcome(other, hint);
      assertEquals(metrics, other.metrics, hint);
    }

    /** Without the numbers on the way: where the time was up, the model was measured once more. */
    void checkOutcome(Result other, String hint) {
      assertArrayEquals(model, other.model, hint);
      assertEquals(scores, other.scores, hint);
    }
  }

  private Result whole() throws IOException {
    RecipeRun run = create();
    assertEquals(Ending.COMPLETED, run.train(NOWHERE, () -> false, null));
    return Result.of(run);
  }

  @Test
  void interruptedAtAnyMoment() throws IOException {
    Result whole = whole();
    for (int moment = 0; moment < MOMENTS; moment++) {
      RecipeRun run = create();
      int at = moment;
      AtomicInteger asked = new AtomicInteger();
      assertEquals(
          Ending.INTERRUPTED,
          run.train(NOWHERE, () -> asked.getAndIncrement() >= at, null),
          "moment " + at);
      assertFalse(Files.exists(run.folder().model()));
      RecipeRun again = reopen(run);
      assertEquals(Ending.COMPLETED, again.train(NOWHERE, () -> false, null));
      whole.check(Result.of(again), "moment " + at);
    }
  }

  /** In the middle of the first stage, and when it has finished and another is at work. */
  @ParameterizedTest
  @ValueSource(ints = {8, 25})
  void aDamagedFileOfAStageIsRemovedAndTheRunGoesOn(int moment) throws IOException {
    Result whole = whole();
    for (String name : List.of("stage.json", "metrics.csv")) {
      RecipeRun run = create();
      AtomicInteger asked = new AtomicInteger();
      run.train(NOWHERE, () -> asked.getAndIncrement() >= moment, null);
      List<Path> stages = StageFolder.all(run.folder().path());
      boolean isTold = name.equals("stage.json");
      // Numbers of a stage that has finished are not read.
      Path file = (isTold ? stages.getFirst() : stages.getLast()).resolve(name);
      Files.writeString(file, "{\n");
      FileException e =
          assertThrows(FileException.class, () -> reopen(run).train(NOWHERE, () -> false, null));
      assertTrue(e.getMessage().startsWith(file + " is "), e.getMessage());
      assertTrue(
          e.getMessage()
              .endsWith(
                  isTold
                      ? "; put it back, or remove it and resume the run: the stage goes on after its"
                          + " newest checkpoint, or, if it had finished, is trained again"
                      : "; put it back, or remove it: the run only loses these curves"),
          e.getMessage());
      Files.delete(file);
      RecipeRun again = reopen(run);
      assertEquals(Ending.COMPLETED, again.train(NOWHERE, () -> false, null));
      whole.checkOutcome(Result.of(again), name);
    }
  }

  /** What is remembered of the data, and the checksum of a value that was kept. */
  @Test
  void damagedNotesOfARunAreRemovedAndTheRunGoesOn() throws IOException {
    Result whole = whole();
    for (String name : List.of("data/toy.json", "kept/mean.safetensors.json")) {
      RecipeRun run = create();
      AtomicInteger asked = new AtomicInteger();
      run.train(NOWHERE, () -> asked.getAndIncrement() >= 8, null);
      Path file = run.folder().path().resolve(name);
      Files.writeString(file, "{}");
      FileException e =
          assertThrows(FileException.class, () -> reopen(run).train(NOWHERE, () -> false, null));
      assertTrue(e.getMessage().startsWith(file + " is corrupt: "), e.getMessage());
      Path kept = run.folder().path().resolve("kept/mean.safetensors");
      boolean isData = name.startsWith("data");
      assertTrue(
          e.getMessage()
              .endsWith(
                  isData
                      ? "; put it back, or remove it: it is made anew from the data"
                      : "; remove it and " + kept + " and resume the run to make them anew"),
          e.getMessage());
      Files.delete(file);
      if (!isData) {
        Files.delete(kept);
      }
      RecipeRun again = reopen(run);
      assertEquals(Ending.COMPLETED, again.train(NOWHERE, () -> false, null));
      whole.check(Result.of(again), name);
    }
  }

  @Test
  void outOfTimeAtAnyMomentThenGoneOnWith() throws IOException {
    Result whole = whole();
    RecipeRun run = create();
    int rounds = 0;
    Ending ending = run.train(NOWHERE, () -> false, Duration.ofNanos(1));
    while (ending != Ending.COMPLETED) {
      assertEquals(Ending.OUT_OF_TIME, ending);
      assertTrue(Files.exists(run.folder().model()));
      reopen(run).report();
      run = reopen(run);
      ending = run.train(NOWHERE, () -> false, Duration.ofMillis(10L << rounds++));
    }
    whole.checkOutcome(Result.of(run), "after " + rounds + " rounds");
  }

  /** Looking at a run that isn't finished gives what it would go on from, and changes no file. */
  @Test
  void theNewestModelAtAnyMoment() throws IOException {
    for (int moment : List.of(0, 14, 16, 19, MOMENTS - 1)) {
      RecipeRun run = create();
      AtomicInteger asked = new AtomicInteger();
      run.train(NOWHERE, () -> asked.getAndIncrement() >= moment, null);
      Map<String, String> before = files(run.folder().path());
      LatestModel latest = reopen(run).latestModel();
      assertEquals(before, files(run.folder().path()), "moment " + moment);
      assertEquals(expected(run.folder().path()), values(latest.model()), "moment " + moment);
      assertTrue(String.valueOf(latest.since()).startsWith("the stage "), "moment " + moment);
    }
    RecipeRun whole = create();
    Map<String, String> untouched = files(whole.folder().path());
    FileException e = assertThrows(FileException.class, () -> reopen(whole).latestModel());
    assertEquals(untouched, files(whole.folder().path()));
    assertTrue(e.getMessage().contains("has no model yet"), e.getMessage());
    whole.train(NOWHERE, () -> false, null);
    LatestModel latest = reopen(whole).latestModel();
    assertNull(latest.since());
    assertEquals(
        values(whole.model(Regressor.class, "predict")), values(latest.model()), "finished");
  }

  /** The newest checkpoint's values or, where there is none, those of the last finished stage. */
  private static Map<String, List<Float>> expected(Path run) {
    List<Path> stages = StageFolder.all(run);
    for (Path stage : stages.reversed()) {
      Checkpoints.Loaded loaded = Checkpoints.reading(stage.resolve("checkpoints")).newest();
      Map<String, Tensor> tensors = null;
      if (loaded != null) {
        tensors = loaded.checkpoint().model();
      } else if (Files.exists(stage.resolve("model.safetensors"))) {
        tensors = Safetensors.read(stage.resolve("model.safetensors")).tensors();
      }
      if (tensors != null) {
        Map<String, List<Float>> values = new TreeMap<>();
        tensors.forEach((name, t) -> values.put(plain(name), floats(t)));
        return values;
      }
    }
    throw new AssertionError("there is no model in " + stages);
  }

  private static Map<String, List<Float>> values(Object model) {
    Map<String, List<Float>> values = new TreeMap<>();
    Parameters.all(model).forEach((name, p) -> values.put(plain(name), floats(p.value())));
    return values;
  }

  /** A learner knows the network, a recipe the model that it is in. */
  private static String plain(String name) {
    return name.startsWith("network.") ? name.substring("network.".length()) : name;
  }

  private static List<Float> floats(Tensor t) {
    List<Float> all = new ArrayList<>();
    for (float v : t.toFloatArray()) {
      all.add(v);
    }
    return all;
  }

  /** Returns when files and folders were changed. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path f : all.toList()) {
        files.put(f.toString(), Files.getLastModifiedTime(f) + " " + Files.size(f));
      }
    }
    return files;
  }

  /** A complete run is reported on and predicts without its data. */
  @Test
  void aCompleteRunNeedsNoData() throws IOException {
    RecipeRun run = create();
    run.train(NOWHERE, () -> false, null);
    Result result = Result.of(run);
    hasData = false;
    try {
      RecipeRun again = reopen(run);
      again.report();
      assertEquals(result.scores(), again.scores());
      double y =
          again.model(Regressor.class, "predict").predict(Tensor.of(new float[] {0}, 1, 1)).item();
      assertTrue(Double.isFinite(y));
      assertEquals(Ending.COMPLETED, reopen(run).train(NOWHERE, () -> false, null));
      UsageException e =
          assertThrows(
              UsageException.class, () -> again.model(Classifier.class, "tell classes apart"));
      assertEquals(
          "a run of the recipe three can't tell classes apart: it has a Regressor", e.getMessage());
    } finally {
      hasData = true;
    }
  }

  @Test
  void stagesOfOneNameAreAnError() {
    record Twice() implements Demo {
      @Override
      public Card card() {
        return Card.of("twice", "a mistake");
      }

      @Override
      public void run(Run run) {
        run.perform("same", new Demo.None(), log -> {});
        run.perform("same", new Demo.None(), log -> {});
      }
    }

    Recipe<?> twice = new Twice();
    RecipeRun run =
        RecipeRun.create(
            runs, twice, new Setup(null, Budget.SMOKE, twice.settings(Budget.SMOKE, Map.of()), 1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> run.train(NOWHERE, () -> false, null));
    assertEquals(
        "the recipe twice has two of the stage 'same'; give one another name", e.getMessage());
  }

  /** Runs the recipe in the folder of the first argument, slowly enough to be hit. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      RecipeRun run = RecipeRun.open(Path.of("."), args[0], n -> new Three());
      AtomicInteger moment = new AtomicInteger();
      run.train(
          NOWHERE,
          () -> {
            System.out.println("moment " + moment.incrementAndGet());
            return false;
          },
          null);
    }
  }

  @Test
  void killedAtAnyMoment() throws IOException, InterruptedException {
    Result whole = whole();
    long seed = 20261128;
    Random random = new Random(seed);
    RecipeRun run = create();
    for (int i = 0; i < 5; i++) {
      kill(start(run), 1 + random.nextInt(14), random.nextInt(10));
    }
    Process last = start(run);
    String output = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(last.waitFor(5, TimeUnit.MINUTES), "seed " + seed);
    assertEquals(0, last.exitValue(), "seed " + seed + "\n" + output);
    RecipeRun again = reopen(run);
    again.report();
    whole.check(Result.of(again), "seed " + seed);
  }

  private static void kill(Process process, int moments, int millis)
      throws IOException, InterruptedException {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (int seen = 0; seen < moments; ) {
        String line = out.readLine();
        if (line == null) {
          break;
        }
        seen += line.startsWith("moment ") ? 1 : 0;
      }
      Thread.sleep(millis);
      process.destroyForcibly().waitFor();
    }
  }

  private Process start(RecipeRun run) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("--add-modules")
          || flag.startsWith("--enable-native-access")
          || flag.startsWith("-Dshinso.")) {
        command.add(flag);
      }
    }
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Child.class.getName(), run.folder().path().toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).directory(runs.toFile()).start();
  }

  /** Is measured on a validation part that its data doesn't have. */
  static final class WithoutValidation implements Demo {
    @Override
    public Card card() {
      return Card.of("without-validation", "a stage that is measured on nothing");
    }

    @Override
    public List<DataSource> data() {
      return List.of(DataSource.generated("toy", StagesTest::data));
    }

    @Override
    public void run(Run run) {
      Dataset train = run.data().train();
      run.train(
              "first",
              Three.learner(Regressor.of(Network.of(1).dense(1).build(run.rng("model")))),
              run.batches(train, 10))
          .evaluate("validation", run.data().validation())
          .go();
    }
  }

  @Test
  void anEmptySetIsNamed() {
    Recipe<?> recipe = new WithoutValidation();
    RecipeRun run =
        RecipeRun.create(
            runs,
            recipe,
            new Setup(
                recipe.data("toy"), Budget.SMOKE, recipe.settings(Budget.SMOKE, Map.of()), 1));
    String message =
        assertThrows(DataException.class, () -> run.train(NOWHERE, () -> false, null)).getMessage();
    assertTrue(
        message.startsWith(
            "the stage 'first' can't be measured on the set 'validation', which is empty: "),
        message);
  }
}
