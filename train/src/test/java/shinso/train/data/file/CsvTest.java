package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;

final class CsvTest {
  private static final String HOUSES =
      """
      area,rooms,district,price
      50,2,south,100.5
      70.25,3,north,200
      1e2,,"west, far",300
      30,1,north,90
      """;

  @TempDir Path folder;

  private Path write(String text) {
    return Bytes.write(folder.resolve("t.csv"), text.getBytes(StandardCharsets.UTF_8));
  }

  private CsvFile read(String text) {
    return CsvFile.read(write(text), CsvFile.Format.COMMA);
  }

  private String readError(String text) {
    Path file = write(text);
    String message =
        assertThrows(DataException.class, () -> CsvFile.read(file, CsvFile.Format.COMMA))
            .getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertEquals(1, message.lines().count());
    return message.substring((file + ": ").length());
  }

  private String encodeError(CsvSchema schema, String text) {
    CsvFile file = read(text);
    String message =
        assertThrows(DataException.class, () -> schema.fit(CsvSplit.whole(file)).encode(file))
            .getMessage();
    assertTrue(message.startsWith(file.name() + ": "), message);
    return message.substring((file.name() + ": ").length());
  }

  private static float[] column(Dataset data, int field) {
    return data.batch(IntStream.range(0, data.size()).toArray()).get(field).toFloatArray();
  }

  @Test
  void aTableIsRead() {
    CsvFile file = read(HOUSES);
    assertEquals(List.of("area", "rooms", "district", "price"), file.columns());
    assertEquals(4, file.size());
    assertEquals("west, far", file.text(2, 2));
    assertEquals("", file.text(2, 1));
  }

  @Test
  void otherWaysOfWritingAreRead() {
    Path file = write("\uFEFFa;b\r\n 1 ;2\r\n\r\n3;4");
    CsvFile csv = CsvFile.read(file, CsvFile.Format.SEMICOLON);
    assertEquals(List.of("a", "b"), csv.columns());
    assertEquals(2, csv.size());
    assertEquals("1", csv.text(0, 0));
    assertEquals("4", csv.text(1, 1));
    CsvFile plain = CsvFile.read(write("1\t2\n3\t4\n"), CsvFile.Format.TAB.withoutHeader());
    assertEquals(List.of("c1", "c2"), plain.columns());
    assertEquals(2, plain.size());
    Path zipped =
        Bytes.write(
            folder.resolve("t.csv.gz"), Bytes.gzip(HOUSES.getBytes(StandardCharsets.UTF_8)));
    assertEquals(4, CsvFile.read(zipped, CsvFile.Format.COMMA).size());
  }

  @Test
  void numbersAndCategoriesBecomeFeatures() {
    CsvFile file = read(HOUSES);
    CsvEncoder encoder =
        CsvSchema.regression("price")
            .oneHot("district")
            .missing(CsvSchema.Missing.MEAN)
            .fit(CsvSplit.whole(file));
    assertEquals(
        List.of("area", "rooms", "district=north", "district=south", "district=west, far"),
        encoder.featureNames());
    Dataset data = encoder.encode(file);
    assertEquals(Shape.of(5), data.fields().getFirst().shape());
    assertArrayEquals(
        new float[] {
          50, 2, 0, 1, 0, //
          70.25f, 3, 1, 0, 0, //
          100, 2, 0, 0, 1, // the mean of 2, 3 and 1
          30, 1, 1, 0, 0
        },
        column(data, 0));
    assertEquals("target", data.fields().get(1).name());
    assertArrayEquals(new float[] {100.5f, 200, 300, 90}, column(data, 1));
  }

  @Test
  void aTargetMayBeAClass() {
    CsvFile file = read("x,kind\n1,10\n2,9\n3,10\n4,100\n");
    CsvEncoder encoder = CsvSchema.classification("kind").fit(CsvSplit.whole(file));
    Dataset data = encoder.encode(file);
    // As numbers, not as texts: "10" comes before "9" there.
    assertEquals(List.of("9", "10", "100"), data.classNames());
    assertArrayEquals(new int[] {1, 0, 1, 2}, data.labels());
    assertEquals(List.of("x"), encoder.featureNames());
  }

