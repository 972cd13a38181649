package shinso.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.train.file.FileException;

class MetricsFileTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = folder.resolve("metrics.csv");
  }

  private static Map<String, Double> row(Object... namesAndValues) {
    Map<String, Double> row = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put((String) namesAndValues[i], ((Number) namesAndValues[i + 1]).doubleValue());
    }
    return row;
  }

  @Test
  void rowsAndNewColumns() throws IOException {
    try (MetricsFile m = MetricsFile.open(file, 0)) {
      m.append(10, row("epoch", 0.5, "train.loss", 1f / 3));
      assertEquals("step,epoch,train.loss\n10,0.5,0.33333334\n", Files.readString(file));
      m.append(20, row("epoch", 1, "train.loss", 2.5e-5));
      m.append(20_000_000, row("epoch", 2, "train.loss", Double.NaN, "a, \"b\"", 1e9));
      m.sync();
    }
    assertEquals(
        """
        step,epoch,train.loss,"a, ""b""\"
        10,0.5,0.33333334,
        20,1,2.5E-5,
        20000000,2,NaN,1E9
        """,
        Files.readString(file));
    MetricsTable table = MetricsTable.read(file);
    assertEquals(List.of("step", "epoch", "train.loss", "a, \"b\""), table.columns());
    assertEquals(3, table.rows().size());
    assertEquals(List.of(new MetricsTable.Point(20_000_000, 1e9)), table.series("a, \"b\""));
    assertEquals(2.5e-5f, (float) table.series("train.loss").get(1).value());
  }

  @Test
  void resumingRemovesWhatWillBeMadeAgain() throws IOException {
    try (MetricsFile m = MetricsFile.open(file, 0)) {
      m.append(1, row("a", 1));
      m.append(2, row("a", 2));
      m.append(3, row("a", 3, "b", 3));
    }
    String all = Files.readString(file);
    Files.writeString(file, all + "4,5");
    try (MetricsFile m = MetricsFile.open(file, 2)) {
      assertEquals("step,a\n1,1\n2,2\n", Files.readString(file));
      m.append(3, row("a", 3, "b", 3));
    }
    assertEquals(all, Files.readString(file));
    try (MetricsFile m = MetricsFile.open(file, 0)) {
      m.append(1, row("c", 1));
    }
    assertEquals("step,c\n1,1\n", Files.readString(file));
  }

  @Test
  void aLostFileIsBegunAgain() throws IOException {
    try (MetricsFile m = MetricsFile.open(file, 7)) {
      m.append(8, row("a", 1));
    }
    assertEquals("step,a\n8,1\n", Files.readString(file));
  }

  @Test
  void whatAKillLeavesOfALineIsPassedOver() throws IOException {
    Files.writeString(file, "step,a\n1,2\n2,");
    assertEquals(1, MetricsTable.read(file).rows().size());
    Files.writeString(file, "step,");
    assertEquals(0, MetricsTable.read(file).rows().size());
    Files.delete(file);
    assertEquals(List.of(), MetricsTable.read(file).columns());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`a,b\n1,2\n`|` is no table of metrics: its first column is not 'step'`",
        "`step,b\n1,x\n`|: line 2: 'b' is not a number, but 'x'",
        "`step,b\n1,2\n3,4,5\n`|` is no table of metrics: it is not CSV in UTF-8 with equal rows`",
        "`step,b\n,2\n`|: line 2 has no step"
      })
  void otherFiles(String content, String message) throws IOException {
    Files.writeString(file, content);
    FileException e = assertThrows(FileException.class, () -> MetricsTable.read(file));
    assertEquals(
        file + message + "; put it back, or remove it: the run only loses these curves",
        e.getMessage());
    assertEquals(
        e.getMessage(),
        assertThrows(FileException.class, () -> MetricsFile.open(file, 1)).getMessage());
  }

  @Test
  void notText() throws IOException {
    Files.write(file, "step\n\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
    FileException e = assertThrows(FileException.class, () -> MetricsTable.read(file));
    assertEquals(1, e.getMessage().lines().count());
  }
}
