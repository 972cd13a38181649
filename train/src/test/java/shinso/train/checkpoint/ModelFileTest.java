package shinso.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;

/** Weights that go into another architecture. */
final class ModelFileTest {
  @TempDir Path folder;

  private Path saved() {
    Map<String, Param> model = new LinkedHashMap<>();
    model.put("body.weight", Param.of(Tensor.of(new float[] {1, 2}, 2)));
    model.put("head.weight", Param.of(Tensor.of(new float[] {3, 4, 5}, 3)));
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, model, Map.of());
    return file;
  }

  @Test
  void whatFitsIsLoadedAndTheRestIsSaid() {
    Param body = Param.of(Tensor.zeros(2));
    Param head = Param.of(Tensor.zeros(7));
    Param fresh = Param.of(Tensor.zeros(1));
    Map<String, Param> model = new LinkedHashMap<>();
    model.put("weight", body);
    model.put("fresh", fresh);
    Map<String, Param> other = new LinkedHashMap<>(model);
    other.put("head", head);
    ModelFile.Fit fit =
        ModelFile.loadFitting(
            saved(), other, name -> name.equals("head") ? "head.weight" : "body." + name);
    assertEquals(List.of("weight"), fit.loaded());
    assertEquals(
        List.of(
            "fresh: the file has no 'body.fresh'", "head: F32[3] in the file, F32[7] in the model"),
        fit.kept());
    assertEquals(List.of("head.weight"), fit.unused());
    assertArrayEquals(new float[] {1, 2}, body.value().toFloatArray());
    assertArrayEquals(new float[7], head.value().toFloatArray());
  }

  @Test
  void aFileOfWhichNothingFitsIsAnError() {
    Path file = saved();
    FileException e =
        assertThrows(
            FileException.class,
            () ->
                ModelFile.loadFitting(
                    file, Map.of("other", Param.of(Tensor.zeros(2))), name -> name));
    assertEquals(
        file + " has nothing that fits the model: it has body.weight, head.weight, the model other",
        e.getMessage());
  }

  @Test
  void aFileIsKnownAgainByItsChecksum() throws IOException {
    Map<String, Param> model = Map.of("w", Param.of(Tensor.of(new float[] {1, 2, 3, 4}, 4)));
    Path file = folder.resolve("model.safetensors");
    String sha256 = ModelFile.save(file, model, Map.of());
    Map<String, Param> other = Map.of("w", Param.of(Tensor.zeros(4)));
    ModelFile.load(file, other, sha256, "go");
    assertArrayEquals(
        new float[] {1, 2, 3, 4}, Objects.requireNonNull(other.get("w")).value().toFloatArray());

    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 6] ^= 1;
    Files.write(file, bytes);
    Map<String, Param> third = Map.of("w", Param.of(Tensor.zeros(4)));
    String message =
        assertThrows(FileException.class, () -> ModelFile.load(file, third, sha256, "go"))
            .getMessage();
    assertTrue(message.startsWith(file + " is damaged: its SHA-256 is "), message);
    assertTrue(message.endsWith(", but was " + sha256 + " when it was written; go"), message);
    assertArrayEquals(new float[4], Objects.requireNonNull(third.get("w")).value().toFloatArray());
    FileException e =
        assertThrows(
            FileException.class,
            () -> ModelFile.load(file, Map.of("v", Param.of(Tensor.zeros(4))), sha256, "go"));
    assertTrue(e.getMessage().contains("is of another architecture: "), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aFileWithoutAChecksumIsSearchedForWhatIsNoNumber(float value) {
    Map<String, Param> model = new LinkedHashMap<>();
    model.put("good", Param.of(Tensor.of(new float[] {1, 2}, 2)));
    model.put("bad.weight", Param.of(Tensor.of(new float[] {1, 2, value, 4}, 4)));
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, model, Map.of());
    Map<String, Param> other = new LinkedHashMap<>();
    other.put("good", Param.of(Tensor.zeros(2)));
    other.put("bad.weight", Param.of(Tensor.zeros(4)));
    String expected =
        "%s: the parameter 'bad.weight' is %s at position 2 of 4; the file is damaged or its training went wrong, take another one"
            .formatted(file, value);
    assertEquals(
        expected,
        assertThrows(FileException.class, () -> ModelFile.load(file, other)).getMessage());
    assertEquals(
        expected,
        assertThrows(FileException.class, () -> ModelFile.loadFitting(file, other, name -> name))
            .getMessage());
    assertArrayEquals(
        new float[2], Objects.requireNonNull(other.get("good")).value().toFloatArray());
    // What isn't taken may be anything.
    other.remove("bad.weight");
    assertEquals(List.of("good"), ModelFile.loadFitting(file, other, name -> name).loaded());
  }
}
