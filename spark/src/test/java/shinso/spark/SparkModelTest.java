package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.OnnxFile;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.nn.model.DensityModel;
import shinso.nn.model.LatentVariableModel;
import shinso.spark.distributed.DistributionException;
import shinso.spark.model.DenseNetwork;
import shinso.spark.model.ModelPackage;
import shinso.train.checkpoint.ModelFile;
import shinso.train.file.FileException;
import shinso.zoo.Recipes;
import shinso.zoo.harness.OwnRecipe;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.RowPredictions;

/** Models say the same about rows of a table as they do without Spark. */
class SparkModelTest {
  private static final int[] SIZES = {2, 8, 2};
  private static final int ROWS = 60;

  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Dataset<Row> table;
  private static Layer network;
  private static ModelPackage source;

  @BeforeAll
  static void start() throws IOException {
    spark = Session.start("local[2]");
    table = Disc.table(spark, ROWS, 2);
    network = new DenseNetwork(SIZES).network(Rng.of(3));
    Path file = folder.resolve("net.safetensors");
    ModelFile.save(file, Parameters.all(network), Map.of());
    source =
        ModelPackage.ofNetwork(
            DenseNetwork.class.getName(), SIZES, 2, new int[] {2}, Files.readAllBytes(file));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SparkModel model() {
    return SparkModel.of(source).setFeaturesCol("at").setBatchSize(16);
  }

  private static Tensor inputs(Dataset<Row> rows) {
    List<Row> all = rows.collectAsList();
    float[] x = new float[2 * all.size()];
    for (int i = 0; i < all.size(); i++) {
      Vector at = all.get(i).getAs("at");
      x[2 * i] = (float) at.apply(0);
      x[2 * i + 1] = (float) at.apply(1);
    }
    return Tensor.of(x, all.size(), 2);
  }

  private static double[] column(Dataset<Row> rows, String name) {
    return rows.collectAsList().stream()
        .flatMapToDouble(r ->
            r.<Object>getAs(name) instanceof Vector v
                ? java.util.Arrays.stream(v.toArray())
                : java.util.stream.DoubleStream.of(r.<Double>getAs(name)))
        .toArray();
  }

  @Test
  void classesAreThoseOfTheNetwork() {
    Dataset<Row> answered = model().transform(table);
    double[] expected = Classifier.of(network).logits(inputs(table)).softmax(-1).toDoubleArray();
    assertArrayEquals(expected, column(answered, "probability"), 1e-6);
    double[] classes = column(answered, "prediction");
    for (int i = 0; i < classes.length; i++) {
      assertEquals(expected[2 * i + 1] > expected[2 * i] ? 1 : 0, classes[i]);
    }
    assertEquals(ROWS, answered.count());
  }

  @Test
  void theFunctionOfSqlSaysTheSame() {
    model().register(spark, "side");
    Dataset<Row> answered = model().transform(table);
    answered.createOrReplaceTempView("points");
    assertEquals(0, spark.sql("SELECT * FROM points WHERE side(at) != prediction").count());
    assertEquals(1, spark.sql("SELECT side(array(0.5, 1)) AS s").filter("s in (0, 1)").count());
  }

  @Test
  void aPipelineIsSavedAndLoaded() throws IOException {
    String path = folder.resolve("pipeline").toString();
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {model().setPredictionCol("side")}).fit(table);
    pipeline.write().overwrite().save(path);
    PipelineModel loaded = PipelineModel.load(path);
    assertEquals(
        pipeline.transform(table).collectAsList(), loaded.transform(table).collectAsList());
    assertEquals(16, batchSize((SparkModel) loaded.stages()[0]));
  }

  private static int batchSize(SparkModel model) {
    return (int) model.getOrDefault(model.batchSize());
  }

  @Test
  void rowsThatCannotBeReadAreAnErrorOrLeftOutOrKept() {
    Dataset<Row> holed = table.selectExpr("CASE WHEN label = 1 THEN at END AS at", "label").cache();
    long ones = table.filter("label = 1").count();
    SparkException e = assertThrows(SparkException.class, () -> model().transform(holed).collect());
    assertTrue(String.valueOf(e.getMessage()).contains("at is null"), e.getMessage());
    assertEquals(ones, model().setHandleInvalid("skip").transform(holed).count());
    Dataset<Row> kept = model().setHandleInvalid("keep").transform(holed);
    assertEquals(ROWS, kept.count());
    assertEquals(ROWS - ones, kept.filter("prediction IS NULL").count());
  }

  @Test
  void whatDoesNotFitIsSaidBeforeAnyJob() {
    DistributionException e =
        assertThrows(
            DistributionException.class,
            () -> SparkModel.of(source).transformSchema(table.schema()));
    assertTrue(e.getMessage().contains("no column 'features'"), e.getMessage());
    e = assertThrows(DistributionException.class, () -> model().setAbility("encode"));
    assertTrue(e.getMessage().contains("can't encode; it can [classify]"), e.getMessage());
    e =
        assertThrows(
            DistributionException.class,
            () -> model().setPredictionCol("label").transformSchema(table.schema()));
    assertTrue(e.getMessage().contains("'label' already"), e.getMessage());
    FileException f =
        assertThrows(FileException.class, () -> SparkModel.of(folder.resolve("net.safetensors")));
    assertTrue(f.getMessage().contains("run.json"), f.getMessage());
    e =
        assertThrows(
            DistributionException.class,
            () -> SparkModel.of(ModelPackage.ofZip(new byte[] {1, 2, 3})));
    assertTrue(e.getMessage().contains("damaged"), e.getMessage());
  }

