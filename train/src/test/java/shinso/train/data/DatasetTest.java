package shinso.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

final class DatasetTest {
  private static final List<String> COLOURS = List.of("red", "green", "blue");

  /** Example i has the features (10 i, 10 i + 1) and the label i mod 3. */
  static InMemoryDataset counting(String description, int from, int to) {
    float[] x = new float[2 * (to - from)];
    int[] t = new int[to - from];
    for (int i = 0; i < t.length; i++) {
      x[2 * i] = 10 * (from + i);
      x[2 * i + 1] = 10 * (from + i) + 1;
      t[i] = (from + i) % 3;
    }
    return InMemoryDataset.of(
        description,
        List.of(Column.floats("x", Shape.of(2), x), Column.labels("t", t, 3)),
        COLOURS);
  }

  @Test
  void bytesAreScaledToTheUnitInterval() {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    Tensor x = Column.bytes("image", Shape.of(16, 16, 1), all).gather(new int[] {0});
    assertEquals(Shape.of(1, 16, 16, 1), x.shape());
    assertEquals(DType.F32, x.dtype());
    float[] values = x.toFloatArray();
    for (int i = 0; i < 256; i++) {
      assertEquals(i / 255f, values[i]);
    }
  }

  @Test
  void aBatchHasTheExamplesThatWereAskedForInTheirOrder() {
    List<Tensor> batch = counting("c", 0, 9).batch(new int[] {7, 0, 7});
    assertArrayEquals(new float[] {70, 71, 0, 1, 70, 71}, batch.get(0).toFloatArray());
    assertArrayEquals(new int[] {1, 0, 1}, batch.get(1).toIntArray());
    assertEquals(Shape.of(3, 2), batch.get(0).shape());
    assertEquals(Shape.of(3), batch.get(1).shape());
  }

  @Test
  void fieldsMayBeLeftOut() {
    Dataset data = counting("c", 0, 9);
    Dataset inputs = data.fields(0);
    assertEquals(data.fields().subList(0, 1), inputs.fields());
    assertFalse(inputs.hasLabels());
    assertEquals(List.of(), inputs.classNames());
    assertEquals(1, inputs.batch(new int[] {3, 4}).size());
    assertArrayEquals(new float[] {30, 31}, inputs.batch(new int[] {3}).getFirst().toFloatArray());
    assertEquals("x of c", inputs.description());
    Dataset labels = data.fields(1);
    assertArrayEquals(data.labels(), labels.labels());
    assertEquals(COLOURS, labels.classNames());
    assertEquals(3, data.fields(1, 0, 1).fields().size());
    assertThrows(IllegalArgumentException.class, () -> data.fields(new int[0]));
  }

  @Test
  void aBootstrapSampleIsDrawnWithReplacement() {
    Dataset data = counting("c", 0, 10_000);
    Dataset sample = data.bootstrap(Rng.of(3));
    assertEquals(10_000, sample.size());
    int[] first = numbers(sample);
    assertArrayEquals(first, numbers(data.bootstrap(Rng.of(3))));
    assertFalse(Arrays.equals(first, numbers(data.bootstrap(Rng.of(4)))));
    // Each example is missing with probability (1 - 1/n)^n; the number has a deviation of 31.
    double different = Arrays.stream(first).distinct().count() / 1e4;
    assertEquals(1 - Math.exp(-1), different, 0.013);
    assertEquals(4_999.5, Arrays.stream(first).average().orElseThrow(), 4 * 28.9);
  }

  private static int[] numbers(Dataset data) {
    float[] x = data.whole().getFirst().toFloatArray();
    return IntStream.range(0, data.size()).map(i -> Math.round(x[2 * i] / 10)).toArray();
  }

  @Test
  void anIndexOutsideIsRefused() {
    Dataset data = counting("c", 0, 9);
    assertThrows(IndexOutOfBoundsException.class, () -> data.batch(new int[] {9}));
    assertThrows(IndexOutOfBoundsException.class, () -> data.batch(new int[] {-1}));
    assertThrows(IndexOutOfBoundsException.class, () -> data.subset(new int[] {0, 9}));
    assertThrows(IndexOutOfBoundsException.class, () -> data.limit(2).batch(new int[] {2}));
  }

  @Test
  void aSubsetOfASubsetFindsItsExamples() {
    Dataset data = counting("c", 0, 20).subset(new int[] {19, 3, 5, 7}).subset(new int[] {2, 0});
    assertEquals(2, data.size());
    assertArrayEquals(new int[] {2, 1}, data.labels());
    assertArrayEquals(
        new float[] {190, 191, 50, 51}, data.batch(new int[] {1, 0}).getFirst().toFloatArray());
    assertEquals(COLOURS, data.classNames());
    assertEquals("2 of the 20 of c", data.description());
  }

