package shinso.zoo.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import shinso.train.figure.Bars;
import shinso.train.figure.Figure;
import shinso.train.judge.Estimate;
import shinso.train.judge.Quantity;
import shinso.train.report.Section;

/**
 * Variants of a model or a method, all measured alike: a row of numbers for each, which the report
 * shows as a table and as bars.
 *
 * <pre>{@code
 * Comparison attacks = run.compare("attacks", "Accuracy under attack", CLEAN, FGSM);
 * for (Variant v : variants) {
 *   run.train(v.name(), v.learner(), batches).go();
 *   attacks.variant(v.name(), () -> accuracy(v, test), () -> accuracy(v, attacked(v, test)));
 * }
 * attacks.show();
 * }</pre>
 *
 * <p>Each number is a score of the run under the name that {@link Quantity#of(String)} gives it, so
 * that a claim can be made about it.
 */
public final class Comparison {
  private final Run run;
  private final String name;
  private final String title;
  private final List<Quantity> quantities;
  private final Map<String, List<Double>> variants = new LinkedHashMap<>();

  Comparison(Run run, String name, String title, List<Quantity> quantities) {
    if (quantities.isEmpty()) {
      throw new IllegalArgumentException("the comparison '" + name + "' compares no quantity");
    }
    this.run = run;
    this.name = name;
    this.title = title;
    this.quantities = List.copyOf(quantities);
  }

  /**
   * Measures a variant.
   *
   * @param values one for each quantity, in their order
   * @return the numbers
   * @throws IllegalArgumentException if there are more or fewer, or the variant is there already
   */
  public List<Double> variant(String variant, DoubleSupplier... values) {
    if (values.length != quantities.size()) {
      throw new IllegalArgumentException(
          "the comparison '%s' has %d quantities, the variant '%s' %d values"
              .formatted(name, quantities.size(), variant, values.length));
    }
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      numbers.add(run.score(quantities.get(i).of(variant), values[i]));
    }
    variants.put(variant, List.copyOf(numbers));
    return variants.get(variant);
  }

  /** Shows the table, in which the best of each column stands out, and bars. */
  public void show() {
    run.showAll(
        name,
        () -> {
          Figure bars = bars();
          return List.of(table(), Section.figure(bars, name + "." + bars.extension()));
        });
  }

  private Section table() {
    List<List<String>> rows = new ArrayList<>();
    List<Integer> best = new ArrayList<>();
    for (int i = 0; i < quantities.size(); i++) {
      best.add(best(i));
    }
    variants.forEach((variant, values) -> {
      List<String> row = new ArrayList<>(List.of(variant));
      IntStream.range(0, values.size())
          .forEach(i -> row.add(quantities.get(i).text(Estimate.exact(values.get(i)))));
      rows.add(row);
    });
    List<String> heading = new ArrayList<>(List.of(""));
    quantities.forEach(q -> heading.add(q.name()));
    return Section.grid(title, heading, rows, best);
  }

  /** Returns the variant that is best in a quantity, -1 if none can be. */
  private int best(int column) {
    Quantity q = quantities.get(column);
    if (q.better() == Quantity.Better.NEITHER) {
      return -1;
    }
    int best = -1;
    double value = Double.NaN;
    int row = 0;
    for (List<Double> values : variants.values()) {
      double x = values.get(column);
      if (!Double.isNaN(x) && (best < 0 || q.isBetter(x, q, value))) {
        best = row;
        value = x;
      }
      row++;
    }
    return best;
  }

  /** Returns one drawing where all quantities have a unit in common, otherwise one for each. */
  private Figure bars() {
    String unit = quantities.getFirst().unit();
    boolean alike = !unit.isEmpty() && quantities.stream().allMatch(q -> q.unit().equals(unit));
    if (alike || quantities.size() == 1) {
      return bars(title, IntStream.range(0, quantities.size()).toArray());
    }
    return Figure.panels(
        title,
        IntStream.range(0, quantities.size())
            .mapToObj(i -> bars(quantities.get(i).name(), i))
            .toList(),
        2);
  }

  private Bars bars(String heading, int... columns) {
    Bars bars = Figure.bars(heading, List.copyOf(variants.keySet()));
    for (int column : columns) {
      Quantity q = quantities.get(column);
      double scale = q.unit().equals("%") ? 100 : 1;
      double[] values =
          variants.values().stream().mapToDouble(v -> scale * v.get(column)).toArray();
      bars = bars.series(q.name(), values);
    }
    String unit = quantities.get(columns[0]).unit();
    return bars.axes("", columns.length == 1 ? quantities.get(columns[0]).name() + in(unit) : unit);
  }

  private static String in(String unit) {
    return unit.isEmpty() ? "" : " in " + unit;
  }
}
