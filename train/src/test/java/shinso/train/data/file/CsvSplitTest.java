package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.Split;

/** Rows are shared out before anything is fitted. */
final class CsvSplitTest {
  /** Returns a table whose column x counts, and whose column c has one row in four of class b. */
  private static CsvFile counting(int rows) {
    List<List<String>> texts = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      texts.add(List.of(String.valueOf(i), i % 4 == 0 ? "b" : "a"));
    }
    return CsvFile.of("counting", List.of("x", "c"), texts);
  }

  private static List<Integer> numbers(CsvFile file) {
    return IntStream.range(0, file.size()).mapToObj(i -> Integer.valueOf(file.text(i, 0))).toList();
  }

  private static float[] column(Dataset data, int field) {
    return data.batch(IntStream.range(0, data.size()).toArray()).get(field).toFloatArray();
  }

  @Test
  void eachRowIsInOnePart() {
    CsvFile table = counting(100);
    CsvSplit rows = CsvSplit.random(table, 0.1, 0.2, 7);
    assertEquals(70, rows.train().size());
    assertEquals(10, rows.validation().size());
    assertEquals(20, rows.test().size());
    List<Integer> all = new ArrayList<>();
    for (CsvFile part : List.of(rows.train(), rows.validation(), rows.test())) {
      List<Integer> numbers = numbers(part);
      assertEquals(numbers.stream().sorted().toList(), numbers, "rows keep their order");
      all.addAll(numbers);
    }
    assertEquals(numbers(table), all.stream().sorted().toList());
    assertEquals(numbers(rows.test()), numbers(CsvSplit.random(table, 0.1, 0.2, 7).test()));
    assertNotEquals(numbers(rows.test()), numbers(CsvSplit.random(table, 0.1, 0.2, 8).test()));
  }

  @Test
  void classesMayKeepTheirProportion() {
    CsvSplit rows = CsvSplit.stratified(counting(80), "c", 0.25, 0.25, 1);
    for (CsvFile part : List.of(rows.validation(), rows.test())) {
      assertEquals(20, part.size());
      assertEquals(5, IntStream.range(0, 20).filter(i -> part.text(i, 1).equals("b")).count());
    }
    assertEquals(40, rows.train().size());
  }

  @Test
  void timeMayDecide() {
    CsvSplit rows = CsvSplit.inOrder(counting(10), 0.2, 0.3);
    assertEquals(List.of(0, 1, 2, 3, 4), numbers(rows.train()));
    assertEquals(List.of(5, 6), numbers(rows.validation()));
    assertEquals(List.of(7, 8, 9), numbers(rows.test()));
  }

  @Test
  void somethingMustBeLeftForTraining() {
    assertEquals(
        "counting: no row is left for training; take smaller parts for the rest",
        assertThrows(DataException.class, () -> CsvSplit.random(counting(10), 0.5, 0.5, 1))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> CsvSplit.inOrder(counting(10), 0.5, 0.6));
  }

  @Test
  void nothingIsLearnedFromTheOtherParts() {
    CsvFile table =
        CsvFile.of(
            "t",
            List.of("x", "c", "y"),
            List.of(
                List.of("1", "a", "10"),
                List.of("3", "b", "30"),
                List.of("", "b", "20"),
                List.of("1000", "new", "5000")));
    CsvSplit rows = CsvSplit.inOrder(table, 0, 0.25);
    CsvSchema schema =
        CsvSchema.regression("y")
            .oneHot("c")
            .missing(CsvSchema.Missing.MEAN)
            .standardizing()
            .standardizingTargets();
    CsvEncoder encoder = schema.unseen(CsvSchema.Unseen.OTHER).fit(rows);
    assertEquals(List.of("x", "c=a", "c=b"), encoder.featureNames());
    Split data = encoder.encode(rows);
    // The mean of 1, 3 and the 2 that is filled in is 2, their deviation the root of 2/3.
    float d = (float) Math.sqrt(2 / 3.0);
    assertArrayEquals(
        new float[] {-1 / d, 1, 0, 1 / d, 0, 1, 0, 0, 1}, column(data.train(), 0), 1e-6f);
    assertArrayEquals(new float[] {998 / d, 0, 0}, column(data.test(), 0), 1e-3f);
    assertArrayEquals(
        new float[] {10, 30, 20},
        encoder.restoreTargets(data.train().batch(new int[] {0, 1, 2}).get(1)).toFloatArray(),
        1e-5f);
    assertEquals(0, data.validation().size());
    assertEquals(
        "t: line 4, column 'c': 'new' is none of the categories that were fitted: [a, b]",
        assertThrows(DataException.class, () -> schema.fit(rows).encode(rows)).getMessage());
  }

  @Test
  void aTargetIsNoFeature() {
    assertEquals(
        "counting: the column 'x' is the target and can't be a feature as well",
        assertThrows(
                DataException.class,
                () -> CsvSchema.regression("x").features("x").fit(CsvSplit.whole(counting(3))))
            .getMessage());
  }
}
