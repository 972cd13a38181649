package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.file.FileException;

/** Encoders are kept with the model and applied to rows that nobody knows the target of. */
final class CsvEncoderTest {
  private static final CsvFile HOUSES =
      table(
          List.of("area", "district", "floor", "price"),
          "50,south,1,100",
          "70,north,2,200",
          "100,south,,300");
  private static final CsvSchema SCHEMA =
      CsvSchema.regression("price")
          .oneHot("district")
          .indexed("floor")
          .missing(CsvSchema.Missing.MEAN)
          .standardizing()
          .standardizingTargets();

  @TempDir Path folder;

  private static CsvFile table(List<String> columns, String... rows) {
    return CsvFile.of(
        "rows", columns, Arrays.stream(rows).map(r -> List.of(r.split(",", -1))).toList());
  }

  private static float[] features(Dataset data) {
    return data.batch(IntStream.range(0, data.size()).toArray()).getFirst().toFloatArray();
  }

  private static String message(CsvEncoder encoder, CsvFile file) {
    return assertThrows(DataException.class, () -> encoder.encodeFeatures(file)).getMessage();
  }

  @Test
  void newRowsNeedNoTarget() {
    CsvEncoder encoder = SCHEMA.fit(CsvSplit.whole(HOUSES));
    float[] expected = Arrays.copyOfRange(features(encoder.encode(HOUSES)), 4, 8);
    CsvFile rows = table(List.of("floor", "note", "area", "district"), "2,?,70,north");
    Dataset data = encoder.encodeFeatures(rows);
    assertEquals(1, data.fields().size());
    assertArrayEquals(expected, features(data));
    assertEquals(
        "rows: there is no column 'district'; there are [area, floor]",
        message(encoder, table(List.of("area", "floor"), "1,1")));
    assertTrue(
        message(encoder, table(List.of("area", "floor", "district"), "1,1,west"))
            .startsWith("rows: line 1, column 'district': 'west' is none of the categories"));
  }

  @Test
  void whatIsLoadedGivesTheSameBits() {
    CsvEncoder encoder = SCHEMA.unseen(CsvSchema.Unseen.OTHER).fit(CsvSplit.whole(HOUSES));
    Path file = folder.resolve("table.json");
    encoder.save(file);
    CsvEncoder loaded = CsvEncoder.load(file);
    CsvFile rows =
        table(List.of("area", "district", "floor", "price"), ",west,9,1", "0.1,,,2", "5,north,,7");
    assertArrayEquals(
        features(encoder.encodeFeatures(rows)), features(loaded.encodeFeatures(rows)));
    assertEquals(encoder.featureNames(), loaded.featureNames());
    int[] all = {0, 1, 2};
    Tensor targets = encoder.encode(rows).batch(all).get(1);
    assertArrayEquals(targets.toFloatArray(), loaded.encode(rows).batch(all).get(1).toFloatArray());
    assertArrayEquals(
        encoder.restoreTargets(targets).toFloatArray(),
        loaded.restoreTargets(targets).toFloatArray());
    CsvFile flowers = table(List.of("x", "kind"), "1,b", "2,a", "3,b");
    CsvEncoder classes = CsvSchema.classification("kind").fit(CsvSplit.whole(flowers));
    classes.save(file);
    assertEquals(List.of("a", "b"), CsvEncoder.load(file).classNames());
    assertArrayEquals(new int[] {1, 0, 1}, CsvEncoder.load(file).encode(flowers).labels());
    assertThrows(IllegalStateException.class, () -> classes.restoreTargets(targets));
  }

  @Test
  void unseenCategoriesHaveAPlace() {
    CsvEncoder encoder = SCHEMA.unseen(CsvSchema.Unseen.OTHER).fit(CsvSplit.whole(HOUSES));
    float[] x =
        features(
            encoder.encodeFeatures(
                table(List.of("area", "district", "floor"), "70,west,basement")));
    // No district, and the position behind 1 and 2.
    assertArrayEquals(new float[] {0, 0, 2}, Arrays.copyOfRange(x, 1, 4));
  }