  private static RecipeRun trained(Recipe<?> recipe, Map<String, String> values) {
    return Trained.run(folder.resolve("runs"), recipe, values);
  }

  @Test
  void aRunEncodesDrawsAndKnowsDensities() {
    RecipeRun run =
        trained(
            Recipes.named("flow-moons"), Map.of("steps", "20", "couplings", "2", "hidden", "8"));
    SparkModel model = SparkModel.of(run.folder().path()).setFeaturesCol("at");
    Tensor x = inputs(table);
    double[] codes = run.model(LatentVariableModel.class, "encode").encode(x).toDoubleArray();
    assertArrayEquals(codes, column(model.setAbility("encode").transform(table), "output"), 1e-5);
    double[] densities = run.model(DensityModel.class, "judge").logProbability(x).toDoubleArray();
    assertArrayEquals(
        densities, column(model.setAbility("logLikelihood").transform(table), "output"), 1e-4);
    double[] drawn = column(model.setAbility("sample").transform(table), "output");
    assertArrayEquals(drawn, column(model.transform(table), "output"));
    assertFalse(
        java.util.Arrays.equals(drawn, column(model.setSeed(2).transform(table), "output")));
  }

  /** A file of numbers has images as it likes, and doesn't say what its outputs mean. */
  @Test
  void anOnnxFileAnswersAsTheNetworkThatWasWritten() {
    Path file = folder.resolve("net.onnx");
    OnnxFile.write(network, Shape.of(2), file);
    SparkModel model = SparkModel.of(file).setFeaturesCol("at").setBatchSize(16);
    double[] logits = Classifier.of(network).logits(inputs(table)).toDoubleArray();
    assertArrayEquals(logits, column(model.transform(table), "prediction"), 1e-5);
    Dataset<Row> classes = model.setAbility("classify").transform(table);
    assertEquals(
        column(model().transform(table), "prediction").length,
        column(classes, "prediction").length);
    assertArrayEquals(
        column(model().transform(table), "probability"), column(classes, "probability"), 1e-6);
    assertEquals(List.of("0", "1"), model.classNames());

    Path softmax = folder.resolve("softmax.onnx");
    OnnxFile.write((x, pass) -> network.forward(x, pass).softmax(-1), Shape.of(2), softmax);
    SparkModel probable = SparkModel.of(softmax).setFeaturesCol("at").setBatchSize(16);
    assertArrayEquals(
        column(classes, "probability"), column(probable.transform(table), "probability"), 1e-6);
  }

  @Test
  void anOnnxPipelineIsSavedAndLoaded() throws IOException {
    Path file = folder.resolve("saved.onnx");
    OnnxFile.write(network, Shape.of(2), file);
    SparkModel model = SparkModel.of(file).setFeaturesCol("at");
    String path = folder.resolve("onnx-model").toString();
    model.write().overwrite().save(path);
    assertEquals(
        model.transform(table).collectAsList(),
        SparkModel.load(path).transform(table).collectAsList());
  }

  @Test
  void anOnnxFileThatIsNoneOrTakesOneRowSaysSo() throws IOException {
    Path none = Files.writeString(folder.resolve("none.onnx"), "no model");
    FileException f = assertThrows(FileException.class, () -> SparkModel.of(none));
    assertTrue(f.getMessage().contains("model.onnx"), f.getMessage());
    Path mean = folder.resolve("mean.onnx");
    OnnxFile.write((x, pass) -> x.mean(0).unsqueeze(0), Shape.of(2), mean);
    DistributionException e = assertThrows(DistributionException.class, () -> SparkModel.of(mean));
    assertTrue(e.getMessage().contains("[1, 2] for two rows"), e.getMessage());
  }

  @Test
  void aRunOnATableReadsItsColumns() throws IOException {
    List<String> lines = new ArrayList<>(List.of("size,colour,kind"));
    var random = Rng.of(4).generator();
    for (int i = 0; i < 200; i++) {
      double size = random.nextDouble();
      String colour = random.nextBoolean() ? "red" : "blue";
      lines.add(size + "," + colour + "," + (size > 0.5 == colour.equals("red") ? "a" : "b"));
    }
    Path csv = Files.write(folder.resolve("kinds.csv"), lines);
    OwnRecipe<?> recipe = Recipes.own("table");
    RecipeRun run =
        trained(
            recipe,
            Map.of(
                OwnRecipe.PLACE.name(),
                csv.toString(),
                "target",
                "kind",
                "epochs",
                "3",
                "hidden",
                "8"));
    List<String> expected = RowPredictions.of(run, csv).rows().stream().map(r -> r.get(3)).toList();
    Dataset<Row> rows = spark.read().option("header", true).csv(csv.toString()).drop("kind");
    SparkModel model = SparkModel.of(run.folder().path());
    List<String> answered =
        model.transform(rows).collectAsList().stream()
            .map(r -> model.classNames().get((int) r.<Double>getAs("prediction").doubleValue()))
            .toList();
    assertEquals(expected, answered);
    DistributionException e =
        assertThrows(DistributionException.class, () -> model.transform(rows.drop("colour")));
    assertTrue(e.getMessage().contains("lack 'colour'"), e.getMessage());
  }
}
