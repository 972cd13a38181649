package shinso.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.OnnxFile;
import shinso.interchange.onnx.OnnxModel;
import shinso.nn.layer.Pass;
import shinso.nn.model.Classifier;
import shinso.train.file.Safetensors;
import shinso.zoo.Recipes;
import shinso.zoo.harness.RecipeRun;

/** What leaves a run for other programs: models, and curves while it trains. */
final class ExportCommandTest {
  @TempDir static Path folder;

  private static Path runs = Path.of("");
  private static Path events = Path.of("");
  private static Path trained = Path.of("");

  @BeforeAll
  static void train() {
    runs = folder.resolve("runs");
    events = folder.resolve("events");
    trained = run("digits-mlp", "--set", "epochs=1", "--tensorboard", events.toString());
  }

  private static Path run(String recipe, String... more) {
    String[] usual = {"run", recipe, "--budget", "smoke", "--runs", runs.toString()};
    Result result =
        Result.of(Stream.concat(Arrays.stream(usual), Arrays.stream(more)).toArray(String[]::new));
    assertEquals(0, result.code(), result.err());
    String title = "run folder: ";
    return result.lines().stream()
        .filter(line -> line.startsWith(title))
        .map(line -> Path.of(line.substring(title.length())))
        .findFirst()
        .orElseThrow();
  }

  private static Result export(Path run, String... options) {
    String[] usual = {"export", run.toString()};
    return Result.of(
        Stream.concat(Arrays.stream(usual), Arrays.stream(options)).toArray(String[]::new));
  }

  @Test
  void whatTheClassifierComputesIsInTheFile() {
    Path file = folder.resolve("digits.onnx");
    Result result = export(trained, "--onnx", file.toString(), "--function", "probabilities");
    assertEquals(0, result.code(), result.err());
    assertEquals(
        List.of(
            "probabilities: input float[batch, 28, 28, 1] → probabilities float[batch, 10] as "
                + file),
        result.lines());
    Classifier model =
        RecipeRun.open(runs, trained.toString(), Recipes::ofRun).model(Classifier.class, "test");
    Tensor x = Tensor.uniform(Rng.of(1), 3, 28, 28, 1).evaluate();
    OnnxModel read = OnnxFile.read(file);
    assertArrayEquals(
        model.logits(x).softmax(-1).toFloatArray(),
        read.forward(x, Pass.inference()).toFloatArray(),
        1e-6f);
    Result usual = export(trained, "--onnx", file.toString());
    assertTrue(usual.out().startsWith("logits: "), usual.out());
  }

  @Test
  void weightsForPyTorch() {
    Path file = folder.resolve("digits.safetensors");
    Result result = export(trained, "--pytorch", file.toString());
    assertEquals(0, result.code(), result.err());
    Tensor w = Safetensors.read(file).tensor("dense1.weight");
    assertEquals(784, w.shape().dim(1), "[out, in]");
  }

  /** A recipe without data says by its networks what an input is. */
  @Test
  void anEnsembleOfARecipeWithoutData() {
    String file = folder.resolve("bagging.onnx").toString();
    Path bagging = run("bagging");
    assertEquals(
        List.of("prediction: input float[batch, 1] → prediction float[batch, 1] as " + file),
        export(bagging, "--onnx", file).lines());
    Result member = export(bagging, "--onnx", file, "--function", "members.1");
    assertEquals(
        List.of("members.1: input float[batch, 1] → output float[batch, 1] as " + file),
        member.lines(),
        member.err());
  }

  /** The encoder reads sentences, which have no fixed length. */
  @Test
  void partsThatReadSequencesTakeAnyLength() {
    String file = folder.resolve("encoder.onnx").toString();
    Result result = export(run("translation"), "--onnx", file);
    assertTrue(result.out().contains("input float[batch, time, "), result.out() + result.err());
  }

