package shinso.dashboard.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.file.FileException;
import shinso.train.run.MetricsFile;
import shinso.train.run.MetricsTable;

/** A table of numbers is followed while it grows. */
final class MetricsLogTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("metrics.csv");
  }

  private static List<Double> values(MetricsLog log, String column) {
    MetricsLog.Numbers numbers = Objects.requireNonNull(log.column(column), column);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < log.rows(); i++) {
      values.add(numbers.get(i));
    }
    return values;
  }

  private void append(String text) throws IOException {
    Files.writeString(file(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void whatIsAddedIsRead() throws IOException {
    MetricsLog log = new MetricsLog(file());
    assertFalse(log.update());
    append("step,loss\n1,0.5\n");
    assertTrue(log.update());
    assertFalse(log.update());
    append("2,0.25\n3,");
    assertTrue(log.update());
    assertEquals(List.of(0.5, 0.25), values(log, "loss"));
    // The line is complete only now.
    append("1");
    assertFalse(log.update());
    append("25\n4,\n");
    assertTrue(log.update());
    assertEquals(List.of(0.5, 0.25, 125.0, Double.NaN), values(log, "loss"));
    assertEquals(List.of(1.0, 2.0, 3.0, 4.0), values(log, "step"));
  }

  /** As training writes: a further column, and rows that are made again after a checkpoint. */
  @Test
  void itIsWhatTrainingWrites() {
    MetricsLog log = new MetricsLog(file());
    try (MetricsFile metrics = MetricsFile.open(file(), 0)) {
      for (int step = 1; step <= 300; step++) {
        Map<String, Double> row = new LinkedHashMap<>();
        row.put("train.loss", 1.0 / step);
        if (step % 100 == 0) {
          row.put("test.loss", 2.0 / step);
        }
        metrics.append(step, row);
        if (step % 7 == 0) {
          log.update();
          assertSame(log);
        }
      }
    }
    log.update();
    assertEquals(List.of("step", "train.loss", "test.loss"), log.names());
    try (MetricsFile metrics = MetricsFile.open(file(), 150)) {
      log.update();
      assertSame(log);
      metrics.append(151, Map.of("train.loss", 7.0));
      log.update();
      assertSame(log);
    }
    assertEquals(151, log.rows());
  }

  private void assertSame(MetricsLog log) {
    MetricsTable table = MetricsTable.read(file());
    assertEquals(table.columns(), log.names());
    for (String column : table.columns()) {
      List<Double> expected =
          table.rows().stream().map(r -> r.getOrDefault(column, Double.NaN)).toList();
      assertEquals(expected, values(log, column), column);
    }
  }

  /** Lines longer than what is read at once to find their end. */
  @Test
  void longPartsAreRead() throws IOException {
    StringBuilder text = new StringBuilder("step,x\n");
    for (int i = 0; i < 50_000; i++) {
      text.append(i).append(",0.125\n");
    }
    append(text + "9".repeat(70_000));
    MetricsLog log = new MetricsLog(file());
    assertTrue(log.update());
    assertEquals(50_000, log.rows());
    assertEquals(49_999, values(log, "step").getLast());
  }

  @Test
  void whatIsNoTableIsSaid() throws IOException {
    for (String text : List.of("time,loss\n1,2\n", "step,loss\n1,x\n", "step,loss\n\"1,2\n3,4\n")) {
      Files.deleteIfExists(file());
      append(text);
      MetricsLog log = new MetricsLog(file());
      FileException e = assertThrows(FileException.class, log::update, text);
      assertTrue(e.getMessage().contains("is no table of metrics"), e.getMessage());
    }
  }

  @Test
  void aFileThatIsGoneIsEmpty() throws IOException {
    append("step,loss\n1,0.5\n");
    MetricsLog log = new MetricsLog(file());
    assertTrue(log.update());
    Files.delete(file());
    assertTrue(log.update());
    assertEquals(0, log.rows());
    assertFalse(log.update());
  }
}
