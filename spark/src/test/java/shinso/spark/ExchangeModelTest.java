package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The table on paper is that of the formula that stands beside it. */
class ExchangeModelTest {
  @Test
  void constantsAreThoseThatTheTimesWereMadeOf() {
    double[] megabytes = {0.2, 2, 20};
    double[] times = new double[3];
    for (int i = 0; i < 3; i++) {
      times[i] = 40 + 2 * 0.3 + 5 * megabytes[i];
    }
    ExchangeModel model = ExchangeModel.fit(megabytes, times, 2, 0.3);
    assertEquals(40, model.start(), 1e-9);
    assertEquals(5, model.megabyte(), 1e-9);
    // 20 MB to 8 machines at 10 Gbit/s: 2 · 20 · 7/8 MB are 28 ms.
    assertEquals(40 + 8 * 0.3 + 100 + 28, model.milliseconds(20, 8, 10), 1e-9);
  }

  @Test
  void ninePartsOfTheTimeAreWork() {
    assertEquals(0.5, ExchangeModel.efficiency(100, 0.1), 1e-12);
    assertEquals(9, ExchangeModel.steps(100, 0.1));
    assertEquals(10, ExchangeModel.steps(101, 0.1));
    assertEquals(1, ExchangeModel.steps(20, 1));
    String table = new ExchangeModel(65, 0.3, 4.5).table();
    assertTrue(
        table.contains(
            "| 2 MB | 8 | 79 ms | 56 %, H 8 | 93 %, H 1 | 77 ms | 57 %, H 7 | 93 %, H 1 |"),
        table);
    assertEquals(11, table.lines().count());
  }
}
