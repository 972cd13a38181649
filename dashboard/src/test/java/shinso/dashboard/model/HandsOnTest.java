package shinso.dashboard.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.dashboard.run.Runs;
import shinso.dashboard.web.RefusedException;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.nn.model.Sampler;
import shinso.train.data.DataException;
import shinso.train.data.file.ImageFile;
import shinso.train.file.FileException;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Prediction;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.UsageException;

/** What the page asks of models says what the models and the commands say. */
final class HandsOnTest {
  private static final Map<String, String> SMALL = Map.of("train", "120", "test", "20");

  @TempDir static Path root;

  private static Models models;
  private static String digits;
  private static String rbm;
  private static String vae;
  private static String nade;
  private static String plane;

  @BeforeAll
  static void runs() {
    digits = TestRuns.oneStep(root, "digits", with(SMALL, "validation", "20"));
    rbm = TestRuns.oneStep(root, "rbm-mnist", with(SMALL, "temperatures", "10", "hidden", "12"));
    vae = TestRuns.oneStep(root, "vae-mnist", SMALL);
    nade = TestRuns.oneStep(root, "nade-mnist", with(SMALL, "hidden", "8"));
    plane = TestRuns.oneStep(root, "plane-of-digits", Map.of());
    models = new Models(new Runs(root));
  }

