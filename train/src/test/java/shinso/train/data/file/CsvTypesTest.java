package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.file.CsvTypes.Kind;

/** What is found out about tables that nobody has described. */
final class CsvTypesTest {
  @TempDir Path folder;

  private static CsvTypes.Column column(int rows, IntFunction<String> text) {
    CsvFile table =
        CsvFile.of(
            "rows",
            List.of("x"),
            IntStream.range(0, rows).mapToObj(i -> List.of(text.apply(i))).toList());
    return CsvTypes.of(table).column("x");
  }

  @Test
  void kindsFollowFromTexts() {
    assertEquals(Kind.NUMBERS, column(100, i -> i * i + ".5").kind());
    assertEquals(Kind.ROW_NUMBERS, column(100, i -> 17 + i + "").kind());
    assertEquals(Kind.NUMBERS, column(10, i -> i + "").kind());
    assertEquals(Kind.DATES, column(100, i -> "2024-05-" + (1 + i % 30)).kind());
    assertEquals(Kind.CATEGORIES, column(100, i -> "abc".charAt(i % 3) + "").kind());
    assertEquals(Kind.CATEGORIES, column(8, i -> "town " + i).kind());
    assertEquals(Kind.NAMES, column(100, i -> "name " + i).kind());
    assertEquals(Kind.CONSTANT, column(100, i -> "always").kind());
    assertEquals(Kind.EMPTY, column(100, i -> i % 2 == 0 ? "" : "NA").kind());
    assertEquals(Kind.CATEGORIES, column(100, i -> i % 2 == 0 ? "" : "sold").kind());
  }

  @Test
  void aTenthOfOtherTextsAndAllThatIsMissingLeavesNumbers() {
    CsvTypes.Column mostly = column(100, i -> i % 10 == 0 ? "many" : i * i + "");
    assertEquals(Kind.NUMBERS, mostly.kind());
    assertTrue(mostly.whole());
    assertEquals(Kind.CATEGORIES, column(100, i -> i % 9 == 0 ? "many" : i % 7 + "").kind());
    CsvTypes.Column missing = column(100, i -> i % 4 == 0 ? "?" : i % 7 + ".25");
    assertEquals(new CsvTypes.Column("x", Kind.NUMBERS, 7, 25, false, false), missing);
  }