  @Test
  void featuresMayBeChosenLeftOutAndIndexed() {
    CsvFile file = read("id,a,b,c,y\n7,1,low,5,0\n8,2,high,6,1\n");
    Dataset chosen =
        CsvSchema.regression("y").features("c", "a").fit(CsvSplit.whole(file)).encode(file);
    assertArrayEquals(new float[] {5, 1, 6, 2}, column(chosen, 0));
    Dataset indexed =
        CsvSchema.unsupervised()
            .ignoring("id", "y")
            .indexed("b")
            .fit(CsvSplit.whole(file))
            .encode(file);
    assertArrayEquals(new float[] {1, 1, 5, 2, 0, 6}, column(indexed, 0));
    assertEquals(1, indexed.fields().size());
    Dataset two =
        CsvSchema.regression("y", "c").ignoring("b").fit(CsvSplit.whole(file)).encode(file);
    assertArrayEquals(new float[] {0, 5, 1, 6}, column(two, 1));
  }

  @Test
  void anotherTableIsEncodedLikeTheFirst() {
    CsvFile train = read("x,c,y\n1,red,0\n3,blue,1\n,blue,1\n");
    CsvEncoder encoder =
        CsvSchema.regression("y")
            .oneHot("c")
            .missing(CsvSchema.Missing.MEAN)
            .fit(CsvSplit.whole(train));
    // Its columns stand elsewhere, it has one more, and its own mean and categories don't count.
    CsvFile test = read("c,y,z,x\n,5,no,\nred,6,no,100\n");
    assertArrayEquals(new float[] {2, 1, 0, 100, 0, 1}, column(encoder.encode(test), 0));
    CsvFile other = read("x,c,y\n1,green,0\n");
    String message = assertThrows(DataException.class, () -> encoder.encode(other)).getMessage();
    assertEquals(
        other.name()
            + ": line 2, column 'c': 'green' is none of the categories that were fitted: [blue,"
            + " red]",
        message);
  }

  @Test
  void aPartOfTheRowsCanBeFitted() {
    CsvFile all = read("x,y\n1,0\n,0\n100,0\n3,0\n");
    CsvFile train = all.select(new int[] {0, 3});
    CsvEncoder encoder =
        CsvSchema.regression("y").missing(CsvSchema.Missing.MEAN).fit(CsvSplit.whole(train));
    assertArrayEquals(new float[] {1, 2, 100, 3}, column(encoder.encode(all), 0));
  }