  private static Map<String, String> with(Map<String, String> settings, String... more) {
    Map<String, String> all = new HashMap<>(settings);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  private static RecipeRun open(String run) {
    return RecipeRun.open(root, run, Recipes::ofRun);
  }

  private static Fields fields(Object... pairs) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put((String) pairs[i], pairs[i + 1]);
    }
    return new Fields(values);
  }

  private static final Map<String, Object> EXAMPLE = Map.of("example", 3);

  /** A seven of 60 x 40 pixels; greys are those that a file can have. */
  private static double[] seven() {
    double[] ink = new double[60 * 40];
    for (int x = 8; x < 32; x++) {
      ink[10 * 40 + x] = 1;
      ink[11 * 40 + x] = 128 / 255.0;
    }
    for (int y = 12; y < 50; y++) {
      ink[y * 40 + 31 - (y - 12) / 3] = 1;
      ink[y * 40 + 30 - (y - 12) / 3] = 1;
    }
    return ink;
  }

  private static byte[] file(double[] ink) throws IOException {
    Path file = root.resolve("seven.png");
    ImageFile.writePng(file, Tensor.of(ink, 60, 40, 1));
    return Files.readAllBytes(file);
  }

  private static Map<String, Object> png(byte[] content) {
    return Map.of("png", Base64.getEncoder().encodeToString(content));
  }

  private static Map<String, Object> pixels(int height, int width, double[] ink) {
    return Map.of("height", height, "width", width, "pixels", Arrays.stream(ink).boxed().toList());
  }

  // ---- classifying

  @Test
  void probabilitiesArePredicts() throws IOException {
    byte[] content = file(seven());
    RecipeRun run = open(digits);
    Prediction expected =
        Prediction.of(
            run.model(Classifier.class, "tell classes apart"),
            models.use(digits, OpenModel::input),
            run.classNames(),
            root.resolve("seven.png"));
    Guesses ofFile = models.use(digits, m -> Guesses.of(m, new Fields(png(content)), true));
    assertEquals(expected.guesses(), ofFile.guesses());
    assertEquals(List.of("cropped and scaled from 40 x 60"), ofFile.changes());
    Guesses ofPixels =
        models.use(digits, m -> Guesses.of(m, new Fields(pixels(60, 40, seven())), false));
    assertEquals(expected.guesses(), ofPixels.guesses());
    assertEquals(List.of(), ofPixels.maps());
    assertEquals(
        1, ofFile.guesses().stream().mapToDouble(Prediction.Guess::probability).sum(), 1e-5);
    assertEquals(28, ofFile.input().width());
  }

  @Test
  void everyConvolutionHasItsMaps() {
    Guesses guesses = models.use(digits, m -> Guesses.of(m, new Fields(EXAMPLE), true));
    assertEquals(List.of("relu1", "relu2"), guesses.maps().stream().map(f -> f.layer()).toList());
    for (Guesses.FeatureMaps maps : guesses.maps()) {
      assertEquals(Math.min(64, maps.channels()), maps.maps().size());
      for (Shown.Picture p : maps.maps()) {
        assertEquals(p.width() * p.height(), levels(p).length);
      }
    }
  }

  // ---- sampling

  @ParameterizedTest
  @ValueSource(strings = {"rbm-mnist", "vae-mnist", "nade-mnist"})
  void sameSeedSameBits(String recipe) {
    String run =
        switch (recipe) {
          case "rbm-mnist" -> rbm;
          case "vae-mnist" -> vae;
          default -> nade;
        };
    Shown first = sample(run, 5);
    assertEquals(first, sample(run, 5));
    assertNotEquals(first, sample(run, 6));
    Tensor drawn = open(run).model(Sampler.class, "make up examples").sample(3, Rng.of(5));
    assertEquals(Shown.Picture.of(drawn.reshape(3, 28, 28, 1)), first.pictures());
  }

  private static Shown sample(String run, int seed) {
    return models.use(run, m -> Sampling.examples(m, fields("count", 3, "seed", seed)));
  }

  // ---- completing

  @ParameterizedTest
  @ValueSource(strings = {"rbm-mnist", "nade-mnist"})
  void completionKeepsTheGivenPixels(String recipe) {
    String run = recipe.startsWith("rbm") ? rbm : nade;
    Completion done =
        models.use(
            run, m -> Completion.of(m, fields("picture", EXAMPLE, "keep", "top", "count", 2)));
    assertEquals(2, done.completed().size());
    byte[] given = levels(done.input());
    for (Shown.Picture p : done.completed()) {
      byte[] completed = levels(p);
      assertEquals(
          List.of(IntStream.range(0, 14 * 28).mapToObj(i -> given[i]).toArray()),
          List.of(IntStream.range(0, 14 * 28).mapToObj(i -> completed[i]).toArray()));
    }
    byte[] shown = levels(done.given());
    assertEquals((byte) 128, shown[27 * 28]);
    assertEquals(given[5 * 28 + 14], shown[5 * 28 + 14]);
  }

  @Test
  void aPaintedMaskHidesWhatItSays() {
    List<Integer> mask = new ArrayList<>();
    for (int i = 0; i < 28 * 28; i++) {
      mask.add(i % 28 < 20 ? 1 : 0);
    }
    Completion done =
        models.use(
            rbm, m -> Completion.of(m, fields("picture", EXAMPLE, "mask", mask, "count", 1)));
    byte[] input = levels(done.input());
    byte[] completed = levels(done.completed().getFirst());
    for (int i = 0; i < 28 * 28; i++) {
      if (i % 28 < 20) {
        assertEquals(input[i], completed[i], "pixel " + i);
      }
    }
    List<Integer> everything = mask.stream().map(m -> 1).toList();
    assertThrows(
        DataException.class,
        () ->
            models.use(rbm, m -> Completion.of(m, fields("picture", EXAMPLE, "mask", everything))));
  }

  private static byte[] levels(Shown.Picture picture) {
    return Base64.getDecoder().decode(picture.levels());
  }

  // ---- codes

  @Test
  void codesAreLookedAtWithinTheirRange() {
    Codes codes = models.use(vae, Codes::of);
    assertEquals(10, codes.length());
    assertEquals(10, codes.axes().size());
    for (int i = 1; i < codes.axes().size(); i++) {
      assertTrue(codes.axes().get(i - 1).deviation() >= codes.axes().get(i).deviation());
    }
    assertEquals(20, codes.points().size());
    Codes.Decoded one = models.use(vae, m -> Codes.decode(m, fields("code", codes.start())));
    assertEquals(1, one.shown().pictures().size());
    assertEquals(28, one.shown().pictures().getFirst().height());
    Map<String, Object> grid =
        Map.of("x", 1, "y", 0, "xs", List.of(-1, codes.start().get(1)), "ys", List.of(0, 1, 2));
    Codes.Decoded six =
        models.use(vae, m -> Codes.decode(m, fields("code", codes.start(), "grid", grid)));
    assertEquals(6, six.shown().pictures().size());
  }

  /** The second picture of the first row is that of the code itself. */
  @Test
  void aGridIsRowsOfCodes() {
    Codes codes = models.use(plane, Codes::of);
    assertEquals(2, codes.length());
    assertFalse(codes.draws());
    List<Double> code = List.of(0.25, -0.5);
    Map<String, Object> grid =
        Map.of("x", 0, "y", 1, "xs", List.of(0, 0.25), "ys", List.of(-0.5, 1));
    Codes.Decoded all = models.use(plane, m -> Codes.decode(m, fields("code", code, "grid", grid)));
    Codes.Decoded one = models.use(plane, m -> Codes.decode(m, fields("code", code)));
    byte[] expected = levels(one.shown().pictures().getFirst());
    byte[] found = levels(all.shown().pictures().get(1));
    for (int i = 0; i < expected.length; i++) {
      // A product of one row may be added up in another order than one of four.
      assertEquals(expected[i] & 0xFF, found[i] & 0xFF, 1, "pixel " + i);
    }
  }

  @Test
  void aPictureHasACode() {
    Codes.Encoded encoded = models.use(vae, m -> Codes.encode(m, fields("picture", EXAMPLE)));
    assertEquals(10, encoded.code().size());
    List<Double> drawn = models.use(vae, m -> Codes.drawn(m, 7));
    assertEquals(drawn, models.use(vae, m -> Codes.drawn(m, 7)));
    assertEquals(10, drawn.size());
  }

  // ---- chains

  @Test
  void tenStepsAreTenTimesOne() {
    Chains begun = models.use(rbm, m -> Chains.of(m, fields("chains", 2, "seed", 4)));
    assertEquals(0, begun.step());
    Chains ten = models.use(rbm, m -> Chains.of(m, from(begun, 10)));
    Chains one = begun;
    for (int i = 0; i < 10; i++) {
      Chains last = one;
      one = models.use(rbm, m -> Chains.of(m, from(last, 1)));
    }
    assertEquals(ten, one);
    assertEquals(10, ten.step());
    assertEquals(2, ten.shown().pictures().size());
    assertEquals(2, ten.freeEnergies().size());
    assertNotEquals(begun.state(), ten.state());
  }

  private static Fields from(Chains chains, int steps) {
    return fields("state", chains.state(), "step", chains.step(), "steps", steps, "seed", 4);
  }

  @Test
  void chainsBeginAtAPicture() {
    double[] black = new double[28 * 28];
    Arrays.fill(black, 14 * 28, 14 * 28 + 28, 1);
    Chains chains =
        models.use(rbm, m -> Chains.of(m, fields("chains", 1, "picture", pixels(28, 28, black))));
    float[] state = new float[28 * 28];
    ByteBuffer.wrap(Base64.getDecoder().decode(chains.state()))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(state);
    for (int i = 0; i < state.length; i++) {
      assertEquals(black[i], state[i], "unit " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "not base 64", "AACAfw=="})
  void otherStatesAreRefused(String state) {
    RefusedException e =
        assertThrows(
            RefusedException.class,
            () -> models.use(rbm, m -> Chains.of(m, fields("state", state, "step", 1))));
    assertEquals(400, e.status());
  }

  // ---- inside

  @ParameterizedTest
  @ValueSource(strings = {"digits", "rbm-mnist", "vae-mnist", "nade-mnist", "plane-of-digits"})
  void histogramsAndGraphHaveAllWeights(String recipe) {
    String run =
        List.of(digits, rbm, vae, nade, plane).stream()
            .filter(r -> r.endsWith(recipe))
            .findFirst()
            .orElseThrow();
    models.use(
        run,
        m -> {
          Map<String, Param> all = Parameters.all(m.latest().model());
          Weights weights = Weights.of(m);
          assertEquals(Parameters.count(all.values()), weights.total());
          int found = 0;
          for (Weights.Layer layer : weights.layers()) {
            for (Weights.Histogram h : layer.parameters()) {
              String name = layer.name().isEmpty() ? h.name() : layer.name() + "." + h.name();
              assertEquals(
                  Objects.requireNonNull(all.get(name), name).shape().size(), h.size(), name);
              assertEquals(
                  h.size(), h.notFinite() + h.counts().stream().mapToLong(n -> n).sum(), name);
              found++;
            }
          }
          assertEquals(all.size(), found);
          ModelGraph graph = ModelGraph.of(m);
          assertEquals(weights.total(), graph.trainable() + graph.state());
          assertEquals(
              weights.total(),
              graph.parts().stream()
                  .flatMap(p -> p.nodes().stream())
                  .mapToLong(ModelGraph.Node::parameters)
                  .sum());
          return found;
        });
  }

  @Test
  void aMachineHasGroupsOfUnits() {
    ModelGraph graph = models.use(rbm, ModelGraph::of);
    ModelGraph.Units units = graph.parts().getFirst().units();
    assertEquals(new ModelGraph.Units(List.of(784, 12), List.of("weight"), false), units);
    ModelGraph network = models.use(digits, ModelGraph::of);
    assertNull(network.parts().getFirst().units());
    assertEquals(List.of(28, 28, 1), network.parts().getFirst().input());
    assertEquals(List.of(10), network.parts().getFirst().nodes().getLast().output());
  }

  // ---- what can't be done

  @Test
  void aModelThatCannotSaysWhatItHas() {
    UsageException command =
        assertThrows(
            UsageException.class, () -> open(rbm).model(Classifier.class, "tell classes apart"));
    RefusedException page =
        assertThrows(
            RefusedException.class,
            () -> models.use(rbm, m -> Guesses.of(m, new Fields(EXAMPLE), false)));
    assertEquals(command.getMessage(), page.getMessage());
    assertEquals(409, page.status());
    Overview overview = models.use(rbm, Overview::of);
    for (Overview.Ability a : overview.abilities()) {
      assertEquals(a.can(), a.why() == null, a.name());
    }
    assertEquals(
        List.of("complete", "explore", "encode", "sample", "chain"),
        overview.abilities().stream().filter(a -> a.can()).map(a -> a.name()).toList());
    assertEquals(20, overview.examples());
    assertTrue(overview.drawable());
  }

  @Test
  void aRunWithoutAModelSaysSo() {
    String run = TestRuns.untouched(root, "rbm-mnist", with(SMALL, "hidden", "12"));
    FileException e = assertThrows(FileException.class, () -> models.use(run, Overview::of));
    assertTrue(e.getMessage().contains("has no model yet"), e.getMessage());
  }

  @Test
  void aRunThatTrainsShowsItsLastCheckpoint() {
    String run = TestRuns.stopped(root, "rbm-mnist", with(SMALL, "hidden", "12"), 3);
    Overview overview = models.use(run, Overview::of);
    assertTrue(String.valueOf(overview.since()).startsWith("the stage pcd-1 is at step "));
    assertEquals(1, sample(run, 1).pictures().getFirst().channels());
    assertNull(models.use(rbm, Overview::of).since());
  }

  // ---- bounds

  @Test
  void whatIsBeyondTheBoundsIsRefused() {
    refused(
        "count has to be a whole number from 1 to 100, not 101",
        () -> sample(fields("count", 101)));
    refused(
        "count has to be a whole number from 1 to 100, not 2.5",
        () -> sample(fields("count", 2.5)));
    refused(
        "count has to be a whole number from 1 to 100, not 'x'",
        () -> sample(fields("count", "x")));
    refused(
        "seed has to be a whole number from -9007199254740991 to 9007199254740991, not 1E+400",
        () -> sample(fields("seed", new BigDecimal("1e+400"))));
    refused("steps has to be", () -> models.use(rbm, m -> Chains.of(m, fields("steps", 1001))));
    refused("chains has to be", () -> models.use(rbm, m -> Chains.of(m, fields("chains", 17))));
    refused("keep has to be top", () -> complete("keep", "middle"));
    refused("exactly one of keep, mask", () -> complete("seed", 1));
    refused("mask has to be an array of 784", () -> complete("mask", List.of(1)));
    refused(
        "code has to be an array of 10 numbers, not one of 1", () -> decode("code", List.of(1)));
    List<Double> code = models.use(vae, Codes::of).start();
    refused(
        "xs has to be an array of 1 to 20",
        () ->
            decode(
                "code",
                code,
                "grid",
                Map.of("x", 0, "y", 1, "xs", IntStream.range(0, 21).boxed().toList())));
    refused(
        "x has to be a whole number from 0 to 9",
        () -> decode("code", code, "grid", Map.of("x", 10)));
    List<Object> infinite = new ArrayList<>(code);
    infinite.set(4, Double.POSITIVE_INFINITY);
    refused("at position 4", () -> decode("code", infinite));
  }

  @Test
  void picturesAreBounded() throws IOException {
    refused("exactly one of pixels, png, example", () -> see(Map.of()));
    refused("example has to be a whole number from 0 to 19", () -> see(Map.of("example", 20)));
    refused("height has to be", () -> see(pixels(281, 1, new double[281])));
    refused("pixels has to be an array of 784", () -> see(Map.of("pixels", List.of(0))));
    refused(
        "pixels has to hold numbers from 0.0 to 1.0, not 2.0 at position 1",
        () -> see(pixels(1, 2, new double[] {0, 2})));
    refused("png has to be a PNG file in base 64", () -> see(Map.of("png", "?")));
    refused("this is of another kind", () -> see(png("GIF89a and more".getBytes(UTF_8))));
    refused("png has to be a text of at most", () -> see(Map.of("png", "A".repeat(1_500_000))));
    byte[] content = file(seven());
    // The header claims 65,535 x 65,535 pixels.
    byte[] huge = content.clone();
    for (int at : new int[] {18, 19, 22, 23}) {
      huge[at] = (byte) 0xFF;
    }
    DataException claim = assertThrows(DataException.class, () -> see(png(huge)));
    assertTrue(claim.getMessage().contains("65,535 x 65,535"), claim.getMessage());
    assertThrows(DataException.class, () -> see(png(Arrays.copyOf(content, 60))));
    assertThrows(DataException.class, () -> see(pixels(9, 9, new double[81])), "shows nothing");
  }

  private static Seen see(Map<String, Object> picture) {
    return models.use(rbm, m -> Seen.of(m, new Fields(picture)));
  }

  private static Shown sample(Fields fields) {
    return models.use(rbm, m -> Sampling.examples(m, fields));
  }

  private static Completion complete(String name, Object value) {
    return models.use(rbm, m -> Completion.of(m, fields("picture", EXAMPLE, name, value)));
  }

  private static Codes.Decoded decode(Object... pairs) {
    return models.use(vae, m -> Codes.decode(m, fields(pairs)));
  }

  private static void refused(String message, Runnable asked) {
    RefusedException e = assertThrows(RefusedException.class, asked::run, message);
    assertEquals(400, e.status());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
