package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;

/** Ways in which tables are written. */
final class CsvFormatTest {
  private static final CsvFile.Format COMMA = CsvFile.Format.COMMA;

  @TempDir Path folder;

  private CsvFile read(String text, CsvFile.Format format) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return CsvFile.read(Bytes.write(folder.resolve("t.csv"), bytes), format);
  }

  private static String line(CsvFile file, int row) {
    return IntStream.range(0, file.columns().size())
        .mapToObj(c -> file.text(row, c))
        .collect(Collectors.joining("|"));
  }

  private static float[] features(CsvFile file, CsvSchema schema) {
    Dataset data = schema.fit(CsvSplit.whole(file)).encode(file);
    return data.batch(IntStream.range(0, data.size()).toArray()).getFirst().toFloatArray();
  }

  private String error(String text, CsvFile.Format format, CsvSchema schema) {
    String prefix = folder.resolve("t.csv") + ": ";
    String message =
        assertThrows(DataException.class, () -> features(read(text, format), schema)).getMessage();
    assertEquals(1, message.lines().count());
    assertEquals(prefix, message.substring(0, prefix.length()));
    return message.substring(prefix.length());
  }

  @Test
  void aByteOrderMarkIsNoPartOfAQuotedName() {
    CsvFile file = read("\uFEFF\"id, number\",\"x\",\"y\"\n\"1\",\"2\",\"a\"\n", COMMA);
    assertEquals(List.of("id, number", "x", "y"), file.columns());
    assertEquals("1|2|a", line(file, 0));
    assertEquals(List.of("id"), read("\uFEFF\"id\"\n1\n", COMMA).columns());
    assertEquals(List.of("id"), read("\uFEFFold\nid\n1\n", COMMA.skipping(1)).columns());
    assertEquals(List.of("id"), read("\uFEFF# c\nid\n1\n", COMMA.comments('#')).columns());
    assertEquals("1", read("\uFEFF\"1\",2\n", COMMA.withoutHeader()).text(0, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1D",
        "2F",
        "3d",
        "4f",
        "0x1p3",
        "Infinity",
        "-Infinity",
        "inf",
        "1L",
        "1_000",
        "1e",
        "e5",
        "1e+",
        ".",
        "+",
        "--1",
        "1.2.3",
        "1,5",
        "1 000",
        "١٢",
        "NaN1",
        "0x10",
        "1 e5"
      })
  void whatLooksLikeANumberToJavaOrOthersIsText(String text) {
    assertEquals(
        "line 3, column 'x': '%s' is not a number".formatted(text),
        error("x;y\n1;1\n" + text + ";2\n", CsvFile.Format.SEMICOLON, CsvSchema.regression("y"))
            .replaceFirst("( with|;).*", ""));
    CsvFile file = read("x;y\n1;1\n" + text + ";2\n", CsvFile.Format.SEMICOLON);
    assertEquals(
        List.of("x=1", "x=" + text).stream().sorted().toList(),
        CsvSchema.regression("y").oneHot("x").fit(CsvSplit.whole(file)).featureNames().stream()
            .sorted()
            .toList());
  }

  @Test
  void numbersAreWhatTheyAre() {
    assertArrayEquals(
        new float[] {1, -2, 3.5f, 0.5f, 4, 100, -0.025f, 7},
        features(
            read("x\n+1\n-2\n3.5\n.5\n4.\n1e2\n-2.5E-2\n007\n", COMMA), CsvSchema.unsupervised()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.234.567,5 | 1234567.5",
        "1234567,5   | 1234567.5",
        "-1.234      | -1234",
        "12,5e3      | 12.5e3",
        ",5          | .5",
        "1.23        |",
        "1234.567    |",
        "1.2345      |",
        "1..234      |",
        "1,234.5     |",
        ".234        |",
      })
  void groupsHaveThreeDigits(String text, String plain) {
    NumberGrammar german = new NumberGrammar(',', '.');
    if (plain == null) {
      assertNull(german.plain(text));
    } else {
      assertEquals(plain, german.plain(text));
    }
  }

  @Test
  void decimalCommasAreRead() {
    CsvFile.Format german = CsvFile.Format.SEMICOLON.decimal(',').thousands('.');
    assertArrayEquals(
        new float[] {1234.5f, -0.25f},
        features(read("x\n1.234,5\n-0,25\n", german), CsvSchema.unsupervised()));
    CsvFile.Format quoted = COMMA.decimal(',');
    assertArrayEquals(
        new float[] {1.5f, 2},
        features(read("a,b\n\"1,5\",2\n", quoted), CsvSchema.unsupervised()));
    assertArrayEquals(
        new float[] {1234567},
        features(
            read("x\n1\u202F234\u202F567\n", COMMA.thousands('\u202F')), CsvSchema.unsupervised()));
    assertEquals(
        "line 2, column 'x': '1,5' is not a number with '.' for decimals (is it ',' in this file?"
            + " see Format.decimal and .thousands); correct it, or declare the column as categories",
        error("x\n1,5\n", CsvFile.Format.SEMICOLON, CsvSchema.unsupervised()));
  }

  @Test
  void linesAreSkippedAndStillCounted() {
    String text = "made by \"us\nsecond\r\n\r\na,b\n1,2\nx,4\n";
    assertEquals("1|2", line(read(text, COMMA.skipping(3)), 0));
    assertEquals(
        "line 6, column 'a': 'x' is not a number; correct it, or declare the column as categories",
        error(text, COMMA.skipping(3), CsvSchema.unsupervised()));
    assertEquals(
        "9 lines are to be skipped, but there are only 6",
        error(text, COMMA.skipping(9), CsvSchema.unsupervised()));
    assertEquals(
        "the data set is empty: there is no line with text",
        error(text, COMMA.skipping(6), CsvSchema.unsupervised()));
    assertEquals("1|2", line(read("old\ra,b\r1,2\r", COMMA.skipping(1)), 0));
  }

  @Test
  void commentsArePassedOver() {
    String text = "# about\na,b\n# more, and \"more\n1,#2\n\n#\nx,4\n";
    CsvFile file = read(text, COMMA.comments('#'));
    assertEquals(2, file.size());
    assertEquals("1|#2", line(file, 0));
    assertEquals(
        "line 7, column 'a': 'x' is not a number; correct it, or declare the column as categories",
        error(text, COMMA.comments('#'), CsvSchema.unsupervised().ignoring("b")));
    // Without comments it is text.
    assertEquals(List.of("#a"), read("#a\n1\n", COMMA).columns());
  }

  @Test
  void quotesAreChosen() {
    assertEquals("1;2|3", line(read("a;b\n'1;2';3\n", CsvFile.Format.SEMICOLON.quote('\'')), 0));
    assertEquals("\"|5\"", line(read("a\tb\n\"\t5\"\n", CsvFile.Format.TAB.withoutQuotes()), 0));
    assertEquals("5\"|x", line(read("a,b\n5\",x\n", COMMA), 0));
    assertEquals("1|2", line(read("a|b\n1|2\n", CsvFile.Format.of('|')), 0));
  }

  @Test
  void formatsThatContradictThemselvesAreNamed() {
    assertEquals(
        "format: delimiter ',', quote ',' and comment 'null' must differ",
        assertThrows(IllegalArgumentException.class, () -> COMMA.quote(',')).getMessage());
    assertThrows(IllegalArgumentException.class, () -> COMMA.comments('"'));
    assertThrows(IllegalArgumentException.class, () -> CsvFile.Format.of('\n'));
    assertThrows(IllegalArgumentException.class, () -> COMMA.skipping(-1));
    assertThrows(IllegalArgumentException.class, () -> COMMA.decimal('e'));
    assertThrows(IllegalArgumentException.class, () -> COMMA.thousands('.'));
    assertEquals('.', COMMA.thousands(',').decimal());
  }

  @Test
  void aWrongDelimiterIsGuessed() {
    assertEquals(
        "there is no column 'y'; there are [x;y]; is the delimiter ',' right?",
        error("x;y\n1;2\n", COMMA, CsvSchema.regression("y")));
  }

  @Test
  void manyColumnsAreRead() {
    String names =
        IntStream.range(0, 20_000).mapToObj(i -> "g" + i).collect(Collectors.joining(","));
    CsvFile file = read(names + "\n" + "1,".repeat(19_999) + "7\n", COMMA);
    assertEquals(20_000, file.columns().size());
    assertEquals("7", file.text(0, 19_999));
  }

  @Test
  void rowsInMemoryAreATable() {
    CsvFile rows =
        CsvFile.of("request", List.of("a", "b"), List.of(List.of("1", " x "), List.of("y", "")));
    assertEquals("1|x", line(rows, 0));
    assertEquals(
        "request: line 2, column 'a': 'y' is not a number; correct it, or declare the column as categories",
        assertThrows(
                DataException.class, () -> features(rows, CsvSchema.unsupervised().features("a")))
            .getMessage());
    assertEquals(
        "request: line 1 has 1 fields, but the first has 2; check its delimiters (',') and quotes",
        assertThrows(
                DataException.class,
                () -> CsvFile.of("request", List.of("a", "b"), List.of(List.of("1"))))
            .getMessage());
  }
}
