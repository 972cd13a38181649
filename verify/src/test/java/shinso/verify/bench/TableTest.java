package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TableTest {
  @Test
  void columnsAreAligned() {
    assertEquals(
        """
        | kernel |  ms | note |
        |--------|----:|------|
        | matmul | 0.5 | a    |
        | add    |  12 |      |\
        """,
        new Table("kernel", "ms", "note").row("matmul", 0.5, "a").row("add", 12, "").toString());
  }

  @Test
  void aTableWithoutRowsHasHeadings() {
    assertEquals("| a   | b   |\n|-----|-----|", new Table("a", "b").toString());
  }

  @Test
  void rowsFitTheHeadings() {
    assertThrows(IllegalArgumentException.class, () -> new Table("a", "b").row(1));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0.00",
    "0.012345,0.0123",
    "0.5,0.500",
    "1.234,1.23",
    "12.34,12.3",
    "123.4,123",
    "123456,123456",
    "NaN,''"
  })
  void threeDigits(double x, String text) {
    assertEquals(text, Table.number(x));
  }

  @ParameterizedTest
  @CsvSource({"64,0.0640 kB", "2048,2.05 kB", "72900000,72.9 MB"})
  void bytes(double n, String text) {
    assertEquals(text, Table.bytes(n));
  }
}