  @Test
  void whatCantBeExportedIsNamed() {
    String file = folder.resolve("x.onnx").toString();
    Result nothing = export(trained);
    assertEquals(Errors.USAGE, nothing.code());
    assertEquals(
        "shinso: say what to write: --onnx FILE or --pytorch FILE" + System.lineSeparator(),
        nothing.err());
    Result function = export(trained, "--onnx", file, "--function", "decode");
    assertEquals(Errors.USAGE, function.code());
    assertEquals(
        "shinso: there is no function 'decode'; choose logits, probabilities or network"
            + System.lineSeparator(),
        function.err());
    Result demo = export(run("backprop-by-hand"), "--onnx", file);
    assertEquals(Errors.USAGE, demo.code());
    assertEquals(
        "shinso: a run of the recipe backprop-by-hand can't be exported: it has no model"
            + System.lineSeparator(),
        demo.err());
    Result weights = export(run("backprop-by-hand"), "--pytorch", file);
    assertEquals(Errors.FAILED, weights.code());
    assertEquals(
        "shinso: the model has no weights, so there is nothing to write" + System.lineSeparator(),
        weights.err());
    Result nowhere = export(trained, "--onnx", folder.resolve("none").resolve("x.onnx").toString());
    assertEquals(Errors.FAILED, nowhere.code());
    assertTrue(nowhere.err().contains("doesn't exist"), nowhere.err());
  }

  @Test
  void eventsOfTheRunAndOfItsStagesAreInFoldersOfTheirOwn() throws IOException {
    Path run = events.resolve(String.valueOf(trained.getFileName()));
    String whole = text(run.resolve("events.out.tfevents.0000000001.shinso"));
    for (String part : List.of("settings", "digits-mlp", "mistakes", "scores", "score/test")) {
      assertTrue(whole.contains(part), part);
    }
    String stage = text(run.resolve("1-train").resolve("events.out.tfevents.0000000001.shinso"));
    for (String part : List.of("loss/train", "accuracy/validation", "layers.dense1/weight")) {
      assertTrue(stage.contains(part), part);
    }
    Result again =
        Result.of("run", "--resume", trained.toString(), "--tensorboard", events.toString());
    assertEquals(0, again.code(), again.err());
    assertTrue(Files.exists(run.resolve("events.out.tfevents.0000000002.shinso")));
    assertFalse(
        Files.exists(run.resolve("1-train").resolve("events.out.tfevents.0000000002.shinso")));

    Path taken = Files.createFile(folder.resolve("taken"));
    Result refused =
        Result.of("run", "--resume", trained.toString(), "--tensorboard", taken.toString());
    assertEquals(Errors.FAILED, refused.code());
    assertTrue(refused.err().startsWith("shinso: can't write " + taken), refused.err());
  }

  /** In TensorBoard what is exported lies over what was written while training. */
  @Test
  void exportedEventsHaveTheNamesOfThoseOfTheTraining() throws IOException {
    Path logs = folder.resolve("exported");
    Result result =
        Result.of("runs", "export", trained.toString(), "--tensorboard", logs.toString());
    assertEquals(0, result.code(), result.err());
    String run = String.valueOf(trained.getFileName());
    for (String stage : List.of("", "1-train")) {
      Set<String> live = tags(events.resolve(run).resolve(stage));
      // Only a model at work has its distributions of parameters.
      live.removeIf(tag -> tag.startsWith("layers."));
      assertTrue(live.size() > 2, live.toString());
      Set<String> exported = tags(logs.resolve(run).resolve(stage));
      // The report's own picture of what TensorBoard draws itself.
      exported.remove("curves");
      assertEquals(live, exported);
    }
  }

  /** Returns the tags of a folder's first event file: summary (5), value (1), tag (1). */
  private static Set<String> tags(Path folder) throws IOException {
    Set<String> tags = new TreeSet<>();
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("events.out.tfevents.0000000001.shinso")))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (file.hasRemaining()) {
      int length = (int) file.getLong();
      ByteBuffer event = file.slice(file.position() + 4, length);
      file.position(file.position() + 4 + length + 4);
      for (ByteBuffer summary : parts(event, 5)) {
        for (ByteBuffer value : parts(summary, 1)) {
          for (ByteBuffer tag : parts(value, 1)) {
            tags.add(StandardCharsets.UTF_8.decode(tag).toString());
          }
        }
      }
    }
    return tags;
  }

  /** Returns the parts of a message with a number, in the wire format of protocol buffers. */
  private static List<ByteBuffer> parts(ByteBuffer message, int number) {
    List<ByteBuffer> parts = new ArrayList<>();
    while (message.hasRemaining()) {
      int key = (int) varint(message);
      switch (key & 7) {
        case 0 -> varint(message);
        case 1 -> message.position(message.position() + 8);
        case 5 -> message.position(message.position() + 4);
        default -> {
          int length = (int) varint(message);
          if (key >> 3 == number) {
            parts.add(message.slice(message.position(), length));
          }
          message.position(message.position() + length);
        }
      }
    }
    return parts;
  }

  private static long varint(ByteBuffer message) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = message.get();
      value |= (long) (b & 127) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
