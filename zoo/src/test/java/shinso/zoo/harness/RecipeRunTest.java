package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.file.FileException;
import shinso.train.judge.Quantity;
import shinso.train.loop.Ending;
import shinso.train.loop.Screen;
import shinso.train.run.RunStatus;

final class RecipeRunTest {
  private static final Screen SCREEN = Screen.lines(System.out);

  @TempDir Path runs;

  /** A small network with dropout, so that random keys matter. */
  private record Small(int hidden) implements Recipe<LogitClassifier> {
    @Override
    public Card card() {
      return Card.of("small", "a small network");
    }

    @Override
    public List<DataSource> data() {
      return PictureSource.GREY_28;
    }

    @Override
    public List<Setting.Row<?>> settings() {
      return List.of(
          Training.TRAIN.always(700),
          Training.VALIDATION.always(100),
          Training.TEST.always(200),
          Training.BOOTSTRAP.always(0),
          Training.EPOCHS.row(2, 3, 4),
          Training.BATCH.always(50),
          Training.RATE.always(0.01));
    }

    @Override
    public List<Claim> claims() {
      return List.of(Claim.atLeast(Quantity.TEST_ACCURACY, 0.3, 0.999, 0.999).on("glyphs"));
    }

    @Override
    public LogitClassifier model(Run run) {
      return Classifier.of(
          Network.of(28, 28, 1)
              .flatten()
              .dense(hidden)
              .relu()
              .dropout(0.2)
              .dense(10)
              .build(run.rng("model")));
    }

    @Override
    public void run(Run run, LogitClassifier model) {
      Classification.of(run, model)
          .train(steps -> Schedule.cosine(run.get(Training.RATE), 0, steps), Adam::of);
    }
  }

  private static final Recipe<?> SMALL = new Small(48);

  @Test
  void aRunLeavesItsFilesAndScores() {
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    assertEquals(Ending.COMPLETED, run.train(SCREEN, RecipeRunTest::never, null));
    assertEquals(RunStatus.FINISHED, run.folder().info().status());
    for (Path file : List.of(run.folder().model(), run.folder().metrics(), run.folder().report())) {
      assertTrue(Files.exists(file), file.toString());
    }
    List<Score> scores = run.scores();
    assertEquals(List.of("test accuracy"), scores.stream().map(s -> s.quantity().name()).toList());
    assertTrue(scores.getFirst().isGood(), scores::toString);
    assertEquals("smoke target ≥ 30.0 %: reached", scores.getFirst().verdict());
    assertEquals(
        List.of("run", "small", "--data", "glyphs", "--budget", "smoke", "--seed", "1"),
        run.folder().info().commandLine());
  }

  @Test
  void aMissedTargetIsSaid() {
    RecipeRun run = create(1, Budget.DEFAULT, Map.of("epochs", "1"));
    run.train(SCREEN, RecipeRunTest::never, null);
    assertFalse(run.scores().getFirst().isGood());
    assertEquals("target ≥ 99.9 %: missed", run.scores().getFirst().verdict());
    assertEquals(List.of("--set", "epochs=1"), run.folder().info().commandLine().subList(8, 10));
  }

