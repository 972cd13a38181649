package shinso.verify.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import shinso.zoo.Catalogue;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.Recipe;

/** The page of all rows of the catalogue: where each is, what was published, what was measured. */
final class CataloguePage {
  private CataloguePage() {}

  /**
   * Returns the page in Markdown.
   *
   * @param tests the test classes of rows
   */
  static String of(List<Result> results, Map<String, ? extends Set<String>> tests) {
    StringBuilder page = new StringBuilder();
    page.append("# The catalogue\n\n");
    page.append("Every method that Shinso is to have, by the ids that the recipes' cards name. ");
    page.append("`./shinso run RECIPE` reproduces a row; a row of which all is exact has tests ");
    page.append("only. This page is written by `./shinso bench results`; the commands, times and ");
    page.append("machines of what was measured stand in [results.md](results.md).\n");
    char group = 0;
    for (Map.Entry<String, String> row : Catalogue.rows().entrySet()) {
      if (row.getKey().charAt(0) != group) {
        group = row.getKey().charAt(0);
        page.append("\n| id | what | recipe or test | source | published | measured |\n");
        page.append("|---|---|---|---|---|---|\n");
      }
      row(page, row.getKey(), row.getValue(), results, tests);
    }
    return page.toString();
  }

  private static void row(
      StringBuilder page,
      String id,
      String what,
      List<Result> results,
      Map<String, ? extends Set<String>> tests) {
    List<List<String>> lines = new ArrayList<>();
    for (Recipe<?> recipe : Recipes.all()) {
      if (recipe.card().rows().contains(id)) {
        lines.add(
            List.of(
                "`" + recipe.name() + "`",
                recipe.card().source(),
                published(recipe),
                measured(recipe, results)));
      }
    }
    if (tests.containsKey(id)) {
      String names =
          tests.get(id).stream().map(t -> "`" + t + "`").collect(Collectors.joining(", "));
      lines.add(List.of(names, "", "", ""));
    }
    if (lines.isEmpty()) {
      lines.add(List.of("not yet", "", "", ""));
    }
    for (int i = 0; i < lines.size(); i++) {
      page.append("| ").append(i == 0 ? id : "").append(" | ").append(i == 0 ? what : "");
      lines.get(i).forEach(cell -> page.append(" | ").append(cell));
      page.append(" |\n");
    }
  }

  private static String published(Recipe<?> recipe) {
    Map<String, String> published = new LinkedHashMap<>();
    for (Claim claim : recipe.claims()) {
      if (!claim.published().isEmpty()) {
        published.put(claim.quantity().name(), claim.published());
      }
    }
    return joined(published);
  }

  private static String measured(Recipe<?> recipe, List<Result> results) {
    List<String> all = new ArrayList<>();
    for (Result result : results) {
      if (result.recipe().equals(recipe.name())) {
        all.add(
            "%s (%s%s, %s)"
                .formatted(
                    joined(claimed(recipe, result)),
                    result.data().isEmpty() ? "" : result.data() + ", ",
                    result.budget(),
                    result.date()));
      }
    }
    return String.join("; ", all);
  }

  /** Returns the numbers that claims are about, or all of a recipe that claims nothing. */
  private static Map<String, String> claimed(Recipe<?> recipe, Result result) {
    Map<String, String> claimed = new LinkedHashMap<>();
    result
        .scores()
        .forEach((name, text) -> {
          if (recipe.claims().isEmpty()
              || recipe.claims().stream().anyMatch(c -> c.isAbout(name, result.data()))) {
            claimed.put(name, text);
          }
        });
    return claimed;
  }

  private static String joined(Map<String, String> numbers) {
    return numbers.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }
}
