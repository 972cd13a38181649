package shinso.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.tensor.Tensor;
import shinso.train.file.JsonFile;
import shinso.train.file.Safetensors;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Recipe;

/** What commands do and say, in this process. */
final class CommandsTest {
  @TempDir static Path folder;

  /** The folder of runs that the tests share. */
  private static Path runs = Path.of("");

  /** A finished run with a model that knows a 1 from a 0. */
  private static Path trained = Path.of("");

  private static Result training = new Result(0, "", "");

  @BeforeAll
  static void train() {
    runs = folder.resolve("runs");
    training = run("digits-softmax", "--budget", "smoke");
    trained = runFolder(training);
  }

  private static Result run(String... args) {
    List<String> all = new ArrayList<>(List.of("run", "--runs", runs.toString()));
    all.addAll(List.of(args));
    return Result.of(all.toArray(String[]::new));
  }

  private static Path runFolder(Result result) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith("run folder: "))
        .map(line -> Path.of(line.substring("run folder: ".length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(result.toString()));
  }

  @Test
  void aRunSaysWhatItDoesAndWhatCameOut() {
    assertEquals(0, training.code(), training.err());
    assertEquals("", training.err());
    List<String> lines = training.lines();
    assertEquals(
        "digits-softmax: softmax regression on grey images of 28 x 28; glyphs, seed 1",
        lines.get(0));
    assertEquals(
        "glyphs: 2,500 examples for training, 500 for validation, 1,000 for test", lines.get(1));
    assertTrue(
        lines
            .getLast()
            .matches(
                "test accuracy \\d\\d\\.\\d\\d % \\(smoke target ≥ \\d\\d\\.0 %: reached\\) "
                    + " report: .*report\\.html"),
        lines.getLast());
    assertTrue(Files.exists(trained.resolve("report.html")));
  }

  @Test
  void theSameSeedGivesTheSameModel() throws IOException {
    Result again = run("digits-softmax", "--budget", "smoke", "--seed", "1");
    Result other = run("digits-softmax", "--budget", "smoke", "--seed", "2");
    assertArrayEquals(model(trained), model(runFolder(again)));
    assertFalse(Arrays.equals(model(trained), model(runFolder(other))));
  }

  private static byte[] model(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("model.safetensors"));
  }

  @Test
  void settingsAreReplacedAndKept() throws IOException {
    Result result =
        run("digits-softmax", "--budget", "smoke", "--set", "epochs=1", "--set", "train=600");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.lines().get(1).startsWith("glyphs: 100 examples for training"), result.out());
    String json = Files.readString(runFolder(result).resolve("run.json"), StandardCharsets.UTF_8);
    assertTrue(json.contains("\"epochs\" : \"1\""), json);
    assertTrue(json.contains("\"train\" : \"600\""), json);
  }

  @Test
  void aLimitOfTimeEndsTrainingWithWhatItHas() {
    Result result =
        run("digits-mlp", "--budget", "smoke", "--max-time", "1s", "--set", "epochs=500");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("the time was up after step"), result.out());
    assertTrue(Files.exists(runFolder(result).resolve("model.safetensors")));
  }

  @Test
  void aCompleteRunCanBeResumedAndStaysTheSame() throws IOException {
    Path first = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    byte[] model = model(first);
    Result resumed = Result.of("run", "--resume", first.toString());
    assertEquals(0, resumed.code(), resumed.err());
    assertArrayEquals(model, model(first));
  }

  @Test
  void aRunIsResumedWithItsOwnPrecision() throws IOException {
    String info = Files.readString(trained.resolve("run.json"));
    assertTrue(info.contains("\"precision\" : \"f32\""), info);
    Result result = Result.of("run", "--resume", trained.toString(), "--precision", "f32");
    assertEquals(Errors.USAGE, result.code());
    assertEquals(
        "shinso: a run is resumed with the settings that it was started with; leave --precision out%n"
            .formatted(),
        result.err());
  }

  /** As when the cache folder was full then, or another processor is in the machine now. */
  @Test
  void aRunResumedWithOtherBitsSaysSo() throws IOException {
    Path run = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    Path json = run.resolve("run.json");
    String info = Files.readString(json);
    Files.writeString(
        json, info.replaceAll("\"oneDNN\" : \"[^\"]*\"", "\"oneDNN\" : \"off: then\""));
    Result resumed = Result.of("run", "--resume", run.toString());
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(
        resumed
            .err()
            .matches(
                "shinso: since the run was started, oneDNN was off: then and is .*; its results may"
                    + " have other bits than without a stop\\R"),
        resumed.err());
    assertTrue(Files.readString(run.resolve("report.html")).contains("oneDNN was off: then"));
  }

  @Test
  void aRunIsResumedByItsOwnRecipeOnly() {
    Result result = Result.of("run", "digits", "--resume", trained.toString());
    assertEquals(Errors.USAGE, result.code());
    assertEquals(
        "shinso: the run %s is one of digits-softmax, not of digits; leave the recipe out%n"
            .formatted(trained),
        result.err());
  }

  @ParameterizedTest
  @CsvSource({"run --resume", "report", "predict"})
  void aMissingRunIsNamed(String command) {
    List<String> args = new ArrayList<>(List.of(command.split(" ", -1)));
    args.addAll(List.of("nothing", "--runs", runs.toString()));
    if (command.equals("predict")) {
      args.add("picture.png");
    }
    Result result = Result.of(args.toArray(String[]::new));
    assertEquals(Errors.FAILED, result.code());
    assertTrue(
        result.err().startsWith("shinso: there is no run 'nothing' in " + runs), result.err());
    assertEquals(1, result.err().lines().count());
  }

  @Test
  void aFolderOfRunsThatCantBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    Result result =
        Result.of("run", "digits-softmax", "--budget", "smoke", "--runs", file.toString());
    assertEquals(Errors.USAGE, result.code());
    assertTrue(
        result.err().startsWith("shinso: the folder of all runs can't be " + file), result.err());
    assertEquals(1, result.err().lines().count());
    Path within = file.resolve("runs");
    Result below =
        Result.of("run", "digits-softmax", "--budget", "smoke", "--runs", within.toString());
    assertEquals(Errors.FAILED, below.code());
    assertTrue(below.err().startsWith("shinso: can't write " + within), below.err());
    assertEquals(1, below.err().lines().count());
  }

  @Test
  void aReportIsMadeAnew() throws IOException {
    Path report = trained.resolve("report.html");
    Files.delete(report);
    Result result = Result.of("report", trained.toString());
    assertEquals(0, result.code(), result.err());
    assertEquals("report: " + report + System.lineSeparator(), result.out());
    assertTrue(Files.size(report) > 0);
  }

  // ---- predict

  @Test
  void picturesAreClassified() throws IOException {
    Path one = one("one.png");
    Result result = Result.of("predict", trained.toString(), one.toString(), one.toString());
    assertEquals(0, result.code(), result.err());
    assertEquals(2, result.lines().size());
    assertTrue(
        result
            .lines()
            .getFirst()
            .matches(
                ".*one\\.png: 1 \\(\\d+\\.\\d %\\), then \\d \\(\\d+\\.\\d %\\), \\d \\(\\d+\\.\\d"
                    + " %\\); inverted, since it is dark on light; cropped and scaled from 160 x"
                    + " 100"),
        result.out());
  }

  @Test
  void whatIsNoPictureIsNamedAndTheOthersGoOn() throws IOException {
    Path one = one("good.png");
    Path empty = Files.createFile(folder.resolve("empty.png"));
    Path text = Files.writeString(folder.resolve("text.png"), "hello");
    Path missing = folder.resolve("missing.png");
    Result result =
        Result.of(
            "predict",
            trained.toString(),
            empty.toString(),
            text.toString(),
            missing.toString(),
            one.toString());
    assertEquals(Errors.FAILED, result.code());
    assertEquals(1, result.lines().size(), result.out());
    List<String> errors = result.err().lines().toList();
    assertEquals(
        "shinso: " + empty + ": is empty (0 bytes); download or copy it again", errors.get(0));
    assertTrue(
        errors.get(1).startsWith("shinso: " + text + ": is not an image that can be read"),
        errors.get(1));
    assertEquals("shinso: " + missing + ": does not exist; is the path right?", errors.get(2));
    assertEquals(3, errors.size());
  }

  @Test
  void aDamagedModelIsNamed() throws IOException {
    Path run = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    Path file = run.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    byte[] flipped = whole.clone();
    flipped[9] ^= 0x55;
    byte[] huge = whole.clone();
    huge[7] = 0x7f;
    for (byte[] damaged :
        List.of(new byte[0], Arrays.copyOf(whole, 5), Arrays.copyOf(whole, 500), flipped, huge)) {
      Files.write(file, damaged);
      Result result = Result.of("predict", run.toString(), "any.png");
      assertEquals(Errors.FAILED, result.code());
      assertTrue(result.err().startsWith("shinso: " + file), result.err());
      assertEquals(1, result.err().lines().count(), result.err());
    }
    Files.delete(file);
    Result result = Result.of("predict", run.toString(), "any.png");
    assertEquals(Errors.FAILED, result.code());
    assertTrue(
        result.err().contains("is finished, but its model.safetensors is gone"), result.err());
  }

  @Test
  void randomBytesInTheWeightsAreFound() throws IOException {
    Path run = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    Path file = run.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    byte[] noise = new byte[3000];
    new Random(1).nextBytes(noise);
    System.arraycopy(noise, 0, damaged, damaged.length - 5000, noise.length);
    Files.write(file, damaged);
    Result result = Result.of("predict", run.toString(), one("any.png").toString());
    assertEquals(Errors.FAILED, result.code());
    assertEquals("", result.out());
    assertTrue(
        result.err().startsWith("shinso: " + file + " is damaged: its SHA-256 is "), result.err());
    assertTrue(
        result.err().strip().endsWith("; shinso run --resume " + run + " makes it anew"),
        result.err());
    assertEquals(1, result.err().lines().count(), result.err());

    assertEquals(0, Result.of("run", "--resume", run.toString()).code());
    assertArrayEquals(whole, model(run));
    assertEquals(0, Result.of("predict", run.toString(), one("any.png").toString()).code());
  }

  @Test
  void theStageOfADamagedModelIsNamed() throws IOException {
    Path run = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    Path stage = run.resolve("stages/1-train");
    byte[] model = Files.readAllBytes(stage.resolve("model.safetensors"));
    model[model.length - 100] ^= 8;
    Files.write(stage.resolve("model.safetensors"), model);
    Result result = Result.of("run", "--resume", run.toString());
    assertEquals(Errors.FAILED, result.code());
    assertTrue(
        result.err().contains(stage.resolve("model.safetensors") + " is damaged: "), result.err());
    assertTrue(result.err().contains("; remove the folder " + stage), result.err());
  }

  @Test
  void whatIsNoNumberIsNoPrediction() throws IOException {
    Path run = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    Path file = run.resolve("model.safetensors");
    Map<String, Tensor> huge = new LinkedHashMap<>();
    Safetensors.read(file)
        .tensors()
        .forEach((name, value) -> huge.put(name, value.mul(0).add(3e38).evaluate()));
    String sha256 = Safetensors.write(file, huge, Map.of());
    Path json = run.resolve("run.json");
    Files.writeString(
        json,
        Files.readString(json)
            .replaceFirst("\"modelSha256\" : \"\\w+\"", "\"modelSha256\" : \"" + sha256 + "\""));
    Path one = one("any.png");
    Result result = Result.of("predict", run.toString(), one.toString());
    assertEquals(Errors.FAILED, result.code());
    assertEquals("", result.out());
    assertEquals(
        "shinso: %s: the model's answer is NaN, so its weights are damaged or its training went wrong; train it again%n"
            .formatted(one),
        result.err());
  }

  @Test
  void picturesAfterOneThatIsTooLargeAreAnswered() throws IOException {
    Path one = one("good2.png");
    Path gif = folder.resolve("bomb.gif");
    Files.write(
        gif,
        HexFormat.of()
            .parseHex("474946383961ffff0010800000000000ffffff2c00000000ffff00100002024c01003b"));
    Path zip = folder.resolve("z.gz");
    byte[] part = zeros();
    try (OutputStream out = Files.newOutputStream(zip)) {
      for (int i = 0; i < 60; i++) {
        out.write(part);
      }
    }
    Result result =
        Result.of("predict", trained.toString(), gif.toString(), zip.toString(), one.toString());
    assertEquals(Errors.FAILED, result.code());
    assertEquals(1, result.lines().size(), result.out());
    assertTrue(result.out().startsWith(one + ": "), result.out());
    List<String> errors = result.err().lines().toList();
    assertEquals(2, errors.size(), result.err());
    assertTrue(
        errors.get(0).startsWith("shinso: " + gif + ": the image claims 65,535 x 4,096 pixels; "),
        errors.get(0));
    assertTrue(
        errors.get(1).startsWith("shinso: " + zip + ": unpacks to more than "), errors.get(1));
  }

  /** Fifty million zeros, packed. */
  private static byte[] zeros() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(new byte[50_000_000]);
    }
    return out.toByteArray();
  }

  @Test
  void aModelOfAnotherArchitectureIsNamed() throws IOException {
    Path softmax = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    Path mlp = runFolder(run("digits-mlp", "--budget", "smoke", "--set", "epochs=1"));
    Files.copy(
        mlp.resolve("model.safetensors"),
        softmax.resolve("model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    Result result = Result.of("predict", softmax.toString(), "any.png");
    assertEquals(Errors.FAILED, result.code());
    assertTrue(result.err().contains("is of another architecture: "), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  /** What the message says to do helps. */
  @Test
  void damagedScoresAndFiguresAreNamedAndMadeAnew() throws IOException {
    Path run = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    List<Path> files = new ArrayList<>(List.of(run.resolve("scores.json")));
    try (Stream<Path> figures = Files.list(run.resolve("figures"))) {
      figures.sorted().limit(1).forEach(files::add);
    }
    for (Path file : files) {
      String whole = Files.readString(file);
      boolean isScore = file.endsWith("scores.json");
      String again = isScore ? "measure anew" : "draw it anew";
      String wrong =
          isScore
              ? whole.replaceFirst("\"value\" : [^,]+", "\"value\" : \"x\"")
              : whole.replace("\"sections\"", "\"parts\"");
      for (String damaged : List.of(whole.substring(0, 20), wrong)) {
        Files.writeString(file, damaged);
        Result result = Result.of("report", run.toString());
        assertEquals(Errors.FAILED, result.code());
        assertTrue(result.err().startsWith("shinso: " + file + " is corrupt: "), result.err());
        assertTrue(
            result
                .err()
                .strip()
                .endsWith(
                    "; put it back, or remove it and %s: shinso report %s".formatted(again, run)),
            result.err());
        assertEquals(1, result.err().lines().count(), result.err());
      }
      Files.delete(file);
      assertEquals(0, Result.of("report", run.toString()).code());
      assertEquals(whole, Files.readString(file));
    }
  }

  @Test
  void aDamagedDescriptionIsNamed() throws IOException {
    Path run = runFolder(run("digits-softmax", "--budget", "smoke", "--set", "epochs=1"));
    Path json = run.resolve("run.json");
    Files.writeString(json, Files.readString(json).substring(0, 40));
    Result result = Result.of("report", run.toString());
    assertEquals(Errors.FAILED, result.code());
    assertTrue(result.err().startsWith("shinso: " + json + " is corrupt"), result.err());
  }

  private static Path one(String name) throws IOException {
    BufferedImage image = new BufferedImage(160, 100, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 160, 100);
    g.setColor(Color.BLACK);
    g.fillRect(75, 10, 10, 80);
    g.dispose();
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  // ---- sample, complete, encode

  @Test
  void aMachineMakesUpFillsInAndEncodesPictures() throws IOException {
    Path run =
        runFolder(
            run(
                "rbm-mnist",
                "--budget",
                "smoke",
                "--set",
                "epochs=1",
                "--set",
                "train=500",
                "--set",
                "test=100",
                "--set",
                "temperatures=10"));
    Path one = one("given.png");
    Result sampled = Result.of("sample", run.toString(), "--count", "6");
    assertEquals(0, sampled.code(), sampled.err());
    assertEquals("samples: " + run.resolve("samples.png"), sampled.lines().getLast());
    BufferedImage sheet = ImageIO.read(run.resolve("samples.png").toFile());
    assertTrue(sheet.getWidth() > 3 * 28 && sheet.getHeight() > 2 * 28);

    Path digits = folder.resolve("digits");
    Result each = Result.of("sample", run.toString(), "--count", "3", "--out", digits.toString());
    assertEquals(0, each.code(), each.err());
    assertEquals("samples: " + digits, each.lines().getLast());
    for (int i = 1; i <= 3; i++) {
      BufferedImage digit = ImageIO.read(digits.resolve("sample-000" + i + ".png").toFile());
      assertEquals(28, digit.getWidth());
      assertEquals(28, digit.getHeight());
    }

    String mask = mask("mask.png", 28).toString();
    for (String kept : List.of("top", "right", mask)) {
      Path file = folder.resolve("completed.png");
      Files.deleteIfExists(file);
      Result completed = complete(run, one, "--keep", kept, "--out", file.toString());
      assertEquals(0, completed.code(), completed.err());
      assertTrue(Files.size(file) > 0, kept);
    }
    assertEquals(
        "shinso: invalid value for option '--keep': 'middle' is not top, bottom, left or"
            + " right, or a mask such as mask.png; see shinso complete --help"
            + System.lineSeparator(),
        complete(run, one, "--keep", "middle").err());
    Path light = mask("light.png", 56);
    assertEquals(
        "shinso: %s: is light everywhere, so nothing is hidden; make dark what is to be filled in%n"
            .formatted(light),
        complete(run, one, "--keep", light.toString()).err());
    assertEquals(
        "shinso: a run of the recipe rbm-mnist can't make up examples of a class: it has a"
            + " ChainSampler, Completer, EnergyModel, LatentVariableModel, Sampler"
            + System.lineSeparator(),
        Result.of("sample", run.toString(), "--condition", "3").err());

    Path two = Files.copy(one, folder.resolve("two.png"));
    Path none = folder.resolve("none.png");
    String[] three = {"encode", run.toString(), one.toString(), none.toString(), two.toString()};
    Result encoded = Result.of(three);
    assertEquals(Errors.FAILED, encoded.code(), "one picture is missing");
    assertTrue(encoded.err().startsWith("shinso: " + none + ": "), encoded.err());
    assertEquals(2, encoded.lines().size());
    String code = encoded.lines().getFirst().substring((one + ": ").length());
    assertEquals(50, code.split(",", -1).length, "hidden units");
    assertEquals(List.of(one + ": " + code, two + ": " + code), encoded.lines());

    String[] all = Arrays.copyOf(three, three.length + 1);
    all[three.length] = "--json";
    Result json = Result.of(all);
    assertEquals(encoded.code(), json.code());
    assertEquals(encoded.err(), json.err());
    List<JsonFile> rows = JsonFile.of(run, json.out()).objects("codes");
    assertEquals(List.of(one + "", two + ""), rows.stream().map(r -> r.text("file")).toList());
    assertEquals(
        code,
        String.join(
            ",",
            rows.getLast().list("code").stream()
                .map(x -> Float.toString(((Number) x).floatValue()))
                .toList()));
  }

  private static Result complete(Path run, Path picture, String... more) {
    List<String> args = new ArrayList<>(List.of("complete", run.toString(), picture.toString()));
    args.addAll(List.of(more));
    return Result.of(args.toArray(String[]::new));
  }

  /** A mask of 56 x 56 pixels, white in its first rows. */
  private static Path mask(String name, int rows) throws IOException {
    BufferedImage image = new BufferedImage(56, 56, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 56, rows);
    g.dispose();
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  /** A digit is read for binary pixels, too; a model without hidden units can't encode it. */
  @Test
  void anAutoregressiveModelFillsInBinaryPictures() throws IOException {
    Path run =
        runFolder(
            run(
                "nade-mnist",
                "--budget",
                "smoke",
                "--set",
                "epochs=1",
                "--set",
                "train=200",
                "--set",
                "test=20",
                "--set",
                "hidden=5"));
    Path one = one("binary.png");
    for (String kept : List.of("top", "left")) {
      Result completed = complete(run, one, "--keep", kept, "--count", "2", "--seed", "3");
      assertEquals(0, completed.code(), completed.err());
      assertEquals("completed: " + run.resolve("completed.png"), completed.lines().getLast());
    }
    Result encoded = Result.of("encode", run.toString(), one.toString());
    assertEquals(Errors.USAGE, encoded.code());
    assertEquals(
        "shinso: a run of the recipe nade-mnist can't encode: it has a Completer, DensityModel,"
            + " Sampler"
            + System.lineSeparator(),
        encoded.err());
  }

  @Test
  void aModelOfClassesMakesUpExamplesOfOne() throws IOException {
    Path run =
        runFolder(
            run(
                "drbm-mnist",
                "--budget",
                "smoke",
                "--set",
                "epochs=1",
                "--set",
                "train=600",
                "--set",
                "test=100",
                "--set",
                "hidden=5"));
    String[] sevens = {"sample", run.toString(), "--count", "2", "--condition", "7"};
    Result sampled = Result.of(sevens);
    assertEquals(0, sampled.code(), sampled.err());
    assertTrue(Files.size(run.resolve("samples.png")) > 0);
    assertEquals(
        "shinso: there is no class 'eleven'; choose 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
            + System.lineSeparator(),
        Result.of("sample", run.toString(), "--condition", "eleven").err());
    assertEquals(
        "shinso: the model of a run of drbm-mnist makes up examples of a class; say"
            + " of which with --condition"
            + System.lineSeparator(),
        Result.of("sample", run.toString()).err());
  }

  @ParameterizedTest
  @CsvSource({
    "sample, make up examples, ''",
    "complete, fill in what is missing, any.png",
    "encode, encode, any.png"
  })
  void aModelThatCantSaysWhatItIs(String command, String verb, String picture) {
    List<String> args = new ArrayList<>(List.of(command, trained.toString()));
    if (!picture.isEmpty()) {
      args.add(picture);
    }
    Result result = Result.of(args.toArray(String[]::new));
    assertEquals(Errors.USAGE, result.code());
    assertEquals(
        "shinso: a run of the recipe digits-softmax can't %s: it has a Classifier%n"
            .formatted(verb),
        result.err());
  }

  // ---- list, data, doctor

  @Test
  void allRecipesAreListed() {
    Result result = Result.of("list");
    assertEquals(0, result.code());
    for (Recipe<?> recipe : Recipes.all()) {
      assertTrue(
          result.lines().stream()
              .anyMatch(line ->
                  line.strip().startsWith(recipe.name() + " ")
                      && line.contains(recipe.card().summary())),
          result.out());
    }
  }

  @Test
  void gradcheckComparesDerivativesOfARecipesModel() {
    Result result = Result.of("gradcheck", "rbm-bars", "--examples", "2");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().startsWith("rbm-bars: mean free energy, "), result.out());
    for (String parameter : List.of("weight", "visibleBias", "hiddenBias")) {
      assertTrue(result.out().contains("  " + parameter + " "), result.out());
    }
    assertTrue(result.out().contains("by all 3 parameters are right up to 1.0E-5"), result.out());

    Result none = Result.of("gradcheck", "backprop-by-hand");
    assertEquals(Errors.USAGE, none.code());
    assertTrue(
        none.err().contains("the recipe backprop-by-hand has no model whose derivatives"),
        none.err());
  }

  @Test
  void aRecipeIsListedWithItsSettingsAndTargets() {
    Result result = Result.of("list", "digits");
    assertEquals(0, result.code());
    for (String part :
        List.of(
            "reported: MNIST: 0.95 % test error",
            "data: glyphs, mnist, fashion-mnist", "a whole number from 1 to 10,000", "≥ 99.0 %")) {
      assertTrue(result.out().contains(part), result.out());
    }
  }

  @Test
  void recipesAreListedForPrograms() throws IOException {
    Path file = runs.resolve("list.json");
    Files.writeString(file, Result.of("list", "--json").out());
    List<JsonFile> all = JsonFile.read(file).objects("recipes");
    assertEquals(
        Recipes.all().stream().map(Recipe::name).toList(),
        all.stream().map(r -> r.text("recipe")).toList());
    Files.writeString(file, Result.of("list", "rbm-bars", "--json").out());
    JsonFile bars = JsonFile.read(file).objects("recipes").getFirst();
    assertEquals("energy", bars.text("area"));
    assertEquals(List.of("I3", "I4"), bars.list("catalogue"));
    assertEquals(List.of("bars-4"), bars.list("data"));
    JsonFile optimum = bars.objects("quantities").getFirst();
    assertEquals("nats", optimum.text("unit"));
    assertEquals("optimum -108.131", optimum.text("published"));
    assertEquals("≥ -109 nats", optimum.object("expected").text("default"));
  }

  @Test
  void dataSetsAreListed() {
    Result result = Result.of("data", "list");
    assertEquals(0, result.code());
    for (String name : List.of("glyphs", "mnist", "fashion-mnist", "cifar10")) {
      assertTrue(result.lines().stream().anyMatch(l -> l.startsWith(name + ": ")), result.out());
    }
    assertTrue(result.lines().contains("    built in"), result.out());
    assertTrue(result.lines().getLast().startsWith("folder: "), result.out());
  }

  @Test
  void whatIsBuiltInNeedsNoFetching() {
    Result result = Result.of("data", "get", "glyphs");
    assertEquals(0, result.code());
    assertEquals(
        "glyphs: built in, there is nothing to fetch" + System.lineSeparator(), result.out());
    assertEquals(0, Result.of("data", "verify", "glyphs").code());
  }

  @Test
  void theDoctorSaysWhatIsUsed() {
    Result result = Result.of("doctor");
    assertEquals(0, result.code(), result.err());
    for (String name :
        List.of("Shinso", "JDK", "System", "Processors", "Backend", "Memory", "Data", "Check")) {
      assertTrue(result.lines().stream().anyMatch(l -> l.startsWith(name + " ")), result.out());
    }
    assertTrue(result.out().contains(Runtime.version().toString()), result.out());
    assertTrue(result.out().contains("gradients are right"), result.out());
  }

  /** What is left of a run that was killed between the making of its folder and of run.json. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --resume RUN",
        "predict RUN a.png",
        "sample RUN",
        "complete RUN a.png",
        "encode RUN a.png",
        "report RUN"
      })
  void anEmptyRunFolderIsSaid(String command) throws IOException {
    Path root = Files.createDirectories(folder.resolve("killed"));
    Path empty = Files.createDirectories(root.resolve("20261106-140322-digits"));
    for (String name : List.of("20261106-140322-digits", "20261106", empty.toString())) {
      Result result = Result.of((command.replace("RUN", name) + " --runs " + root).split(" "));
      assertEquals(
          "shinso: the folder "
              + empty
              + " has no run.json: it is not that of a run, or its run was killed before it began"
              + " and has to be started anew\n",
          result.err());
      assertEquals(Errors.FAILED, result.code());
      assertEquals("", result.out());
    }
    Result other = Result.of("report", "digits", "--runs", root.toString());
    assertEquals(
        "shinso: there is no run 'digits': no run has been started in " + root + "\n", other.err());
  }
}