  @Test
  void rowsToBePredictedAreNotLeftOut() {
    CsvFile file = table(List.of("x", "y"), "1,1", ",2", "3,3");
    CsvEncoder encoder =
        CsvSchema.regression("y").missing(CsvSchema.Missing.DROP_ROW).fit(CsvSplit.whole(file));
    assertEquals(2, encoder.encode(file).size());
    assertTrue(message(encoder, file).startsWith("rows: line 2, column 'x': the value is missing"));
  }

  @Test
  void markersOfMissingValuesAreChosen() {
    CsvFile file = table(List.of("country", "x"), "DE,1", "NA,NA", "FR,3", "NA,2", "-,4");
    CsvSchema schema = CsvSchema.unsupervised().oneHot("country").missing(CsvSchema.Missing.MEAN);
    assertEquals(
        List.of("country=-", "country=DE", "country=FR", "country=NA", "x"),
        schema.markersIn("country").fit(CsvSplit.whole(file)).featureNames());
    CsvEncoder encoder = schema.markersIn("country", "-").fit(CsvSplit.whole(file));
    assertArrayEquals(
        new float[] {1, 0, 0, 1, 0, 0, 1, 2.5f, 0, 1, 0, 3, 0, 0, 1, 2, 0, 0, 1, 4},
        features(encoder.encode(file)));
    Path saved = folder.resolve("table.json");
    encoder.save(saved);
    assertArrayEquals(
        features(encoder.encode(file)), features(CsvEncoder.load(saved).encode(file)));
    CsvSchema numbers = CsvSchema.unsupervised().features("x").missing(CsvSchema.Missing.MEAN);
    assertEquals(
        "rows: line 2, column 'x': 'NA' is not a number; correct it, or declare the column as"
            + " categories",
        assertThrows(DataException.class, () -> numbers.markers("-").fit(CsvSplit.whole(file)))
            .getMessage());
    CsvFile other = table(List.of("x"), "1", "-999", "none", "3");
    assertArrayEquals(
        new float[] {1, 2, 2, 3},
        features(numbers.markers("-999", "None").fit(CsvSplit.whole(other)).encode(other)));
    assertEquals(
        "rows: the column 'x' has markers of its own but is not used; are the features right?",
        assertThrows(
                DataException.class,
                () -> schema.features("country").markersIn("x", "").fit(CsvSplit.whole(file)))
            .getMessage());
  }

  /** Each row is a part of a sound file, what stands there instead, and what the error says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "shinso-table-encoder | x     | is not an encoder of tables; is it the right file?",
        "\"version\" : 1      | \"version\" : 2 | is of version 2, but this program reads version 1",
        "regression           | magic | is corrupt: 'task' is 'magic', which is not known",
        "regression           | none  | is corrupt: its features, targets and task don't agree",
        "one-hot              | half  | is corrupt: column 'district': the kind 'half' is not known",
        "\"mean\" :           | \"m\" :| is corrupt: column 'area': 'mean' is missing or not a number",
        "\"north\"            | \"south\" | is corrupt: column 'district': there are no categories",
        "\"features\"         | \"f\" | is corrupt: 'features' is missing or not a list",
        "\"fill\" : 0.0       | \"fill\" : 2.0 | is corrupt: column 'floor': 'fill' is not the",
        "{                    | [     | is corrupt: it is not a valid JSON object",
      })
  void damagedFilesAreNamed(String part, String instead, String expected) throws Exception {
    Path file = folder.resolve("table.json");
    SCHEMA.fit(CsvSplit.whole(HOUSES)).save(file);
    String json = Files.readString(file);
    assertTrue(json.contains(part), json);
    int at = json.lastIndexOf("\"column\" : \"price\"");
    String head = json.substring(0, at);
    String damaged = head.contains(part) ? head.replace(part, instead) + json.substring(at) : json;
    Bytes.write(file, damaged.getBytes(StandardCharsets.UTF_8));
    String message = assertThrows(FileException.class, () -> CsvEncoder.load(file)).getMessage();
    assertTrue(message.startsWith(file + " " + expected), message);
  }
}
