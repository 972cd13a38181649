package shinso.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import shinso.train.loop.Screen;
import shinso.zoo.harness.Area;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Score;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.UsageException;

/** All recipes: that none is forgotten, and that each learns something in its smoke budget. */
final class RecipesTest {
  private static final long SEED = 1;

  /** It looks into the kernels of all programs that run meanwhile, so that none else may. */
  private static final String PROFILER = "rtrl";

  private static final ReadWriteLock AT_WORK = new ReentrantReadWriteLock();

  @TempDir static Path runs;

  /** Runs every recipe on all of its data that is on this machine. */
  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> everyRecipeReachesItsSmokeTargets() {
    return Recipes.all().stream().flatMap(RecipesTest::tests);
  }

  private static Stream<DynamicTest> tests(Recipe<?> recipe) {
    if (recipe.data().isEmpty()) {
      return Stream.of(test(recipe, null));
    }
    return recipe.data().stream().filter(DataSource::isHere).map(data -> test(recipe, data));
  }

  private static DynamicTest test(Recipe<?> recipe, @Nullable DataSource data) {
    String on = data == null ? "" : " on " + data.name();
    return DynamicTest.dynamicTest(
        "%s%s, seed %d".formatted(recipe.name(), on, SEED), () -> atWork(recipe, data));
  }

  private static void atWork(Recipe<?> recipe, @Nullable DataSource data) {
    Lock lock = recipe.name().equals(PROFILER) ? AT_WORK.writeLock() : AT_WORK.readLock();
    lock.lock();
    try {
      smoke(recipe, data);
    } finally {
      lock.unlock();
    }
  }

  private static void smoke(Recipe<?> recipe, @Nullable DataSource data) {
    Setup setup = new Setup(data, Budget.SMOKE, recipe.settings(Budget.SMOKE, Map.of()), SEED);
    RecipeRun run = RecipeRun.create(runs, recipe, setup);
    run.train(Screen.lines(System.out), () -> false, null);
    Set<String> measured =
        run.scores().stream().map(s -> s.quantity().name()).collect(Collectors.toSet());
    for (Claim claim : recipe.claims()) {
      if (claim.data().isEmpty() || claim.data().equals(setup.dataName())) {
        assertTrue(
            measured.contains(claim.quantity().name()),
            () -> claim.quantity().name() + " is claimed, but not measured");
      }
    }
    for (Score score : run.scores()) {
      assertTrue(score.isGood(), () -> score.text() + ", " + score.verdict());
    }
    assertTrue(Files.exists(run.folder().report()));
    RecipeRun again = RecipeRun.open(runs, run.folder().path().toString(), Recipes::named);
    assertTrue(Files.exists(again.report()));
    assertEquals(run.scores(), again.scores(), "a report comes to the same numbers");
  }

  /** A smoke target is weaker than that of the default budget, so that it holds in seconds. */
  @Test
  void targetsGrowWithTheBudget() {
    for (Recipe<?> recipe : Recipes.all()) {
      for (Claim claim : recipe.claims()) {
        assertTrue(
            claim.smoke().low() <= claim.normal().low()
                && claim.smoke().high() >= claim.normal().high(),
            () -> recipe.name() + ": " + claim);
      }
    }
  }

  @Test
  void everyRecipeClaimsSomethingOnAllOfItsData() {
    for (Recipe<?> recipe : Recipes.all()) {
      List<String> data =
          recipe.data().isEmpty()
              ? List.of("")
              : recipe.data().stream().map(DataSource::name).toList();
      for (String name : data) {
        assertTrue(
            recipe.claims().stream().anyMatch(c -> c.data().isEmpty() || c.data().equals(name)),
            () -> recipe.name() + " claims nothing on '" + name + "'");
      }
    }
  }

  /** Every class that is a recipe is in the list, once. */
  @Test
  void noRecipeIsForgotten() throws IOException, URISyntaxException, ClassNotFoundException {
    Set<String> listed = new TreeSet<>();
    for (Recipe<?> recipe : Recipes.all()) {
      assertTrue(listed.add(recipe.getClass().getName()), () -> recipe.name() + " is listed twice");
    }
    for (Recipe<?> recipe : Recipes.own()) {
      assertTrue(listed.add(recipe.getClass().getName()), () -> recipe.name() + " is listed twice");
    }
    assertEquals(recipeClasses(), listed);
  }

  private static Set<String> recipeClasses()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path classes =
        Path.of(Recipes.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> names;
    try (Stream<Path> files = Files.walk(classes)) {
      names =
          files
              .map(file -> classes.relativize(file).toString())
              .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
              .map(file -> file.substring(0, file.length() - 6).replaceAll("[/\\\\]", "."))
              .toList();
    }
    Set<String> recipes = new TreeSet<>();
    for (String name : names) {
      Class<?> type = Class.forName(name, false, Recipes.class.getClassLoader());
      if (Recipe.class.isAssignableFrom(type) && !type.isInterface()) {
        recipes.add(name);
      }
    }
    return recipes;
  }

  @Test
  void namesAreUniqueAndRecipesLieInTheirAreas() {
    List<String> names = Recipes.all().stream().map(Recipe::name).toList();
    assertEquals(names.size(), Set.copyOf(names).size(), () -> "names: " + names);
    for (Area area : Recipes.areas()) {
      for (Recipe<?> recipe : area.recipes()) {
        assertTrue(recipe.name().matches("[a-z0-9]+(-[a-z0-9]+)*"), recipe.name());
        assertEquals("shinso.zoo." + area.name(), recipe.getClass().getPackageName());
      }
    }
  }

  @Test
  void anUnknownNameGivesTheNearest() {
    UsageException e = assertThrows(UsageException.class, () -> Recipes.named("digts-mlp"));
    assertTrue(
        e.getMessage().startsWith("there is no recipe 'digts-mlp' (did you mean digits-mlp"),
        e.getMessage());
  }
}
