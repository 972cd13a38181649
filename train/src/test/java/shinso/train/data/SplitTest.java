package shinso.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;

final class SplitTest {
  /** Returns which examples of {@link DatasetTest#counting} a part has. */
  private static List<Integer> members(Dataset part) {
    float[] x = part.batch(IntStream.range(0, part.size()).toArray()).getFirst().toFloatArray();
    return IntStream.range(0, part.size()).mapToObj(i -> (int) x[2 * i] / 10).toList();
  }

  private static List<Integer> allMembers(Split split) {
    List<Integer> all = new ArrayList<>(members(split.train()));
    all.addAll(members(split.validation()));
    all.addAll(members(split.test()));
    return all.stream().sorted().toList();
  }

  private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 77, -5, Long.MIN_VALUE})
  void everyExampleIsInExactlyOnePart(long seed) {
    Split split = Split.random(DatasetTest.counting("c", 0, 100), 0.15, 0.25, seed);
    assertEquals(60, split.train().size());
    assertEquals(15, split.validation().size());
    assertEquals(25, split.test().size());
    assertEquals(HUNDRED, allMembers(split), "seed " + seed);
    assertEquals(members(split.train()).stream().sorted().toList(), members(split.train()));
  }

  @Test
  void aSplitDependsOnTheSeedOnly() {
    Dataset data = DatasetTest.counting("c", 0, 100);
    List<Integer> one = members(Split.random(data, 0, 0.3, 1).test());
    assertEquals(one, members(Split.random(data, 0, 0.3, 1).test()));
    assertFalse(one.equals(members(Split.random(data, 0, 0.3, 2).test())));
    // Pinned: a split that changes between versions mixes test examples into training.
    assertEquals(List.of(3, 5, 7, 10, 11), one.subList(0, 5));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void aStratifiedSplitKeepsTheProportionsOfTheClasses(long seed) {
    int[] labels = new int[200];
    Arrays.fill(labels, 0, 120, 0);
    Arrays.fill(labels, 120, 190, 1);
    Arrays.fill(labels, 190, 200, 2);
    Dataset data =
        InMemoryDataset.of(
            "d",
            List.of(Column.floats("x", Shape.of(1), new float[200]), Column.labels("t", labels, 3)),
            List.of("a", "b", "c"));
    Split split = Split.stratified(data, 0.1, 0.2, seed);
    assertArrayEquals(new int[] {12, 7, 1}, split.validation().labelCounts());
    assertArrayEquals(new int[] {24, 14, 2}, split.test().labelCounts());
    assertArrayEquals(new int[] {84, 49, 7}, split.train().labelCounts());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void aStratifiedSplitLosesNoExample(long seed) {
    Split split = Split.stratified(DatasetTest.counting("c", 0, 100), 0.17, 0.31, seed);
    assertEquals(17, split.validation().size());
    assertEquals(31, split.test().size());
    assertEquals(HUNDRED, allMembers(split), "seed " + seed);
  }

  @Test
  void validationIsTakenFromTheTrainingPart() {
    Dataset test = DatasetTest.counting("c", 100, 110);
    Split split = Split.of(DatasetTest.counting("c", 0, 100), test);
    assertEquals(0, split.validation().size());
    for (Split held : List.of(split.withValidation(30, 3), split.withStratifiedValidation(30, 3))) {
      assertEquals(70, held.train().size());
      assertEquals(30, held.validation().size());
      assertEquals(members(test), members(held.test()));
      assertEquals(HUNDRED, allMembers(new Split(held.train(), held.validation(), test.limit(0))));
      assertThrows(IllegalStateException.class, () -> held.withValidation(1, 3));
      Split joined = held.withValidationInTraining();
      assertEquals(0, joined.validation().size());
      assertEquals(HUNDRED, members(joined.train()).stream().sorted().toList());
    }
    assertThrows(IllegalArgumentException.class, () -> split.withValidation(100, 3));
    assertThrows(IllegalArgumentException.class, () -> split.withValidation(-1, 3));
  }

  @Test
  void impossibleFractionsAreRefused() {
    Dataset data = DatasetTest.counting("c", 0, 10);
    assertThrows(IllegalArgumentException.class, () -> Split.random(data, 0.6, 0.6, 1));
    assertThrows(IllegalArgumentException.class, () -> Split.random(data, -0.1, 0.6, 1));
    assertThrows(IllegalArgumentException.class, () -> Split.random(data, Double.NaN, 0.6, 1));
    // Both round up, and must not take more than there is.
    assertEquals(0, Split.random(DatasetTest.counting("c", 0, 5), 0.5, 0.5, 1).train().size());
  }

  @Test
  void partsMustHaveTheSameFields() {
    Dataset other = InMemoryDataset.of("o", List.of(Column.floats("x", Shape.of(1), new float[1])));
    assertThrows(
        IllegalArgumentException.class, () -> Split.of(DatasetTest.counting("c", 0, 3), other));
  }

  @Test
  void aSplitIsLimitedAndDescribed() {
    Split split = Split.random(DatasetTest.counting("c", 0, 100), 0.2, 0.2, 1).limit(5, 4, 3);
    assertEquals(
        List.of(5, 4, 3),
        List.of(split.train().size(), split.validation().size(), split.test().size()));
    assertTrue(split.description().contains("test 3: 3 of the 100 of c"), split.description());
    assertEquals(2, split.map(part -> part.limit(2)).train().size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void seatsAddUpAndNoGroupGetsMoreThanItHas(long seed) {
    var generator = Rng.of(seed).generator();
    int[] sizes = IntStream.range(0, 12).map(_ -> (int) (generator.nextLong() >>> 60)).toArray();
    int total = IntStream.of(sizes).sum();
    for (int seats = 0; seats <= total; seats++) {
      int[] quota = Quota.of(sizes, seats);
      assertEquals(seats, IntStream.of(quota).sum(), "seed " + seed);
      for (int i = 0; i < sizes.length; i++) {
        assertTrue(quota[i] >= 0 && quota[i] <= sizes[i], "seed " + seed);
        assertEquals(sizes[i] * (double) seats / total, quota[i], 1.0, "seed " + seed);
      }
    }
  }

  @Test
  void aPartThatIsAskedForIsNotEmpty() {
    Dataset four = DatasetTest.counting("c", 0, 4);
    String description = four.description();
    assertEquals(
        description
            + ": a fraction of 0.1 of 4 examples for validation is none; take a larger one, or 0"
            + " for no such part",
        assertThrows(DataException.class, () -> Split.random(four, 0.1, 0, 1)).getMessage());
    assertThrows(DataException.class, () -> Split.stratified(four, 0.5, 0.1, 1));
    assertEquals(0, Split.random(four, 0, 0.5, 1).validation().size());
  }
}