  @Test
  void aLimitTakesTheFirstExamples() {
    Dataset data = counting("c", 0, 9);
    assertArrayEquals(new int[] {0, 1, 2, 0}, data.limit(4).labels());
    assertSame(data, data.limit(9));
    assertSame(data, data.limit(100));
    assertEquals(0, data.limit(0).size());
    assertThrows(IllegalArgumentException.class, () -> data.limit(-1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void joinedPartsAreTheSameAsOneWhole(long seed) {
    Dataset whole = counting("all", 0, 17);
    Dataset joined =
        Dataset.concat(
            List.of(
                counting("a", 0, 5),
                counting("b", 5, 5),
                counting("c", 5, 16),
                counting("d", 16, 17)));
    assertEquals(17, joined.size());
    assertArrayEquals(whole.labels(), joined.labels());
    assertEquals("a + b + c + d", joined.description());
    int[] order = Shuffle.permutation(17, Rng.of(seed));
    for (int size = 0; size <= 17; size++) {
      int[] indices = Arrays.copyOf(order, size);
      List<Tensor> expected = whole.batch(indices);
      List<Tensor> actual = joined.batch(indices);
      String message = "seed " + seed + ", size " + size;
      assertArrayEquals(expected.get(0).toFloatArray(), actual.get(0).toFloatArray(), message);
      assertArrayEquals(expected.get(1).toIntArray(), actual.get(1).toIntArray(), message);
      assertEquals(expected.get(0).shape(), actual.get(0).shape());
    }
  }

  @Test
  void partsThatDifferAreNotJoined() {
    Dataset other = InMemoryDataset.of("o", List.of(Column.floats("x", Shape.of(3), new float[3])));
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Dataset.concat(List.of(counting("c", 0, 3), other)));
    assertTrue(e.toString().contains("the fields differ"), e.toString());
    assertThrows(IllegalArgumentException.class, () -> Dataset.concat(List.of()));
  }

  @Test
  void labelsAreCounted() {
    assertArrayEquals(new int[] {4, 3, 3}, counting("c", 0, 10).labelCounts());
    assertArrayEquals(new int[] {1, 0, 0}, counting("c", 0, 10).limit(1).labelCounts());
  }

  @Test
  void withoutLabelsAskingForThemIsAnError() {
    Dataset data =
        InMemoryDataset.of("sizes.csv", List.of(Column.floats("x", Shape.of(1), new float[4])));
    assertFalse(data.hasLabels());
    String message = assertThrows(DataException.class, data::labels).getMessage();
    assertEquals("sizes.csv: there are no class labels: the last field, 'x', is F32[1]", message);
  }

  @Test
  void labelsOutOfRangeAreAnError() {
    String message =
        assertThrows(DataException.class, () -> Column.labels("kind", new int[] {0, 2, 3, 1}, 3))
            .getMessage();
    assertEquals(
        "kind: the label 3 of example 2 is not in 0 to 2; are these the right classes?", message);
    assertThrows(DataException.class, () -> Column.labels("kind", new int[] {-1}, 3));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void valuesThatAreNotFiniteAreAnError(float bad) {
    float[] values = new float[12];
    values[7] = bad;
    String message =
        assertThrows(DataException.class, () -> Column.floats("x", Shape.of(4), values))
            .getMessage();
    assertEquals(
        "x: element 3 of example 1 is " + bad + "; remove the example or fill the value in",
        message);
  }

  @Test
  void columnsMustFitTogether() {
    Column four = Column.floats("x", Shape.of(1), new float[4]);
    Column three = Column.labels("t", new int[3], 2);
    assertThrows(
        IllegalArgumentException.class, () -> InMemoryDataset.of("d", List.of(four, three)));
    assertThrows(
        IllegalArgumentException.class,
        () -> InMemoryDataset.of("d", List.of(four), List.of("a", "b")));
    assertThrows(IllegalArgumentException.class, () -> InMemoryDataset.of("d", List.of()));
    assertThrows(IllegalArgumentException.class, () -> Column.bytes("x", Shape.of(3), new byte[4]));
  }

  @Test
  void integersOfAnyShapeAreKept() {
    Column words = Column.integers("words", Shape.of(3), IntStream.range(0, 12).toArray());
    assertArrayEquals(new int[] {9, 10, 11, 0, 1, 2}, words.gather(new int[] {3, 0}).toIntArray());
  }
}
