package shinso.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import shinso.train.file.JsonFile;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Area;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Card;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.Setting;

/** {@code shinso list}: the recipes, or everything about one of them. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "List the recipes, or show what one of them does and which settings it has.")
final class ListCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      completionCandidates = Candidates.RecipeNames.class,
      description = "Show the settings and targets of this recipe.")
  private @Nullable String name;

  @Option(names = "--json", description = "Write everything about them as JSON.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    Recipe<?> named = name == null ? null : Recipes.ofRun(name);
    if (json) {
      out.print(JsonFile.written(RecipeFields.of(named == null ? Recipes.all() : List.of(named))));
      out.flush();
    } else if (named == null) {
      all(out);
    } else {
      one(out, named);
    }
  }

  private static void all(PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    for (Area area : Recipes.areas()) {
      rows.add(List.of(area.name() + ": " + area.title()));
      for (Recipe<?> recipe : area.recipes()) {
        String data = recipe.data().isEmpty() ? "" : "(" + data(recipe) + ")";
        rows.add(List.of("  " + recipe.name(), recipe.card().summary(), data));
      }
    }
    TextTable.lines(rows).forEach(out::println);
    out.println();
    out.println("shinso run RECIPE trains one of them; shinso list RECIPE shows its settings.");
  }

  private static String data(Recipe<?> recipe) {
    return recipe.data().stream().map(DataSource::name).collect(Collectors.joining(", "));
  }

  private static void one(PrintWriter out, Recipe<?> recipe) {
    Card card = recipe.card();
    out.println(card.name() + ": " + card.summary());
    if (!card.rows().isEmpty()) {
      out.println("catalogue: " + String.join(", ", card.rows()));
    }
    line(out, "source", card.source());
    line(out, "reported", card.reported());
    line(out, "data", data(recipe));
    out.println();

    List<List<String>> settings = new ArrayList<>();
    settings.add(List.of("setting", "smoke", "default", "paper", "", ""));
    for (Setting.Row<?> row : recipe.settings()) {
      settings.add(
          List.of(
              row.setting().name(),
              row.text(Budget.SMOKE),
              row.text(Budget.DEFAULT),
              row.text(Budget.PAPER),
              row.setting().meaning(),
              "(" + row.setting().allowed() + ")"));
    }
    if (!recipe.settings().isEmpty()) {
      TextTable.lines(settings).forEach(out::println);
      out.println();
    }

    List<List<String>> targets = new ArrayList<>();
    targets.add(List.of("target", "smoke", "default", "paper", "on", "published"));
    for (Claim claim : recipe.claims()) {
      targets.add(
          List.of(
              claim.quantity().name(),
              claim.text(Budget.SMOKE),
              claim.text(Budget.DEFAULT),
              claim.text(Budget.PAPER),
              claim.data(),
              claim.published()));
    }
    if (!recipe.claims().isEmpty()) {
      TextTable.lines(targets).forEach(out::println);
    }
  }

  private static void line(PrintWriter out, String name, String text) {
    if (!text.isEmpty()) {
      out.println(name + ": " + text);
    }
  }

  /** Prints a table; rows with fewer columns are headings. */
}
