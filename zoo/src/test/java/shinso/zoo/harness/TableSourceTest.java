package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;

final class TableSourceTest {
  private static Split rows(int train, int test) {
    InMemoryDataset all =
        InMemoryDataset.of(
            "rows",
            List.of(
                Column.floats("features", Shape.of(1), new float[train + test]),
                Column.labels("label", labels(train + test), 2)),
            List.of("a", "b"));
    return Split.of(all.limit(train), all.subset(range(train, train + test)));
  }

  private static int[] labels(int n) {
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % 5 == 0 ? 1 : 0;
    }
    return labels;
  }

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  private static TableSource source(int train, int test) {
    return new TableSource(
        DataSource.generated("rows", () -> rows(train, test)), List.of("x"), List.of("a", "b"), .2);
  }

  @Test
  void aFifthIsHeldOutWithClassesInProportion() {
    Split split = source(50, 0).load();
    assertArrayEquals(new int[] {32, 8}, split.train().labelCounts());
    assertArrayEquals(new int[] {8, 2}, split.test().labelCounts());
    assertArrayEquals(split.test().labels(), source(50, 0).load().test().labels());
    assertEquals(50, source(50, 0).whole().load().train().size());
  }

  @Test
  void partsThatWerePublishedStay() {
    assertEquals(10, source(50, 10).load().test().size());
    assertEquals(10, source(50, 10).whole().load().test().size());
  }

  @Test
  void fractionsAreChecked() {
    TableSource good = source(5, 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> new TableSource(good.source(), List.of(), List.of(), 1));
  }

  @Test
  void realTables() {
    assumeTrue(TableSource.IRIS.isHere(), "iris is not there");
    assertArrayEquals(new int[] {10, 10, 10}, TableSource.IRIS.load().test().labelCounts());
    assertEquals(4, TableSource.IRIS.featureNames().size());
    assertEquals(88, TableSource.DIABETES.load().test().size());
  }
}
