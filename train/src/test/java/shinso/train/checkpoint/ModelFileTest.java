package shinso.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
