package shinso.spark.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.nn.model.DensityModel;
import shinso.spark.Session;
import shinso.spark.SparkEvaluation;
import shinso.spark.SparkModel;
import shinso.spark.distributed.DistributionException;
import shinso.train.judge.Estimate;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.OwnRecipe;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.UsageException;
import shinso.zoo.sweep.LocalRunner;
import shinso.zoo.sweep.Method;
import shinso.zoo.sweep.Plan;
import shinso.zoo.sweep.Standing;
import shinso.zoo.sweep.Sweep;
import shinso.zoo.sweep.SweepFolder;
import shinso.zoo.sweep.Trial;
import shinso.zoo.sweep.TrialCluster;
import shinso.zoo.sweep.TrialRunner;

/** Runs and sweeps as jobs come to the same as in this process, and their folders come back. */
class SparkRunsTest {
  private static final Map<String, String> SMALL =
      Map.of("steps", "20", "couplings", "2", "hidden", "8");

  private static final int PIXELS = 784;

  @TempDir private Path folder;

  private static byte[] model(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("model.safetensors"));
  }

  @Test
  void runsOfSeveralSeedsComeBackAsFolders() throws IOException {
    List<SparkRuns.Order> orders = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      orders.add(new SparkRuns.Order("flow-" + seed, "flow-moons", "", "smoke", SMALL, seed));
    }
    try (SparkSession spark = Session.start("local[2]")) {
      List<Path> runs = SparkRuns.run(spark, orders, folder);
      assertEquals(List.of(folder.resolve("flow-1"), folder.resolve("flow-2")), runs);
      RecipeRun opened = RecipeRun.open(folder, "flow-2", Recipes::ofRun);
      assertEquals(2, opened.setup().seed());
      assertTrue(opened.can(DensityModel.class));
      assertTrue(Files.exists(runs.getFirst().resolve("report.html")));
      DistributionException e =
          assertThrows(DistributionException.class, () -> SparkRuns.run(spark, orders, folder));
      assertTrue(e.getMessage().contains("'flow-1'"), e.getMessage());
    }
  }

  private static double[][] probabilities(SparkModel model, Dataset<Row> rows) {
    return model.transform(rows).collectAsList().stream()
        .map(r -> r.<Vector>getAs("probability").toArray())
        .toArray(double[][]::new);
  }

  /** Members are trained on samples of their own, and answer together with the mean. */
  @Test
  void membersOfABagComeBackAsRunsAndAnswerTogether() throws IOException {
    List<SparkRuns.Order> orders =
        SparkRuns.Order.bagging(
            "digits-mlp",
            "smoke",
            Map.of("train", "300", "validation", "50", "test", "50", "epochs", "1"),
            2,
            5);
    try (SparkSession spark = Session.start("local[2]")) {
      List<Path> runs = SparkRuns.run(spark, orders, folder);
      assertFalse(Arrays.equals(model(runs.getFirst()), model(runs.getLast())));
      RecipeRun second = RecipeRun.open(folder, "digits-mlp-bootstrap-2", Recipes::ofRun);
      assertEquals("2", second.folder().info().configuration().get("bootstrap"));
      List<Row> rows = new ArrayList<>();
      float[] x = second.data().test().whole().getFirst().toFloatArray();
      for (int i = 0; i < 20; i++) {
        rows.add(RowFactory.create((Object) Arrays.copyOfRange(x, i * PIXELS, (i + 1) * PIXELS)));
      }
      Dataset<Row> table =
          spark.createDataFrame(
              rows, new StructType().add("pixels", DataTypes.createArrayType(DataTypes.FloatType)));
      SparkModel bag = SparkModel.ensemble(runs).setFeaturesCol("pixels");
      double[][] all = probabilities(bag, table);
      double[][] one =
          probabilities(SparkModel.of(runs.getFirst()).setFeaturesCol("pixels"), table);
      double[][] two = probabilities(SparkModel.of(runs.getLast()).setFeaturesCol("pixels"), table);
      for (int i = 0; i < rows.size(); i++) {
        for (int c = 0; c < 10; c++) {
          assertEquals((one[i][c] + two[i][c]) / 2, all[i][c], 1e-6);
        }
      }
    }
    UsageException e =
        assertThrows(
            UsageException.class,
            () -> SparkRuns.Order.bagging("flow-moons", "smoke", Map.of(), 2, 1));
    assertTrue(e.getMessage().contains("'bootstrap'"), e.getMessage());
  }

  @Test
  void aBagOnATableReadsItsColumns() throws IOException {
    List<String> lines = new ArrayList<>(List.of("size,colour,price"));
    var random = Rng.of(4).generator();
    for (int i = 0; i < 200; i++) {
      double size = random.nextDouble();
      boolean red = random.nextBoolean();
      lines.add(size + "," + (red ? "red" : "blue") + "," + (red ? 10 * size : 5 + size));
    }
    Path csv = Files.write(folder.resolve("prices.csv"), lines);
    Map<String, String> settings =
        Map.of(
            OwnRecipe.PLACE.name(),
            csv.toString(),
            "target",
            "price",
            "epochs",
            "2",
            "hidden",
            "8");
    try (SparkSession spark = Session.start("local[2]")) {
      List<Path> runs =
          SparkRuns.run(spark, SparkRuns.Order.bagging("table", "default", settings, 2, 1), folder);
      Dataset<Row> rows = spark.read().option("header", true).csv(csv.toString());
      List<List<Double>> said = new ArrayList<>();
      for (SparkModel model :
          List.of(
              SparkModel.of(runs.getFirst()),
              SparkModel.of(runs.getLast()),
              SparkModel.ensemble(runs))) {
        said.add(
            model.transform(rows).collectAsList().stream()
                .map(r -> r.<Double>getAs("prediction"))
                .toList());
      }
      for (int i = 0; i < 200; i++) {
        double mean = (said.getFirst().get(i) + said.get(1).get(i)) / 2;
        assertEquals(mean, said.getLast().get(i), 1e-5);
      }
      double[] squares = new double[200];
      List<Row> all = rows.collectAsList();
      for (int i = 0; i < 200; i++) {
        double price = Double.parseDouble(all.get(i).getAs("price"));
        squares[i] = Math.pow(said.getLast().get(i) - price, 2);
      }
      SparkEvaluation.Result result =
          SparkEvaluation.of(SparkModel.ensemble(runs)).target("price").evaluate(rows);
      Estimate error = result.estimate(SparkEvaluation.SQUARED_ERROR);
      assertEquals(Estimate.mean(squares).value(), error.value(), 1e-4);
      assertEquals(Estimate.mean(squares).error(), error.error(), 1e-4);
      List<Path> other =
          SparkRuns.run(
              spark,
              SparkRuns.Order.bagging("table", "default", settings, 1, 2),
              folder.resolve("other"));
      DistributionException e =
          assertThrows(
              DistributionException.class,
              () -> SparkModel.ensemble(List.of(runs.getFirst(), other.getFirst())));
      assertTrue(e.getMessage().contains("same table and seed"), e.getMessage());
    }
  }

  private static Plan plan() {
    Recipe<?> recipe = Recipes.named("flow-moons");
    return new Plan(
        recipe,
        recipe.data().getFirst(),
        Budget.SMOKE,
        1,
        Map.of("steps", "20", "couplings", "2", "hidden", "8", "rate", "0.001,0.01"),
        Method.named("grid"),
        0,
        "",
        "",
        3);
  }

  @Test
  void aSweepIsTheSameAsInThisProcess() throws Exception {
    SweepFolder here = SweepFolder.create(folder.resolve("here"), plan());
    Standing local =
        Sweep.run(
            here, List.of(new LocalRunner(here, Recipes::named, () -> false)), false, t -> {});
    SweepFolder there = SweepFolder.create(folder.resolve("there"), plan());
    List<Trial> heard = new ArrayList<>();
    Standing far;
    try (TrialCluster cluster = new SparkTrials()) {
      List<TrialRunner> runners = cluster.runners(there.path(), "local[2]", 2, () -> false);
      far = Sweep.run(there, runners, false, heard::add);
    }
    assertEquals(2, heard.size());
    assertEquals(numbers(local), numbers(far));
    for (int trial = 1; trial <= 2; trial++) {
      assertArrayEquals(model(here.trial(trial)), model(there.trial(trial)));
    }
    try (Stream<Path> files = Files.list(there.path())) {
      assertTrue(files.anyMatch(f -> f.endsWith("report.html")));
    }
  }

  private static List<Map<String, Double>> numbers(Standing standing) {
    return standing.ranked().stream().map(Trial::numbers).toList();
  }
}