  @Test
  void theSeedDecidesTheBits() throws IOException {
    byte[] first = trained(create(1, Budget.SMOKE, Map.of()));
    assertArrayEquals(first, trained(create(1, Budget.SMOKE, Map.of())));
    assertFalse(Arrays.equals(first, trained(create(2, Budget.SMOKE, Map.of()))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 11, 12, 13, 23})
  void aRunThatWasInterruptedEndsWithTheSameBits(int steps) throws IOException {
    byte[] whole = trained(create(1, Budget.SMOKE, Map.of()));
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    AtomicInteger asked = new AtomicInteger();
    assertEquals(
        Ending.INTERRUPTED, run.train(SCREEN, () -> asked.incrementAndGet() > steps, null));
    assertEquals("interrupted after step " + steps, run.folder().info().ending());
    assertFalse(Files.exists(run.folder().model()));
    assertArrayEquals(whole, trained(reopen(run)));
  }

  @Test
  void bootstrapSamplesAreOfTheSameTrainingPart() {
    RecipeRun whole = create(1, Budget.SMOKE, Map.of());
    List<Split> samples = new ArrayList<>();
    for (String number : List.of("1", "2")) {
      RecipeRun run = create(1, Budget.SMOKE, Map.of("bootstrap", number));
      samples.add(run.data());
      assertArrayEquals(pixels(run.data().train()), pixels(reopen(run).data().train()));
    }
    Split data = whole.data();
    Set<Integer> known = hashes(data.train());
    for (Split sample : samples) {
      assertEquals(data.train().size(), sample.train().size());
      Set<Integer> drawn = hashes(sample.train());
      assertTrue(known.containsAll(drawn));
      // 1 - 1/e of the examples, give or take.
      assertEquals(0.632, (double) drawn.size() / known.size(), 0.08);
      assertArrayEquals(pixels(data.validation()), pixels(sample.validation()));
      assertArrayEquals(pixels(data.test()), pixels(sample.test()));
    }
    assertFalse(
        Arrays.equals(pixels(samples.getFirst().train()), pixels(samples.getLast().train())));
  }

  private static float[] pixels(Dataset data) {
    return data.whole().getFirst().toFloatArray();
  }

  private static Set<Integer> hashes(Dataset data) {
    float[] all = pixels(data);
    int size = all.length / data.size();
    Set<Integer> hashes = new HashSet<>();
    for (int from = 0; from < all.length; from += size) {
      hashes.add(Arrays.hashCode(Arrays.copyOfRange(all, from, from + size)));
    }
    return hashes;
  }

  @Test
  void aRunThatIsCompleteIsMeasuredAgain() throws IOException {
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    byte[] model = trained(run);
    double accuracy = run.scores().getFirst().estimate().value();
    RecipeRun again = reopen(run);
    assertArrayEquals(model, trained(again));
    assertEquals(accuracy, again.scores().getFirst().estimate().value());
  }

  @Test
  void aRunOutOfTimeHasAModelAndGoesOn() throws IOException {
    byte[] whole = trained(create(1, Budget.SMOKE, Map.of()));
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    assertEquals(Ending.OUT_OF_TIME, run.train(SCREEN, RecipeRunTest::never, Duration.ofNanos(1)));
    assertTrue(Files.exists(run.folder().model()));
    assertArrayEquals(whole, trained(reopen(run)));
  }

  @Test
  void aRunIsFoundByTheBeginningOfItsName() {
    RecipeRun run = create(1, Budget.SMOKE, Map.of("epochs", "1"));
    String name = run.folder().path().getFileName().toString();
    RecipeRun same = RecipeRun.open(runs, name.substring(0, 6), n -> SMALL);
    assertEquals(run.folder().path(), same.folder().path());
    assertEquals("1", same.setup().settings().texts().get("epochs"));
  }

  @Test
  void aRunOfAnotherVersionIsAnErrorThatNamesIt() throws IOException {
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    Path json = run.folder().file("run.json");
    String text = Files.readString(json, StandardCharsets.UTF_8);
    Files.writeString(json, text.replace("\"batch\"", "\"batchs\""), StandardCharsets.UTF_8);
    FileException e = assertThrows(FileException.class, () -> reopen(run));
    assertEquals(
        "the run %s was made by another version: the recipe small has no setting 'batchs' (did you mean batch?); it has train, validation, test, bootstrap, epochs, batch and rate"
            .formatted(run.folder().path()),
        e.getMessage());
  }

  @Test
  void validationCantTakeAllExamples() {
    UsageException e =
        assertThrows(
            UsageException.class, () -> create(1, Budget.SMOKE, Map.of("validation", "700")));
    assertEquals(
        "of 700 training examples 700 can't be held out for validation; choose a smaller --set"
            + " validation=N",
        e.getMessage());
    assertEquals(0, Files.exists(runs) ? runs.toFile().list().length : 0, "no folder is made");
  }

  @Test
  void theModelSaysWhatPicturesShow() throws IOException {
    RecipeRun run = create(1, Budget.DEFAULT, Map.of("epochs", "8"));
    run.train(SCREEN, RecipeRunTest::never, null);
    Path one = picture("one.png", 75, 10, 10, 80);
    Prediction p = Prediction.of(classifier(reopen(run)), ImageInput.DIGIT, run.classNames(), one);
    assertEquals("1", p.guesses().getFirst().name());
    assertEquals(1.0, p.guesses().stream().mapToDouble(Prediction.Guess::probability).sum(), 1e-5);
    assertEquals(10, p.guesses().size());
    for (int i = 1; i < 10; i++) {
      assertTrue(
          p.guesses().get(i - 1).probability() >= p.guesses().get(i).probability(),
          "the most probable comes first");
    }
    assertEquals(
        List.of("inverted, since it is dark on light", "cropped and scaled from 160 x 100"),
        p.changes());
  }

  @Test
  void aRunWithoutModelSaysHowToGetOne() {
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    run.train(SCREEN, () -> true, null);
    FileException e = assertThrows(FileException.class, () -> classifier(reopen(run)));
    assertEquals(
        "the run %s has no model yet, since it is interrupted; go on with shinso run --resume %s"
            .formatted(run.folder().path(), run.folder().path()),
        e.getMessage());
  }

  @Test
  void aModelThatIsGoneIsNamed() throws IOException {
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    run.train(SCREEN, RecipeRunTest::never, null);
    Files.delete(run.folder().model());
    FileException e = assertThrows(FileException.class, () -> classifier(reopen(run)));
    assertEquals(
        "the run %s is finished, but its model.safetensors is gone; put it back, or train anew with"
                .formatted(run.folder().path())
            + " shinso runs repeat "
            + run.folder().path(),
        e.getMessage());
  }

  @Test
  void aModelOfAnotherArchitectureIsAnError() throws IOException {
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    run.train(SCREEN, RecipeRunTest::never, null);
    RecipeRun other = RecipeRun.open(runs, run.folder().path().toString(), n -> new Small(17));
    FileException e = assertThrows(FileException.class, () -> classifier(other));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("is of another architecture"), message);
    assertTrue(message.contains("layers.dense1.weight"), message);
  }

