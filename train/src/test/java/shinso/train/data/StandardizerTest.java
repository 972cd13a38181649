package shinso.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.random.Rng;
import shinso.core.random.Threefry;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.train.checkpoint.ModelFile;
import shinso.train.file.FileException;

final class StandardizerTest {
  private static InMemoryDataset data(Shape shape, float... values) {
    return InMemoryDataset.of("d", List.of(Column.floats("x", shape, values)));
  }

  private static InMemoryDataset random(Shape shape, int size, long seed) {
    float[] values = new float[size * shape.size()];
    int[] key = Rng.of(seed).words();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1000 + i % 7 + 3 * Threefry.normal(key[0], key[1], i));
    }
    return data(shape, values);
  }

  private static float[] whole(Dataset data) {
    return data.batch(IntStream.range(0, data.size()).toArray()).getFirst().toFloatArray();
  }

  @Test
  void eachFeatureGetsMeanZeroAndDeviationOne() {
    Dataset train = data(Shape.of(2), 1, 100, 3, 300, 5, 500);
    Standardizer s = Standardizer.fit(train, 0, Standardizer.Per.FEATURE);
    assertArrayEquals(new float[] {3, 300}, s.arrays().get("mean"));
    float root = (float) Math.sqrt(8 / 3.0);
    assertArrayEquals(new float[] {root, 100 * root}, s.arrays().get("deviation"), 1e-4f);
    float a = 2 / root;
    assertArrayEquals(new float[] {-a, -a, 0, 0, a, a}, whole(s.apply(train, 0)), 1e-6f);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasFittedHasMeanZeroAndDeviationOne(Standardizer.Per per) {
    // More than one chunk, and a mean far from zero against its deviation.
    long seed = 11;
    Dataset train = random(Shape.of(3, 2), 1100, seed);
    Standardizer s = Standardizer.fit(train, 0, per);
    int groups = Objects.requireNonNull(s.arrays().get("mean")).length;
    assertEquals(Map.of("FEATURE", 6, "CHANNEL", 2, "FIELD", 1).get(per.name()), groups);
    float[] y = whole(s.apply(train, 0));
    for (int g = 0; g < groups; g++) {
      double sum = 0;
      double squares = 0;
      for (int i = g; i < y.length; i += groups) {
        sum += y[i];
        squares += (double) y[i] * y[i];
      }
      double n = y.length / (double) groups;
      assertEquals(0, sum / n, 1e-4, "seed " + seed);
      assertEquals(1, squares / n, 1e-4, "seed " + seed);
    }
  }

  @Test
  void constantFeaturesBecomeZero() {
    // In F32 the mean of many 0.1 is not 0.1, so the deviation is not quite 0.
    float[] values = new float[3000];
    for (int i = 0; i < values.length; i += 3) {
      values[i] = 0.1f;
      values[i + 1] = 0;
      values[i + 2] = i % 2;
    }
    Dataset train = data(Shape.of(3), values);
    Standardizer s = Standardizer.fit(train, 0, Standardizer.Per.FEATURE);
    assertArrayEquals(new float[] {1, 1, 0.5f}, s.arrays().get("deviation"), 1e-6f);
    float[] y = whole(s.apply(train, 0));
    for (int i = 0; i < y.length; i += 3) {
      assertEquals(0, y[i], 1e-6f);
      assertEquals(0, y[i + 1]);
      assertEquals(1, Math.abs(y[i + 2]), 1e-5f);
    }
  }

  @Test
  void otherPartsAreChangedByWhatTheTrainingPartSays() {
    Standardizer s = Standardizer.fit(data(Shape.of(1), 0, 2), 0, Standardizer.Per.FEATURE);
    Dataset test = s.apply(data(Shape.of(1), 101, 1), 0);
    assertArrayEquals(new float[] {100, 0}, whole(test));
    assertEquals("d, standardised", test.description());
  }

  @Test
  void otherFieldsAndLabelsStayAsTheyAre() {
    Dataset raw = DatasetTest.counting("c", 0, 9);
    Dataset y = Standardizer.fit(raw, 0, Standardizer.Per.CHANNEL).apply(raw, 0);
    assertArrayEquals(raw.labels(), y.labels());
    assertEquals(raw.fields(), y.fields());
    assertEquals(raw.classNames(), y.classNames());
    assertTrue(y.hasLabels());
    assertArrayEquals(new int[] {2, 1}, y.batch(new int[] {8, 1}).getLast().toIntArray());
  }

  @Test
  void aGraphDoesTheSameAndIsUndone() {
    Dataset train = random(Shape.of(2, 3), 40, 5);
    for (Standardizer.Per per : Standardizer.Per.values()) {
      Standardizer s = Standardizer.fit(train, 0, per);
      int[] some = {3, 1, 4};
      Tensor x = train.batch(some).getFirst();
      Tensor y = s.apply(x);
      float[] expected = s.apply(train, 0).batch(some).getFirst().toFloatArray();
      assertEquals(Shape.of(3, 2, 3), y.shape());
      assertArrayEquals(expected, y.toFloatArray(), 1e-5f, per.name());
      assertArrayEquals(x.toFloatArray(), s.invert(y).toFloatArray(), 1e-3f, per.name());
    }
  }

  @Test
  void whatWasSavedIsRestored() {
    Dataset train = random(Shape.of(4), 50, 3);
    Standardizer s = Standardizer.fit(train, 0, Standardizer.Per.FEATURE);
    Standardizer restored = Standardizer.ofArrays(s.arrays());
    assertArrayEquals(whole(s.apply(train, 0)), whole(restored.apply(train, 0)));
  }

  /** (4.52) and (4.53), fitted on the training part alone, in the file with the weights. */
  @Test
  @Tag("row-A12")
  void aLayerIsSavedWithTheModelAndNotTrained(@TempDir Path folder) {
    Dataset train = random(Shape.of(2, 3), 50, 5);
    Dataset test = random(Shape.of(2, 3), 20, 6);
    Standardizer s = Standardizer.fit(train, 0, Standardizer.Per.FEATURE);
    Network net = Network.of(2, 3).layer("inputs", s.layer()).flatten().dense(1).build(Rng.of(1));
    assertEquals(
        List.of("layers.dense1.weight", "layers.dense1.bias"),
        List.copyOf(Parameters.trainable(net).keySet()));
    Tensor x = test.whole().getFirst();
    float[] standardised = whole(s.apply(test, 0));
    assertArrayEquals(standardised, s.layer().forward(x, Pass.inference()).toFloatArray(), 1e-5f);
    assertArrayEquals(
        x.toFloatArray(),
        s.layer().inverse(s.layer().forward(x, Pass.inference())).toFloatArray(),
        1e-3f);

    // Another model, fitted to other data, is the first one once its file is read.
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, Parameters.all(net), Map.of());
    Network other =
        Network.of(2, 3)
            .layer("inputs", Standardizer.fit(test, 0, Standardizer.Per.FEATURE).layer())
            .flatten()
            .dense(1)
            .build(Rng.of(2));
    float[] expected = net.forward(x, Pass.inference()).toFloatArray();
    assertFalse(Arrays.equals(expected, other.forward(x, Pass.inference()).toFloatArray()));
    ModelFile.load(file, Parameters.all(other));
    assertArrayEquals(expected, other.forward(x, Pass.inference()).toFloatArray());
  }

  @Test
  void whatIsNotAStandardizerIsNotRestored() {
    assertThrows(DataException.class, () -> Standardizer.ofArrays(Map.of("mean", new float[1])));
    assertThrows(
        DataException.class,
        () -> Standardizer.ofArrays(Map.of("mean", new float[2], "deviation", new float[] {1})));
    assertThrows(
        DataException.class,
        () -> Standardizer.ofArrays(Map.of("mean", new float[1], "deviation", new float[1])));
    assertThrows(
        DataException.class,
        () ->
            Standardizer.ofArrays(
                Map.of("mean", new float[] {Float.NaN}, "deviation", new float[] {1})));
  }

  @Test
  void aShapeThatWasNotFittedIsRefused() {
    Standardizer s = Standardizer.fit(data(Shape.of(2), 1, 2, 3, 4), 0, Standardizer.Per.FEATURE);
    Dataset wide = data(Shape.of(3), 1, 2, 3);
    String message =
        assertThrows(IllegalArgumentException.class, () -> s.apply(wide, 0)).getMessage();
    assertEquals(
        "standardizer: fitted to 2 elements, which are not the last axes of a batch of shape [1,"
            + " 3]",
        message);
  }

  @Test
  void nothingAndIntegersCannotBeFitted() {
    Dataset data = data(Shape.of(1), 1, 2);
    assertThrows(
        DataException.class, () -> Standardizer.fit(data.limit(0), 0, Standardizer.Per.FEATURE));
    assertThrows(
        IllegalArgumentException.class,
        () -> Standardizer.fit(DatasetTest.counting("c", 0, 3), 1, Standardizer.Per.FEATURE));
  }

  @Test
  void notANumberIsAnErrorWithItsPlace() {
    // A data set of somebody else's, which doesn't check what it holds.
    Dataset careless =
        new Dataset() {
          @Override
          public int size() {
            return 3;
          }

          @Override
          public List<Field> fields() {
            return List.of(new Field("x", Shape.of(2), DType.F32));
          }

          @Override
          public List<Tensor> batch(int[] indices) {
            float[] x = new float[2 * indices.length];
            for (int i = 0; i < indices.length; i++) {
              x[2 * i + 1] = indices[i] == 2 ? Float.NaN : 1;
            }
            return List.of(Tensor.of(x, indices.length, 2));
          }

          @Override
          public String description() {
            return "careless";
          }
        };
    String message =
        assertThrows(
                DataException.class, () -> Standardizer.fit(careless, 0, Standardizer.Per.FEATURE))
            .getMessage();
    assertEquals(
        "careless: element 1 of example 2 of 'x' is NaN; remove the example or fill it in",
        message);
  }

  @Test
  void filesGiveTheSameBits(@TempDir Path folder) throws IOException {
    Standardizer s = Standardizer.fit(random(Shape.of(5), 40, 3), 0, Standardizer.Per.FEATURE);
    Path file = folder.resolve("scale.json");
    s.save(file);
    Map<String, float[]> read = Standardizer.load(file).arrays();
    s.arrays().forEach((name, values) -> assertArrayEquals(values, read.get(name)));
    Files.writeString(file, "{\"mean\": [1], \"deviation\": [\"x\"]}");
    assertEquals(
        file + " is corrupt: element 0 of 'deviation' is not a number",
        assertThrows(FileException.class, () -> Standardizer.load(file)).getMessage());
    Files.writeString(file, "{\"mean\": [1], \"deviation\": [0]}");
    assertThrows(DataException.class, () -> Standardizer.load(file));
    Files.writeString(file, "{\"mean\": [1]}");
    assertEquals(
        file + " is corrupt: 'deviation' is missing or not a list",
        assertThrows(FileException.class, () -> Standardizer.load(file)).getMessage());
  }
}
