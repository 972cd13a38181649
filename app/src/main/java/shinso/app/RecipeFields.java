package shinso.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Area;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Card;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.Setting;

/** What there is to say about recipes, for programs. */
final class RecipeFields {
  private RecipeFields() {}

  static Map<String, Object> of(List<Recipe<?>> recipes) {
    return Map.of("recipes", recipes.stream().map(RecipeFields::of).toList());
  }

  private static Map<String, Object> of(Recipe<?> recipe) {
    Card card = recipe.card();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("recipe", card.name());
    fields.put("area", area(recipe));
    fields.put("catalogue", card.rows());
    fields.put("title", card.summary());
    fields.put("source", card.source());
    fields.put("reported", card.reported());
    fields.put("data", recipe.data().stream().map(DataSource::name).toList());
    fields.put("settings", recipe.settings().stream().map(RecipeFields::setting).toList());
    fields.put("quantities", recipe.claims().stream().map(RecipeFields::claim).toList());
    return fields;
  }

  private static String area(Recipe<?> recipe) {
    return Recipes.areas().stream()
        .filter(a -> a.recipes().stream().anyMatch(r -> r.name().equals(recipe.name())))
        .map(Area::name)
        .findFirst()
        .orElse("");
  }

  private static Map<String, Object> setting(Setting.Row<?> row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("setting", row.setting().name());
    fields.put("meaning", row.setting().meaning());
    fields.put("allowed", row.setting().allowed());
    fields.putAll(budgets(row::text));
    return fields;
  }

  private static Map<String, Object> claim(Claim claim) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("quantity", claim.quantity().name());
    fields.put("unit", claim.quantity().unit());
    fields.put("data", claim.data());
    fields.put("published", claim.published());
    fields.put("expected", budgets(claim::text));
    return fields;
  }

  private static Map<String, String> budgets(Function<Budget, String> text) {
    Map<String, String> budgets = new LinkedHashMap<>();
    for (Budget budget : Budget.values()) {
      budgets.put(budget.name().toLowerCase(Locale.ROOT), text.apply(budget));
    }
    return budgets;
  }
}
