package shinso.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.core.program.ParameterCheck;
import shinso.core.program.ParameterCheck.Finding;
import shinso.core.random.Rng;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Objective;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.UsageException;

/**
 * {@code shinso gradcheck}: compares derivatives with finite differences, parameter by parameter.
 */
@Command(
    name = "gradcheck",
    mixinStandardHelpOptions = true,
    description =
        "Compare the derivatives of a recipe's untrained model with finite differences in double"
            + " precision, by each of its parameters.",
    footer = {
      "",
      "What is differentiated is the loss of the recipe's first step on a few examples, or,",
      "where it learns without a loss, its free energy, log-likelihood or the like.",
      "Exit code 1 if a derivative is wrong; its parameter and index are named."
    })
final class GradcheckCommand implements Callable<Integer> {
  private static final double TOLERANCE = 1e-5;

  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private SetOption replaced;
  @Mixin private JsonOption json;

  @Parameters(index = "0", paramLabel = "RECIPE", description = "Whose model; see shinso list.")
  private String name = "";

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description = "Data set (default: the first one that shinso list shows for the recipe).")
  private @Nullable String data;

  @Option(
      names = "--budget",
      paramLabel = "NAME",
      description = "Whose settings: smoke (default), default or paper.")
  private String budget = "smoke";

  @Option(
      names = "--examples",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "How many training examples the loss is about (default: 4).")
  private int examples = 4;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description = "What initial weights and directions follow from (default: 1).")
  private long seed = 1;

  @Override
  public Integer call() {
    threads.apply();
    Recipe<?> recipe = Recipes.named(name);
    Budget size = Budget.named(budget);
    Setup setup =
        new Setup(
            RunCommand.source(recipe, data), size, recipe.settings(size, replaced.values()), seed);
    Objective objective = Objective.of(recipe, setup, examples);
    ParameterCheck.Report report = objective.check(Rng.of(seed).split("gradcheck"));
    PrintStream out = main.out();
    List<Finding> wrong = report.wrong(TOLERANCE);
    if (json.isGiven()) {
      JsonOption.print(out, fields(objective, report, wrong));
    } else {
      out.printf(Locale.ROOT, "%s: %s, %.10g%n", recipe.name(), objective.name(), report.loss());
      print(out, report.findings());
    }
    if (report.findings().stream().allMatch(f -> f.analytic() == 0 && f.numeric() == 0)) {
      throw new UsageException(
          "this proves nothing: '%s' of the recipe %s doesn't change with the parameters, or in"
                  .formatted(objective.name(), recipe.name())
              + " jumps");
    }
    if (wrong.isEmpty()) {
      if (!json.isGiven()) {
        out.printf(
            "the derivatives by all %d parameters are right up to %s%n",
            report.findings().size(), TOLERANCE);
      }
      return 0;
    }
    for (Finding f : wrong) {
      main.err()
          .printf(
              Locale.ROOT,
              "wrong derivative by %s: %.10g by differentiation, %.10g by finite differences%n",
              f.where(),
              f.analytic(),
              f.numeric());
    }
    return 1;
  }

  private static Map<String, Object> fields(
      Objective objective, ParameterCheck.Report report, List<Finding> wrong) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Finding f : report.findings()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("parameter", f.name());
      row.put("shape", f.shape().toString());
      row.put("differentiation", JsonOption.number(f.analytic()));
      row.put("differences", JsonOption.number(f.numeric()));
      row.put("relativeError", JsonOption.number(f.error()));
      row.put("right", !wrong.contains(f));
      rows.add(row);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("parameters", rows);
    fields.put("objective", objective.name());
    fields.put("value", JsonOption.number(report.loss()));
    return fields;
  }

  private static void print(PrintStream out, List<Finding> findings) {
    int width = Math.max(9, findings.stream().mapToInt(f -> f.name().length()).max().orElse(0));
    String row = "  %-" + width + "s  %-16s  %16s  %16s  %14s%n";
    out.printf(row, "parameter", "shape", "differentiation", "differences", "relative error");
    for (Finding f : findings) {
      out.printf(
          Locale.ROOT,
          row,
          f.name(),
          f.shape(),
          "%.8g".formatted(f.analytic()),
          "%.8g".formatted(f.numeric()),
          "%.1e".formatted(f.error()));
    }
  }
}
