package shinso.spark.run;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.Executors;
import shinso.train.UserException;
import shinso.train.loop.Screen;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.OwnRecipe;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Settings;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.Training;

/**
 * Runs of recipes on a cluster, one a task: the same recipe with several seeds, the members of an
 * ensemble, a model for each part of the data. Their folders come back, as if they had been run
 * here.
 */
public final class SparkRuns {
  private static final String RUN = "run.json";

  private SparkRuns() {}

  /**
   * What is run.
   *
   * @param name of the run's folder
   * @param recipe its name
   * @param data the name of a data set, empty for the recipe's usual one; where the recipe is one
   *     that reads data, executors find it in {@code SHINSO_DATA}
   * @param budget {@code smoke}, {@code default} or {@code paper}
   * @param settings by name; those that are missing have the budget's value
   * @param seed what everything random follows from
   */
  public record Order(
      String name,
      String recipe,
      String data,
      String budget,
      Map<String, String> settings,
      long seed)
      implements Serializable {
    /**
     * Returns an order for each of some seeds, with {@code smoke}, {@code default} or {@code
     * paper}.
     */
    public static List<Order> seeds(String recipe, String budget, long... seeds) {
      List<Order> all = new ArrayList<>();
      for (long seed : seeds) {
        all.add(new Order(recipe + "-seed-" + seed, recipe, "", budget, Map.of(), seed));
      }
      return all;
    }

    /**
     * Returns an order for each member of an ensemble: the same seed, and so the same validation
     * and test examples, and bootstrap samples 1, 2, … of the training examples. {@link
     * shinso.spark.SparkModel#ensemble} puts their answers together.
     *
     * @param recipe one with the setting {@code bootstrap}, such as {@code digits-mlp} or {@code
     *     table}
     * @param budget {@code smoke}, {@code default} or {@code paper}
     * @param settings by name; those that are missing have the budget's value
     * @param members how many
     * @throws shinso.zoo.harness.UsageException if the recipe has no such setting
     */
    public static List<Order> bagging(
        String recipe, String budget, Map<String, String> settings, int members, long seed) {
      List<Order> all = new ArrayList<>();
      for (int member = 1; member <= members; member++) {
        Map<String, String> own = new LinkedHashMap<>(settings);
        own.put(Training.BOOTSTRAP.name(), Integer.toString(member));
        all.add(new Order(recipe + "-bootstrap-" + member, recipe, "", budget, own, seed));
      }
      all.forEach(SparkRuns::setup);
      return all;
    }
  }

  /** What comes back. */
  private record Answer(String name, String error, byte[] folder) implements Serializable {}

  /**
   * Runs recipes and returns the folders of their runs.
   *
   * @param runs the folder in which the folders are put
   * @throws DistributionException if two orders have the same name, a folder is there already, or a
   *     run failed; the folders of the others are there then
   */
  public static List<Path> run(SparkSession session, List<Order> orders, Path runs) {
    Set<String> names = new HashSet<>();
    for (Order order : orders) {
      if (!names.add(order.name()) || Files.exists(runs.resolve(order.name()))) {
        throw new DistributionException(
            "there is a run '%s' in %s already; give this one another name"
                .formatted(order.name(), runs));
      }
      setup(order);
    }
    List<Answer> answers =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(orders, Math.max(1, orders.size()))
            .map(SparkRuns::compute)
            .collect();
    List<Path> folders = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (Answer answer : answers) {
      Path folder = runs.resolve(answer.name());
      if (answer.error().isEmpty()) {
        FolderZip.unpack(answer.folder(), folder, RUN);
        folders.add(folder);
      } else {
        errors.add(answer.name() + ": " + answer.error());
      }
    }
    if (!errors.isEmpty()) {
      throw new DistributionException(
          "%d of %d runs failed: %s".formatted(errors.size(), orders.size(), errors.getFirst()));
    }
    return folders;
  }

  private static Setup setup(Order order) {
    Recipe<?> recipe = Recipes.ofRun(order.recipe());
    Budget budget = Budget.named(order.budget());
    Settings settings = recipe.settings(budget, order.settings());
    if (recipe instanceof OwnRecipe<?> own) {
      return new Setup(own.source(settings, order.seed()), budget, settings, order.seed());
    }
    if (!order.data().isEmpty()) {
      return new Setup(recipe.data(order.data()), budget, settings, order.seed());
    }
    return new Setup(
        recipe.data().isEmpty() ? null : recipe.data().getFirst(), budget, settings, order.seed());
  }

  private static Answer compute(Order order) throws IOException {
    Executors.prepare();
    Path folder = Files.createTempDirectory("shinso-runs");
    try {
      RecipeRun run = RecipeRun.create(folder, Recipes.ofRun(order.recipe()), setup(order));
      Screen nowhere =
          Screen.lines(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
      run.train(nowhere, () -> false, null);
      return new Answer(order.name(), "", FolderZip.pack(run.folder().path()));
    } catch (UserException e) {
      return new Answer(order.name(), e.getMessage(), new byte[0]);
    } finally {
      FolderZip.remove(folder);
    }
  }
}
