package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.verify.bench.ScalingCommand.Point;
import shinso.verify.bench.ScalingCommand.Sweep;

final class ScalingTest {
  @ParameterizedTest
  @EnumSource
  void everyPointIsAWorkloadThatGrows(Sweep sweep) {
    for (String pattern : ScalingCommand.patterns(sweep)) {
      List<Point> points = ScalingCommand.points(sweep, pattern);
      assertTrue(points.size() > 3, pattern);
      double before = 0;
      for (Point p : points) {
        double flops = Work.of(p.workload()).flops();
        assertTrue(flops > before, p.toString());
        before = flops;
      }
    }
  }

  @Test
  void depthIsTheNumberOfHiddenLayers() {
    List<Point> points =
        ScalingCommand.points(Sweep.DEPTH, ScalingCommand.patterns(Sweep.DEPTH).getFirst());
    assertEquals("mlp:batch=128,sizes=256-256-256-10", points.get(1).workload().text());
  }

  @Test
  void costsAreComparedWithTheLeast() {
    List<Point> points =
        List.of(
            new Point("1", Workload.parse("mlp:batch=1,sizes=10-10"), 1),
            new Point("2", Workload.parse("mlp:batch=2,sizes=10-10"), 2),
            new Point("4", Workload.parse("mlp:batch=4,sizes=10-10"), 4));
    // 10^9 operations and 10^6 bytes a second: 400 operations and 2680 bytes take 2.68 ms.
    Table table =
        ScalingCommand.table(
            Sweep.BATCH, points, List.of(5.36, 4.0, Double.NaN), new Roofline(1e9, 1e6));
    assertEquals(
        """
        | batch |   ms | GFLOP/s | roofline | bound  | relative cost |
        |------:|-----:|--------:|---------:|--------|--------------:|
        |     1 | 5.36 |  0.0001 |     0.50 | memory |          2.68 |
        |     2 | 4.00 |  0.0002 |     0.68 | memory |          1.00 |
        |     4 |      |         |          | memory |               |\
        """,
        table.toString());
  }

  @Test
  void threadsDouble() {
    assertEquals(List.of(1), ScalingCommand.threadCounts(1));
    assertEquals(List.of(1, 2), ScalingCommand.threadCounts(2));
    assertEquals(List.of(1, 2, 4, 6), ScalingCommand.threadCounts(6));
  }
}
