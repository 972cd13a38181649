package shinso.zoo.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.data.catalog.Catalog;
import shinso.train.data.catalog.DataFolder;
import shinso.train.data.catalog.KnownSet;
import shinso.train.loop.Screen;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.DataChoice;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Score;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.Target;
import shinso.zoo.harness.UsageException;

/** All recipes: that none is forgotten, and that each learns something in its smoke budget. */
final class RecipesTest {
  private static final long SEED = 1;

  /** What guessing one of ten classes gives. */
  private static final double CHANCE = 0.1;

  @TempDir static Path runs;

  /** Runs every recipe on every data set that is on this machine. */
  @TestFactory
  Stream<DynamicTest> everyRecipeLearnsInItsSmokeBudget() {
    return Recipes.all().stream()
        .flatMap(recipe ->
            recipe.data().stream()
                .filter(RecipesTest::isHere)
                .map(data ->
                    DynamicTest.dynamicTest(
                        "%s on %s, seed %d".formatted(recipe.name(), data.name(), SEED),
                        () -> smoke(recipe, data))));
  }

  private static boolean isHere(DataChoice data) {
    KnownSet set = Catalog.find(data.name());
    return set.presence(DataFolder.ofEnvironment()) != KnownSet.Presence.ABSENT;
  }

  private static void smoke(Recipe recipe, DataChoice data) {
    Setup setup = new Setup(data, recipe.settings(Budget.SMOKE, Map.of()), SEED);
    RecipeRun run = RecipeRun.create(runs, recipe, Budget.SMOKE, setup);
    run.train(Screen.lines(System.out), () -> false, null);
    List<Score> scores = run.scores();
    assertFalse(scores.isEmpty(), "no final number");
    for (Score score : scores) {
      assertTrue(score.target() != null, () -> "no target for " + score.metric());
      assertTrue(score.isGood(), () -> score.text() + ", " + score.verdict());
    }
    assertTrue(Files.exists(run.folder().model()));
    assertTrue(Files.exists(run.folder().report()));
  }

  @Test
  void targetsAreWellAboveChance() {
    for (Recipe recipe : Recipes.all()) {
      for (Target target : recipe.targets()) {
        if (target.metric().endsWith("accuracy")) {
          assertTrue(target.smoke() > 3 * CHANCE, recipe.name() + ": " + target);
          assertTrue(target.value() > target.smoke(), recipe.name() + ": " + target);
        }
      }
    }
  }

  @Test
  void everyRecipeHasATargetForEachDataSet() {
    for (Recipe recipe : Recipes.all()) {
      Set<String> data = recipe.data().stream().map(DataChoice::name).collect(Collectors.toSet());
      Set<String> targets = recipe.targets().stream().map(Target::data).collect(Collectors.toSet());
      assertEquals(data, targets, recipe.name());
    }
  }

  /** Every class that is a recipe is in the list, once. */
  @Test
  void noRecipeIsForgotten() throws IOException, URISyntaxException, ClassNotFoundException {
    Set<String> listed = new TreeSet<>();
    for (Recipe recipe : Recipes.all()) {
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
  void namesAreUniqueAndAreasTogether() {
    List<String> names = Recipes.all().stream().map(Recipe::name).toList();
    assertEquals(names.size(), Set.copyOf(names).size(), () -> "names: " + names);
    List<String> areas = Recipes.all().stream().map(r -> r.card().area()).toList();
    assertEquals(
        areas.stream().distinct().count(),
        Stream.iterate(0, i -> i < areas.size(), i -> i + 1)
            .filter(i -> i == 0 || !areas.get(i).equals(areas.get(i - 1)))
            .count(),
        () -> "areas: " + areas);
    for (Recipe recipe : Recipes.all()) {
      assertTrue(recipe.name().matches("[a-z0-9]+(-[a-z0-9]+)*"), recipe.name());
      assertEquals(
          "shinso.zoo.recipes." + recipe.card().area(), recipe.getClass().getPackageName());
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
