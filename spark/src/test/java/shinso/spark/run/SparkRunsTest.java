package shinso.spark.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.nn.model.DensityModel;
import shinso.spark.Session;
import shinso.spark.distributed.DistributionException;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
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
