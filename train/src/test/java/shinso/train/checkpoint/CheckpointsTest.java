package shinso.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;

class CheckpointsTest {
  @TempDir private Path folder;

  private static Map<String, Tensor> tensors(double value) {
    Map<String, Tensor> t = new LinkedHashMap<>();
    t.put("dense.weight", Tensor.full(Shape.of(2, 3), value).evaluate());
    t.put("dense.bias", Tensor.full(Shape.of(3), -value).evaluate());
    return t;
  }

  private static Checkpoint checkpoint(long step, @Nullable Long best) {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("epoch", Long.toString(step / 10));
    notes.put("sum", "0.1");
    return new Checkpoint(
        step,
        best,
        tensors((double) step),
        Map.of("adam.step", Tensor.scalar((double) step)),
        notes);
  }

  @Test
  void whatIsSavedIsLoaded() {
    Checkpoints checkpoints = Checkpoints.in(folder.resolve("checkpoints"), 2);
    assertNull(checkpoints.newest());
    Path file = checkpoints.save(checkpoint(1200, 400L));
    assertEquals("step-00001200.safetensors", file.getFileName().toString());
    Checkpoints.Loaded loaded = newest(Checkpoints.in(folder.resolve("checkpoints"), 2));
    assertEquals(List.of(), loaded.problems());
    Checkpoint c = loaded.checkpoint();
    assertEquals(1200, c.step());
    assertEquals(400L, c.best());
    assertEquals(Map.of("epoch", "120", "sum", "0.1"), c.notes());
    assertEquals(List.of("dense.weight", "dense.bias"), List.copyOf(c.model().keySet()));
    Tensor weight = c.model().get("dense.weight");
    assertNotNull(weight);
    assertArrayEquals(new float[] {1200, 1200, 1200, 1200, 1200, 1200}, weight.toFloatArray());
    assertEquals(List.of("adam.step"), List.copyOf(c.state().keySet()));
  }