  @Test
  void rowsWithMissingFieldsAreLeftOutIfWanted() {
    CsvFile file = read("x,y,note\n1,0,\nNA,1,a\n3,?,b\n4,1,c\n");
    Dataset data =
        CsvSchema.classification("y")
            .features("x")
            .missing(CsvSchema.Missing.DROP_ROW)
            .fit(CsvSplit.whole(file))
            .encode(file);
    assertArrayEquals(new float[] {1, 4}, column(data, 0));
    assertArrayEquals(new int[] {0, 1}, data.labels());
    assertEquals(
        "the data set is empty: each row has a missing field, and was left out",
        encodeError(
            CsvSchema.regression("y").missing(CsvSchema.Missing.DROP_ROW), "x,y\n1,\n,2\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NaN", "nan", "NA", "null", "?", " N/A "})
  void missingFieldsAreAnErrorAtFirst(String text) {
    assertEquals(
        "line 3, column 'x': the value is missing ('%s'); fill it in, remove the row, or choose another rule (CsvSchema.missing) or other markers (CsvSchema.markers)"
            .formatted(text.strip()),
        encodeError(CsvSchema.regression("y"), "x,y\n1,2\n" + text + ",4\n"));
  }

  @Test
  void targetsAreNotMadeUp() {
    String message =
        encodeError(CsvSchema.regression("y").missing(CsvSchema.Missing.MEAN), "x,y\n1,2\n3,\n");
    assertTrue(message.startsWith("line 3, column 'y': the value is missing"), message);
  }

  @Test
  void textInANumericColumnIsNamed() {
    assertEquals(
        "line 3, column 'rooms': 'three' is not a number; correct it, or declare the column as"
            + " categories",
        encodeError(CsvSchema.regression("y"), "rooms,y\n2,1\nthree,2\n"));
    assertTrue(encodeError(CsvSchema.regression("y"), "x,y\n1e999,1\n").contains("finite"));
    assertTrue(
        encodeError(CsvSchema.regression("y"), "x,y\n1,5\n2,cheap\n")
            .startsWith("line 3, column 'y': 'cheap' is not a number"));
  }

  @Test
  void raggedRowsAreNamedByTheirLine() {
    assertEquals(
        "line 4 has 3 fields, but the first has 2; check its delimiters (',') and quotes",
        readError("a,b\n1,2\n\n3,4,5\n"));
    assertEquals(
        "line 3 has 1 fields, but the first has 2; check its delimiters (',') and quotes",
        readError("a,b\n1,2\n3\n"));
    // A field with line breaks: the row begins on line 2, and the bad one on line 5.
    assertEquals(
        "line 5 has 1 fields, but the first has 2; check its delimiters (',') and quotes",
        readError("a,b\n\"x\ny\nz\",2\n3\n"));
  }

  @Test
  void filesThatAreNoTablesAreNamed() {
    assertEquals("is empty (0 bytes); download or copy it again", readError(""));
    assertEquals("the data set is empty: there is no line with text", readError("\n\n"));
    assertEquals("the data set is empty: there is a header and nothing else", readError("a,b\n"));
    assertEquals("two columns are called 'a'; rename one", readError("a,b,a\n1,2,3\n"));
    assertEquals(
        "column 2 has no name in the header; name it, or read the file without a header",
        readError("a,\n1,2\n"));
    Path file = Bytes.write(folder.resolve("latin1.csv"), new byte[] {'a', '\n', (byte) 0xE9});
    assertEquals(
        file + ": is not UTF-8 text; convert it to UTF-8",
        assertThrows(DataException.class, () -> CsvFile.read(file, CsvFile.Format.COMMA))
            .getMessage());
    Path utf16 =
        Bytes.write(
            folder.resolve("utf16.csv"), "\uFEFFa,b\n1,2\n".getBytes(StandardCharsets.UTF_16LE));
    String mark = utf16 + ": is UTF-16 text, by its first two bytes; convert it to UTF-8";
    assertEquals(
        mark,
        assertThrows(DataException.class, () -> CsvFile.read(utf16, CsvFile.Format.COMMA))
            .getMessage());
    assertEquals(
        mark,
        assertThrows(DataException.class, () -> CsvFile.delimiter(utf16, 0, '.')).getMessage());
    assertEquals(
        "has a zero byte in line 2, which no text has; if it is UTF-16, convert it to UTF-8, else"
            + " correct it or give another file",
        readError("a,b\n\0001,2\n"));
    String quote = readError("a,b\n1,\"2\n3,4\n");
    assertTrue(quote.contains("quote"), quote);
  }

  /** As a file of one line does that unpacks to gigabytes; of it, a beginning says enough. */
  @Test
  void aLineWithoutAnEndIsNotReadToItsEnd() {
    byte[] line = new byte[5 << 20];
    Arrays.fill(line, (byte) ';');
    Path file = Bytes.write(folder.resolve("line.csv"), line);
    assertEquals(';', CsvFile.delimiter(file, 0, '.'));
    Arrays.fill(line, 2 << 20, line.length, (byte) ',');
    Bytes.write(file, line);
    assertEquals(';', CsvFile.delimiter(file, 0, '.'), "what is at the end is not looked at");
  }

  @Test
  void columnsThatAreNotThereAreNamed() {
    assertEquals(
        "there is no column 'z'; there are [x, y]",
        encodeError(CsvSchema.regression("z"), "x,y\n1,2\n"));
    assertEquals(
        "there is no column 'z'; there are [x, y]",
        encodeError(CsvSchema.regression("y").oneHot("z"), "x,y\n1,2\n"));
    assertEquals(
        "there is no column 'z'; there are [x, y]",
        encodeError(CsvSchema.regression("y").ignoring("z"), "x,y\n1,2\n"));
    assertEquals(
        "the column 'x' has a kind but is not used; are the features right?",
        encodeError(CsvSchema.regression("y").features("w").oneHot("x"), "w,x,y\n1,1,2\n"));
    assertEquals(
        "no column is left for the features",
        encodeError(CsvSchema.regression("y").ignoring("x"), "x,y\n1,2\n"));
    assertThrows(IllegalArgumentException.class, () -> CsvSchema.regression());
  }

  @Test
  void aColumnWithoutAnyValueIsNamed() {
    assertEquals(
        "the column 'x' has no value to take a mean of",
        encodeError(CsvSchema.regression("y").missing(CsvSchema.Missing.MEAN), "x,y\n,1\nNA,2\n"));
    assertEquals(
        "the column 'x' has no value in any row",
        encodeError(CsvSchema.regression("y").oneHot("x"), "x,y\n,1\n"));
  }

  @Test
  void manyRowsAreRead() {
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 20_000; i++) {
      text.append(i).append(',').append(2 * i).append('\n');
    }
    CsvFile file = read(text.toString());
    Dataset data = CsvSchema.regression("y").fit(CsvSplit.whole(file)).encode(file);
    List<Tensor> last = data.batch(new int[] {19_999});
    assertEquals(19_999, last.get(0).item());
    assertEquals(39_998, last.get(1).item());
  }
}
