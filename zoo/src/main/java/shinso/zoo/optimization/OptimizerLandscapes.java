package shinso.zoo.optimization;

import static shinso.zoo.harness.Training.STEPS;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Nesterov;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Sgd;
import shinso.train.figure.Contours;
import shinso.train.figure.Figure;
import shinso.train.figure.Trace;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * The ways that optimisers take over a valley, a plateau, a cliff and a saddle: momentum carries
 * along the valley's floor, adaptive rates cross plain and ridge, and one step up the cliff throws
 * unclipped gradient descent away.
 *
 * <pre>
 * ./shinso run optimizer-landscapes
 * </pre>
 */
public final class OptimizerLandscapes implements Demo {
  private static final double NO_CLIPPING = Double.POSITIVE_INFINITY;

  private static final Quantity VALLEY =
      Quantity.smaller("height after momentum ÷ after gradient descent, valley", "");
  private static final Quantity PLATEAU = Quantity.smaller("height after Adam, plateau", "");
  private static final Quantity SADDLE = Quantity.smaller("height after Adam, saddle", "");
  private static final Quantity THROWN =
      Quantity.larger("longest step of gradient descent at the cliff", "");
  private static final Quantity HELD =
      Quantity.smaller("longest step with clipped gradients at the cliff", "");

  @Override
  public Card card() {
    return Card.of(
            "optimizer-landscapes", "paths of optimisers over valley, plateau, cliff, saddle")
        .rows("B12")
        .source("Goodfellow, Bengio and Courville, \"Deep learning\", sections 8.2 to 8.5");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(STEPS.row(200, 200, 200));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atMost(VALLEY, 0.01, 0.01, 0.01),
        Claim.atMost(PLATEAU, 0.01, 0.01, 0.01),
        Claim.atMost(SADDLE, -0.2, -0.2, -0.2),
        Claim.atLeast(THROWN, 3, 3, 3),
        Claim.atMost(HELD, 0.11, 0.11, 0.11));
  }

  /** Rates that suit most of these landscapes. */
  private static Map<String, Optimizer> rules() {
    Map<String, Optimizer> rules = new LinkedHashMap<>();
    rules.put("gradient descent", Sgd.of(0.02));
    rules.put("momentum", Momentum.of(0.02, 0.9));
    rules.put("Nesterov", Nesterov.of(0.02, 0.9));
    rules.put("Adam", Adam.of(0.1));
    return rules;
  }

  @Override
  public void run(Run run) {
    int steps = run.get(STEPS);
    Map<String, Trace> valley = paths(Landscape.VALLEY, steps);
    Map<String, Trace> plateau = paths(Landscape.PLATEAU, steps);
    Map<String, Trace> saddle = paths(Landscape.SADDLE, steps);
    Trace thrown = Landscape.CLIFF.descend("gradient descent", Sgd.of(0.1), steps, NO_CLIPPING);
    Trace held = Landscape.CLIFF.descend("with gradients clipped to 1", Sgd.of(0.1), steps, 1);

    run.score(
        VALLEY,
        () ->
            end(Landscape.VALLEY, valley, "momentum")
                / end(Landscape.VALLEY, valley, "gradient descent"));
    run.score(PLATEAU, () -> end(Landscape.PLATEAU, plateau, "Adam"));
    run.score(SADDLE, () -> end(Landscape.SADDLE, saddle, "Adam"));
    run.score(THROWN, () -> longestStep(thrown));
    run.score(HELD, () -> longestStep(held));

    run.show(
        "landscapes",
        () ->
            Figure.panels(
                "Paths of optimisers, %d steps".formatted(steps),
                List.of(
                    map(Landscape.VALLEY, "Valley: momentum runs along the floor", valley.values()),
                    map(
                        Landscape.PLATEAU,
                        "Plateau: plain gradient descent stays",
                        plateau.values()),
                    map(Landscape.SADDLE, "Saddle: Adam leaves the ridge at once", saddle.values()),
                    map(
                        Landscape.CLIFF,
                        "Cliff: clipping keeps the step short",
                        List.of(thrown, held))),
                2));
  }

  private static Map<String, Trace> paths(Landscape landscape, int steps) {
    Map<String, Trace> paths = new LinkedHashMap<>();
    rules()
        .forEach(
            (name, rule) -> paths.put(name, landscape.descend(name, rule, steps, NO_CLIPPING)));
    return paths;
  }

  private static double end(Landscape landscape, Map<String, Trace> paths, String rule) {
    return landscape.at(paths.getOrDefault(rule, new Trace(rule, List.of())).points().getLast());
  }

  private static double longestStep(Trace path) {
    double longest = 0;
    List<Trace.Point> points = path.points();
    for (int i = 1; i < points.size(); i++) {
      Trace.Point a = points.get(i - 1);
      Trace.Point b = points.get(i);
      longest = Math.max(longest, Math.hypot(b.x() - a.x(), b.y() - a.y()));
    }
    return longest;
  }

  private static Contours map(Landscape landscape, String title, Iterable<Trace> paths) {
    Contours map = Figure.contours(title, landscape.heights()).axes("x", "y").levels(14);
    List<Trace> all = new ArrayList<>();
    paths.forEach(all::add);
    for (Trace path : all) {
      map = map.path(path);
    }
    return map;
  }
}