  @Test
  void theLatestAndTheBestStay() throws IOException {
    Checkpoints checkpoints = Checkpoints.in(folder, 2);
    checkpoints.save(checkpoint(10, 10L));
    checkpoints.save(checkpoint(20, 20L));
    checkpoints.save(checkpoint(30, 20L));
    checkpoints.save(checkpoint(40, 20L));
    assertEquals(List.of(20L, 30L, 40L), checkpoints.steps());
    checkpoints.save(checkpoint(50, 50L));
    // 40 may still be needed, and it needs 20
    assertEquals(List.of(20L, 40L, 50L), checkpoints.steps());
    checkpoints.save(checkpoint(60, 50L));
    assertEquals(List.of(50L, 60L), checkpoints.steps());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(4, files.count());
    }
  }

  @Test
  void aDamagedOneIsPassedOverAndSaidSo() throws IOException {
    long seed = 5;
    Random random = new Random(seed);
    Checkpoints checkpoints = Checkpoints.in(folder, 3);
    checkpoints.save(checkpoint(10, null));
    checkpoints.save(checkpoint(20, null));
    for (String name : new String[] {"step-00000020.safetensors", "step-00000020.json"}) {
      Path file = folder.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int round = 0; round < 150; round++) {
        byte[] broken =
            round % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
        if (round % 3 != 0) {
          broken[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
        }
        Files.write(file, broken);
        Checkpoints.Loaded loaded = newest(checkpoints);
        String hint = "seed " + seed + ", round " + round + " of " + name;
        if (name.endsWith(".json") && loaded.problems().isEmpty()) {
          // Summaries are for people: only the checksum in them counts.
          assertEquals(20, loaded.checkpoint().step(), hint);
        } else {
          assertEquals(1, loaded.problems().size(), hint);
          String problem = loaded.problems().getFirst();
          assertEquals(1, problem.lines().count(), hint);
          assertTrue(problem.contains("step-00000020"), hint + ": " + problem);
          assertEquals(10, loaded.checkpoint().step(), hint);
        }
      }
      Files.write(file, whole);
    }
    assertEquals(20, newest(checkpoints).checkpoint().step());
  }

  @Test
  void messagesOfDamage() throws IOException {
    Checkpoints checkpoints = Checkpoints.in(folder, 3);
    Path file = checkpoints.save(checkpoint(7, null));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 4));
    String truncated = problem(checkpoints);
    assertTrue(
        truncated.startsWith(file + " is truncated: its tensors have 40 bytes, 36 are there"),
        truncated);
    assertTrue(truncated.endsWith("; remove the folder " + folder + " to start again"), truncated);
    byte[] broken = whole.clone();
    broken[whole.length - 1] ^= 1;
    Files.write(file, broken);
    assertTrue(problem(checkpoints).startsWith(file + " is corrupt: its SHA-256 is "));
    Files.delete(file);
    assertTrue(problem(checkpoints).startsWith("can't read " + file + ": there is no such file"));
    Files.createDirectory(file);
    assertTrue(problem(checkpoints).startsWith("can't read " + file + ": "));
  }

  @Test
  void oneOfAnotherStepUnderThisName() throws IOException {
    Checkpoints checkpoints = Checkpoints.in(folder, 3);
    checkpoints.save(checkpoint(7, null));
    for (String end : new String[] {".json", ".safetensors"}) {
      Files.copy(folder.resolve("step-00000007" + end), folder.resolve("step-00000008" + end));
    }
    assertEquals(
        List.of(folder.resolve("step-00000008.safetensors") + " is not the checkpoint of step 8"),
        newest(checkpoints).problems());
  }

  @Test
  void aDamagedLaterOneGoesWhenItsStepIsReachedAgain() throws IOException {
    Checkpoints checkpoints = Checkpoints.in(folder, 2);
    checkpoints.save(checkpoint(10, null));
    Path later = checkpoints.save(checkpoint(20, null));
    Files.write(later, new byte[3]);
    assertEquals(10, newest(checkpoints).checkpoint().step());
    checkpoints.save(checkpoint(15, null));
    assertEquals(List.of(10L, 15L), checkpoints.steps());
  }

  @Test
  void halfWrittenOnesDontExist() throws IOException {
    Checkpoints.in(folder, 2).save(checkpoint(10, null));
    Files.writeString(folder.resolve(".step-00000020.safetensors.tmp"), "x");
    Files.copy(
        folder.resolve("step-00000010.safetensors"), folder.resolve("step-00000020.safetensors"));
    Checkpoints.Loaded loaded = newest(Checkpoints.in(folder, 2));
    assertEquals(10, loaded.checkpoint().step());
    assertEquals(List.of(), loaded.problems());
    assertTrue(Files.notExists(folder.resolve(".step-00000020.safetensors.tmp")));
  }

  @Test
  void restoreIsAllOrNothing() {
    Map<String, Param> model = new LinkedHashMap<>();
    model.put("dense.weight", Param.of(Tensor.zeros(2, 3)));
    model.put("dense.bias", Param.of(Tensor.zeros(3)));
    Map<String, Param> state = Map.of("adam.step", Param.of(Tensor.scalar(0)));
    Checkpoint c = checkpoint(5, null);
    c.restore(model, state);
    assertArrayEquals(new float[] {-5, -5, -5}, value(model, "dense.bias"));

    model.put("dense.bias", Param.of(Tensor.zeros(4)));
    model.put("dense.weight", Param.of(Tensor.zeros(2, 3)));
    model.put("more", Param.of(Tensor.of(new int[] {3}, 1)));
    FileException e = assertThrows(FileException.class, () -> c.restore(model, Map.of()));
    assertEquals(
        "the checkpoint of step 5 is of another architecture: dense.bias is F32[3] in it, but"
            + " F32[4] in the model; more is not in it; optimizer/adam.step F32[] is not in the"
            + " model",
        e.getMessage());
    assertArrayEquals(new float[6], value(model, "dense.weight"));
  }

  @Test
  void longListsOfDifferencesAreCut() {
    Map<String, Param> model = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      model.put("layer" + i, Param.of(Tensor.zeros(1)));
    }
    FileException e =
        assertThrows(FileException.class, () -> checkpoint(5, null).restore(model, Map.of()));
    assertEquals(
        "the checkpoint of step 5 is of another architecture: layer0 is not in it; layer1 is not in"
            + " it; layer2 is not in it; layer3 is not in it; and 9 more",
        e.getMessage());
  }

  @Test
  void models() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Map<String, Param> model = new LinkedHashMap<>();
    model.put("w", Param.of(Tensor.of(new float[] {1, 2}, 2)));
    model.put("n", Param.of(Tensor.of(new int[] {3}, 1)));
    ModelFile.save(file, model, Map.of("recipe", "digits"));
    byte[] bytes = Files.readAllBytes(file);
    Map<String, Param> other = new LinkedHashMap<>();
    other.put("n", Param.of(Tensor.of(new int[] {0}, 1)));
    other.put("w", Param.of(Tensor.zeros(2)));
    ModelFile.load(file, other);
    assertArrayEquals(new float[] {1, 2}, value(other, "w"));
    ModelFile.save(file, model, Map.of("recipe", "digits"));
    assertArrayEquals(bytes, Files.readAllBytes(file));
    other.put("w", Param.of(Tensor.of(new double[2])));
    FileException e = assertThrows(FileException.class, () -> ModelFile.load(file, other));
    assertEquals(
        file + " is of another architecture: w is F32[2] in it, but F64[2] in the model",
        e.getMessage());
  }

  private static float[] value(Map<String, Param> params, String name) {
    Param p = params.get(name);
    assertNotNull(p);
    return p.value().toFloatArray();
  }

  private static Checkpoints.Loaded newest(Checkpoints checkpoints) {
    Checkpoints.Loaded loaded = checkpoints.newest();
    assertNotNull(loaded);
    return loaded;
  }

  private static String problem(Checkpoints checkpoints) {
    return assertThrows(FileException.class, checkpoints::newest).getMessage();
  }
}