  @Test
  void aDamagedModelIsAnError() throws IOException {
    RecipeRun run = create(1, Budget.SMOKE, Map.of());
    byte[] model = trained(run);
    Files.write(run.folder().model(), Arrays.copyOf(model, model.length / 2));
    FileException e = assertThrows(FileException.class, () -> classifier(reopen(run)));
    assertTrue(
        String.valueOf(e.getMessage()).startsWith(run.folder().model().toString()),
        String.valueOf(e.getMessage()));
  }

  private RecipeRun create(long seed, Budget budget, Map<String, String> replaced) {
    return RecipeRun.create(
        runs,
        SMALL,
        new Setup(SMALL.data("glyphs"), budget, SMALL.settings(budget, replaced), seed));
  }

  private RecipeRun reopen(RecipeRun run) {
    return RecipeRun.open(runs, run.folder().path().toString(), name -> SMALL);
  }

  private static Classifier classifier(RecipeRun run) {
    return run.model(Classifier.class, "tell classes apart");
  }

  private static boolean never() {
    return false;
  }

  private static byte[] trained(RecipeRun run) throws IOException {
    run.train(SCREEN, RecipeRunTest::never, null);
    return Files.readAllBytes(run.folder().model());
  }

  private Path picture(String name, int left, int top, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(160, 100, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 160, 100);
    g.setColor(Color.BLACK);
    g.fillRect(left, top, width, height);
    g.dispose();
    Path file = runs.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }
}
