package shinso.verify.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import shinso.verify.results.RowTests;
import shinso.zoo.Catalogue;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Recipe;

/**
 * Every row of the catalogue is claimed by a recipe's card or by a test that says
 * {@code @Tag("row-I3")}, or stands in the list of those that nobody claims yet. That list only
 * shrinks.
 */
final class CatalogueTest {
  private static final Path UNCLAIMED = Path.of("src", "test", "resources", "unclaimed-rows.txt");

  @Test
  void cardsAndTestsNameRowsThatExist() {
    Set<String> rows = Catalogue.rows().keySet();
    for (Recipe<?> recipe : Recipes.all()) {
      for (String row : recipe.card().rows()) {
        assertTrue(rows.contains(row), () -> recipe.name() + " claims a row " + row);
      }
    }
    assertTrue(rows.containsAll(tagged()), () -> "tests claim rows that don't exist");
  }

  @Test
  void unclaimedRowsAreListed() throws IOException {
    Set<String> unclaimed = new TreeSet<>(Catalogue.rows().keySet());
    unclaimed.removeAll(tagged());
    Recipes.all().forEach(recipe -> unclaimed.removeAll(recipe.card().rows()));
    Set<String> listed = new TreeSet<>(Files.readAllLines(UNCLAIMED));
    assertEquals(
        listed,
        unclaimed,
        "what is claimed now leaves " + UNCLAIMED + "; what was claimed before stays claimed");
  }

  /** Returns the rows that test sources claim. */
  private static Set<String> tagged() {
    return RowTests.in(Path.of("..")).keySet();
  }
}
