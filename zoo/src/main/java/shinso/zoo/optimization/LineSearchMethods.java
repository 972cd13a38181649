package shinso.zoo.optimization;

import static shinso.zoo.harness.Training.STEPS;
import static shinso.zoo.optimization.Landscape.ROSENBROCK;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Sgd;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.PointSeries;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Rosenbrock's bent valley, (1 − x)² + 100 (y − x²)² from (−1.2, 1): conjugate gradients and L-BFGS
 * with a line search reach the minimum at (1, 1) in a few dozen steps, where rules with a learning
 * rate have thousands to go.
 *
 * <pre>
 * ./shinso run line-search-methods
 * </pre>
 */
public final class LineSearchMethods implements Demo {
  private static final Quantity HEIGHT = Quantity.smaller("height at the end", "");
  private static final Quantity ITERATIONS = Quantity.smaller("iterations to 1e-10", "");

  @Override
  public Card card() {
    return Card.of("line-search-methods", "conjugate gradients and L-BFGS in Rosenbrock's valley")
        .rows("B11")
        .source(
            "Rosenbrock 1960; Nocedal and Wright, \"Numerical optimization\", chapters 5 and 7");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(STEPS.always(1_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atMost(ITERATIONS.of("L-BFGS"), 60, 60, 60),
        Claim.atMost(ITERATIONS.of("conjugate gradients"), 60, 60, 60),
        Claim.atLeast(HEIGHT.of("gradient descent"), 1e-3, 1e-3, 1e-3));
  }

  private static Map<String, Optimizer> rules() {
    Map<String, Optimizer> rules = new LinkedHashMap<>();
    rules.put("gradient descent", Sgd.of(0.001));
    rules.put("momentum", Momentum.of(0.0005, 0.9));
    rules.put("Adam", Adam.of(0.02));
    return rules;
  }

  @Override
  public void run(Run run) {
    List<PointSeries> ways = ROSENBROCK.descend(rules(), run.get(STEPS), Double.POSITIVE_INFINITY);
    List<PointSeries> searches = ROSENBROCK.searches();
    ways.forEach(
        way -> run.score(HEIGHT.of(way.name()), () -> ROSENBROCK.heights(way)[run.get(STEPS)]));
    searches.forEach(way -> run.score(ITERATIONS.of(way.name()), () -> iterations(way)));

    List<PointSeries> all = Stream.concat(ways.stream(), searches.stream()).toList();
    run.show("rosenbrock", () -> ROSENBROCK.map("Rosenbrock's valley", all).logLevels(9));
    run.show(
        "heights",
        () -> {
          Lines chart =
              Figure.lines("Height by step")
                  .axes("step", "height")
                  .logX()
                  .logY()
                  .yRange(1e-14, 100);
          for (PointSeries way : all) {
            double[] h = ROSENBROCK.heights(way);
            chart =
                chart.series(
                    way.name(), IntStream.rangeClosed(1, h.length).asDoubleStream().toArray(), h);
          }
          return chart;
        });
  }

  private static int iterations(PointSeries way) {
    double[] h = ROSENBROCK.heights(way);
    return IntStream.range(0, h.length).filter(i -> h[i] < 1e-10).findFirst().orElse(h.length);
  }
}