  /** Prices as spreadsheets of many countries write them, and texts that only have commas. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "; | . | 1,5 2 -2,25 ? 3 | true",
        "; | . | 1,5 2,5 3,5 4,5 5,5 6,5 7,5 8,5 9,5 many | true",
        "; | . | 1,5 2 2,5 few many | false",
        "; | . | 1,2,3 1,2 2,3 1,3 | false",
        "; | . | A,1 B,2 1,5 | false",
        "; | . | 1.5 2.5 3 | false",
        "; | . | 1,5 1,5 | false",
        "; | , | 1,5 2 2,5 | false",
        "; | , | 1.5 2 2.5 | true",
        "; | , | 1.2.2024 3.2.2024 | false",
        "',' | . | 1,234 2,345 12 | false",
      })
  void decimalsBehindTheOtherPointAreFound(
      char delimiter, char decimal, String values, boolean found) throws Exception {
    String rows = '"' + values.replace(" ", "\"\n\"") + '"';
    Path file = Files.writeString(folder.resolve("p.csv"), "x\n" + rows + "\n");
    CsvFile table = CsvFile.read(file, CsvFile.Format.of(delimiter).decimal(decimal));
    assertEquals(found, CsvTypes.of(table).column("x").otherPoint());
  }

  @ParameterizedTest
  @CsvSource({
    "2000-01-01, 0",
    "2000-03-01, 60",
    "1999-12-31, -1",
    "1.3.2000, 60",
    "2000/03/01, 60",
    "2000-01-02T06:00, 1.25",
    "2000-01-02 12:00:00.000Z, 1.5",
    "2.1.2000 18:00:00, 1.75",
  })
  void datesAreDays(String text, double days) {
    assertEquals(days, DateGrammar.days(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "2000", "2000-13-01", "2023-02-29", "1.1.99", "2000-01-01T25:00", "May"})
  void otherTextsAreNoDates(String text) {
    assertNull(DateGrammar.days(text));
  }

  @Test
  void datesAreEncodedKeptAndMissed() {
    CsvFile table =
        CsvFile.of(
            "rows",
            List.of("day", "y"),
            List.of(List.of("2000-01-02", "1"), List.of("2000-01-04", "2"), List.of("", "3")));
    CsvSchema schema =
        CsvSchema.regression("y").dates("day").missing(CsvSchema.Missing.MEAN).standardizing();
    CsvEncoder encoder = schema.fit(CsvSplit.whole(table));
    encoder.save(folder.resolve("coding.json"));
    CsvEncoder loaded = CsvEncoder.load(folder.resolve("coding.json"));
    Dataset data = loaded.encode(table);
    float a = (float) Math.sqrt(1.5);
    assertArrayEquals(new float[] {-a, a, 0}, data.whole().getFirst().toFloatArray(), 1e-6f);
    CsvFile bad = CsvFile.of("new", List.of("day"), List.of(List.of("soon"), List.of("NA")));
    assertEquals(List.of(0), List.copyOf(loaded.problems(bad).keySet()));
    String problem = loaded.problems(bad).getOrDefault(0, "");
    assertTrue(problem.startsWith("new: line 1, column 'day': 'soon' is not a date"), problem);
  }

  @Test
  void problemsOfRowsAreFoundBeforeAnythingIsFitted() {
    CsvFile table =
        CsvFile.of(
            "rows",
            List.of("x", "town", "y"),
            List.of(
                List.of("1", "a", "2"),
                List.of("one", "a", "2"),
                List.of("", "b", "3"),
                List.of("4", "b", "")));
    CsvSchema schema = CsvSchema.regression("y").oneHot("town");
    assertEquals(List.of(1, 2, 3), List.copyOf(schema.problems(table).keySet()));
    assertEquals(
        List.of(1, 3),
        List.copyOf(schema.missing(CsvSchema.Missing.MEAN).problems(table).keySet()));
    CsvEncoder encoder =
        schema.unseen(CsvSchema.Unseen.OTHER).fit(CsvSplit.whole(table.select(new int[] {0, 0})));
    assertEquals("{town=[b]}", encoder.unseen(table).toString());
    assertEquals(List.of("x", "town"), encoder.columns());
    assertEquals(List.of("y"), encoder.targets());
  }

  @Test
  void rowsWithOtherNumbersOfFieldsAreNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("t.csv"), "a,b\n1,2\n3\n4,5\n6,7,8\n");
    CsvFile.Good good = CsvFile.readGood(file, CsvFile.Format.COMMA);
    assertEquals(2, good.table().size());
    assertEquals(List.of("4", "5"), good.table().row(1));
    assertEquals(4, good.table().line(1));
    assertEquals(
        List.of(
            "line 3 has 1 fields, but the first has 2", "line 5 has 3 fields, but the first has 2"),
        good.broken());
    assertThrows(DataException.class, () -> CsvFile.read(file, CsvFile.Format.COMMA));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "a,b,c;d ! ,",
        "a;b;c,d ! ;",
        "a|b ! |",
        "'\"x,y,z\";b' ! ;",
        "alone ! ,",
      })
  void theDelimiterIsWhatTheFirstLineHasMost(String line, char expected) throws Exception {
    Path file = Files.writeString(folder.resolve("d.csv"), "skipped\n" + line + "\n");
    assertEquals(expected, CsvFile.delimiter(file, 1, '.'));
  }

  @Test
  void theDecimalCommaIsNoDelimiter() throws Exception {
    Path file = Files.writeString(folder.resolve("d.csv"), "1,5;2,5;3,5\n");
    assertEquals(';', CsvFile.delimiter(file, 0, ','));
  }
}
