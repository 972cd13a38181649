package shinso.verify.results;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Area;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.Recipe;

/** The page of all results. */
final class ResultsPage {
  private static final String BEGIN = "<!-- results -->";
  private static final String END = "<!-- end of results -->";

  private ResultsPage() {}

  /** Returns the page in Markdown. */
  static String of(List<Result> results) {
    StringBuilder page = new StringBuilder();
    page.append("# Results\n\n");
    page.append("What the recipes of the zoo come to, beside what was expected and published. ");
    page.append("This page is written by `./shinso bench results [RUN…]` from the files in ");
    page.append("`docs/results`, which are as the runs left them.\n");
    for (Area area : Recipes.areas()) {
      List<Result> own =
          area.recipes().stream()
              .flatMap(r -> results.stream().filter(x -> x.recipe().equals(r.name())))
              .toList();
      if (!own.isEmpty()) {
        page.append("\n## ").append(area.title().substring(0, 1).toUpperCase(Locale.ROOT));
        page.append(area.title().substring(1)).append("\n\n");
        page.append("| what | measured | expected | published | command | time |\n");
        page.append("|---|---|---|---|---|---|\n");
        own.forEach(r -> rows(page, r));
      }
    }
    page.append("\nMachines: ");
    page.append(
        String.join(
            "; ",
            results.stream().map(r -> r.machine() + " (" + r.date() + ")").distinct().toList()));
    return page.append(".\n").toString();
  }

  /**
   * Returns a page with what has a published number in the table between two marks: of each result
   * the last one, which is of what its recipe is about.
   *
   * @throws IllegalArgumentException if the page has no such marks
   */
  static String inserted(String page, List<Result> results) {
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("the page has no place between " + BEGIN + " and " + END);
    }
    StringBuilder table =
        new StringBuilder(BEGIN + "\n| command | result | published | time |\n|---|---|---|---|\n");
    for (Result r : results) {
      Claim claim = published(r);
      if (claim != null) {
        String name = claim.quantity().name();
        table.append("| `").append(shortened(r)).append("` | ").append(name).append(' ');
        table.append(r.scores().get(name)).append(" | ").append(claim.published());
        table.append(" | ").append(time(r.seconds())).append(" |\n");
      }
    }
    return page.substring(0, from) + table + page.substring(to);
  }

  /**
   * Returns the last claim with a published number, which is about what a recipe is for; or null.
   */
  private static @Nullable Claim published(Result r) {
    return Recipes.named(r.recipe()).claims().stream()
        .filter(c -> !c.published().isEmpty())
        .filter(c -> r.scores().keySet().stream().anyMatch(name -> c.isAbout(name, r.data())))
        .reduce((first, second) -> second)
        .orElse(null);
  }

  /** Returns the command without what it would take by itself. */
  private static String shortened(Result r) {
    Recipe<?> recipe = Recipes.named(r.recipe());
    boolean usual = r.data().isEmpty() || recipe.data().getFirst().name().equals(r.data());
    String budget = r.budget().equals("default") ? "" : " --budget " + r.budget();
    return "./shinso run " + r.recipe() + (usual ? "" : " --data " + r.data()) + budget;
  }

  private static void rows(StringBuilder page, Result r) {
    Recipe<?> recipe = Recipes.named(r.recipe());
    Budget budget = Budget.named(r.budget());
    boolean first = true;
    for (Map.Entry<String, String> score : r.scores().entrySet()) {
      Claim claim =
          recipe.claims().stream()
              .filter(c -> c.isAbout(score.getKey(), r.data()))
              .findFirst()
              .orElse(null);
      double value = r.values().getOrDefault(score.getKey(), Double.NaN);
      String expected = claim == null ? "" : claim.text(budget);
      if (claim != null && !claim.at(budget).contains(value)) {
        expected += " (missed)";
      }
      page.append("| ").append(score.getKey());
      if (first && !r.data().isEmpty()) {
        page.append(", ").append(r.data());
      }
      page.append(" | ").append(score.getValue()).append(" | ").append(expected);
      page.append(" | ").append(claim == null ? "" : claim.published());
      page.append(" | ").append(first ? "`" + r.command() + "`" : "");
      page.append(" | ").append(first ? time(r.seconds()) : "").append(" |\n");
      first = false;
    }
  }

  private static String time(double seconds) {
    return seconds < 60
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : String.format(Locale.ROOT, "%.1f min", seconds / 60);
  }
}
