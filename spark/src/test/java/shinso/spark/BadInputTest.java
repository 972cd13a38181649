package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.random.Rng;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.spark.distributed.DistributionException;
import shinso.spark.model.DenseNetwork;
import shinso.spark.model.ModelPackage;
import shinso.train.checkpoint.ModelFile;
import shinso.train.file.FileException;
import shinso.zoo.Recipes;

/** Rows of another kind, holes in them, models of another version, partitions without rows. */
class BadInputTest {
  private static final int[] SIZES = {2, 8, 2};
  private static final int ROWS = 60;

  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Dataset<Row> table;
  private static byte[] network;

  @BeforeAll
  static void start() throws IOException {
    spark = Session.start("local[2]");
    table = Disc.table(spark, ROWS, 2).selectExpr("array(rand(1), rand(2)) AS at", "label").cache();
    Layer layer = new DenseNetwork(SIZES).network(Rng.of(3));
    Path file = folder.resolve("net.safetensors");
    ModelFile.save(file, Parameters.all(layer), Map.of());
    network = Files.readAllBytes(file);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static ModelPackage source(int... sizes) {
    return ModelPackage.ofNetwork(
        DenseNetwork.class.getName(), sizes, 2, new int[] {sizes[0]}, network);
  }

  private static SparkModel model() {
    return SparkModel.of(source(SIZES)).setFeaturesCol("at").setBatchSize(16);
  }

  private static SparkTrainer trainer() {
    return PlainLocal.trainer().batch(20);
  }

  private static void assertSays(String part, Executable call) {
    Exception e = assertThrows(Exception.class, call);
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }

  /** What there is instead of two numbers, and what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "string(label) | the column 'at' has the type string",
        "array(string(label)) | the column 'at' has the type array<string>",
        "struct(label) | the column 'at' has the type struct",
        "current_date() | the column 'at' has the type date",
        "array(1.0, 2.0, 3.0) | row 0: at has 3 numbers, not 2",
        "1.0 | row 0: at has 1 numbers, not 2",
        "CASE WHEN label > 5 THEN at END | row 0: at is null",
        "array(1.0, null) | row 0: at has null at position 1",
        "array(1.0, double('nan')) | row 0: at is NaN",
        "array(1.0, double('inf')) | row 0: at is Infinity"
      })
  void rowsOfAnotherKindAreNamed(String expression, String message) {
    Dataset<Row> rows = table.coalesce(1).selectExpr(expression + " AS at", "label");
    assertSays(message, () -> trainer().fit(rows));
    assertSays(message, () -> model().transform(rows).collectAsList());
    assertSays(message, () -> SparkEvaluation.of(model()).target("label").evaluate(rows));
  }

  @Test
  void aFunctionOfSqlAnswersNullWithNull() {
    model().register(spark, "side");
    assertTrue(spark.sql("SELECT side(null) AS s").first().isNullAt(0));
    SparkException e =
        assertThrows(
            SparkException.class, () -> spark.sql("SELECT side(array(1.0)) AS s").collect());
    assertTrue(
        String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage())
            .contains("takes 2 numbers, not 1"),
        e.toString());
  }

  @Test
  void valuesOfAnotherNetworkAreNamed() {
    FileException e = assertThrows(FileException.class, () -> SparkModel.of(source(2, 9, 2)));
    assertTrue(e.getMessage().startsWith("model.safetensors"), e.getMessage());
  }

  /** A run that knows a setting which this version doesn't, as its folder and as a saved model. */
  @Test
  void aModelOfAnotherVersionIsSaidToBeOne() throws IOException {
    Path run =
        Trained.run(
                folder.resolve("runs"),
                Recipes.named("flow-moons"),
                Map.of("steps", "20", "couplings", "2", "hidden", "8"))
            .folder()
            .path();
    String path = folder.resolve("saved").toString();
    SparkModel.of(run).write().overwrite().save(path);
    Path json = run.resolve("run.json");
    String text = Files.readString(json, StandardCharsets.UTF_8);
    Files.writeString(json, text.replace("\"couplings\"", "\"coupling-layers\""));
    FileException e = assertThrows(FileException.class, () -> SparkModel.of(run));
    assertTrue(
        e.getMessage()
            .startsWith(
                "the run of the model was made by another version: the recipe flow-moons has no setting 'coupling-layers'"),
        e.getMessage());

    // The same in a package that was saved by that version.
    Files.write(Path.of(path, "model.zip"), ModelPackage.ofRun(run).zip());
    Files.deleteIfExists(Path.of(path, ".model.zip.crc"));
    SparkModel loaded = SparkModel.load(path);
    e = assertThrows(FileException.class, () -> loaded.setFeaturesCol("at").transform(table));
    assertTrue(e.getMessage().contains("made by another version"), e.getMessage());

    Files.write(Path.of(path, "model.zip"), new byte[] {1, 2, 3});
    SparkModel damaged = SparkModel.load(path);
    assertSays("damaged", () -> damaged.transform(table));
  }

  @Test
  void partitionsWithoutRowsAreNoTrouble() {
    Dataset<Row> sparse = table.repartition(2).union(table.filter("label > 5").repartition(3));
    assertEquals(ROWS, model().transform(sparse).count());
    assertEquals(0, model().transform(table.filter("label > 5")).count());
    // Rows are dealt out anew: the same rows in the same order, the same bits.
    byte[] whole = trainer().fit(table).model();
    Dataset<Row> holes = table.filter("label > 5").union(table).union(table.filter("label > 5"));
    assertArrayEquals(whole, trainer().fit(holes).model());
    DistributionException e =
        assertThrows(DistributionException.class, () -> trainer().fit(table.filter("label > 5")));
    assertTrue(e.getMessage().contains("0 rows over 2 workers"), e.getMessage());
    assertEquals(List.of(), trainer().fit(holes).warnings());
  }
}
