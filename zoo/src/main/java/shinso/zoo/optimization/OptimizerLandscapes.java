package shinso.zoo.optimization;

import static shinso.zoo.harness.Training.STEPS;
import static shinso.zoo.optimization.Landscape.*;

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
import shinso.train.figure.Panels;
import shinso.train.figure.PointSeries;
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
  private static final Quantity ON_FLOOR =
      Quantity.smaller("height after momentum ÷ after gradient descent, valley", "");
  private static final Quantity OFF_PLAIN = Quantity.smaller("height after Adam, plateau", "");
  private static final Quantity OFF_RIDGE = Quantity.smaller("height after Adam, saddle", "");
  private static final Quantity THROWN =
      Quantity.larger("longest step of gradient descent at the cliff", "");
  private static final Quantity HELD =
      Quantity.smaller("longest step with clipped gradients at the cliff", "");

  /** No limit to the norm of gradients. */
  private static final double ANY = Double.POSITIVE_INFINITY;

  @Override
  public Card card() {
    return Card.of(
            "optimizer-landscapes", "paths of optimisers over valley, plateau, cliff, saddle")
        .rows("B3", "B12")
        .source("Goodfellow, Bengio and Courville, \"Deep learning\", sections 8.2 to 8.5");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(STEPS.row(200, 200, 200));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atMost(ON_FLOOR, 0.01, 0.01, 0.01),
        Claim.atMost(OFF_PLAIN, 0.01, 0.01, 0.01),
        Claim.atMost(OFF_RIDGE, -0.2, -0.2, -0.2),
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
    List<PointSeries> valley = VALLEY.descend(rules(), steps, ANY);
    List<PointSeries> plateau = PLATEAU.descend(rules(), steps, ANY);
    List<PointSeries> saddle = SADDLE.descend(rules(), steps, ANY);
    PointSeries thrown =
        CLIFF.descend(Map.of("gradient descent", Sgd.of(0.1)), steps, ANY).getFirst();
    PointSeries held =
        CLIFF.descend(Map.of("with gradients clipped to 1", Sgd.of(0.1)), steps, 1).getFirst();

    run.score(
        ON_FLOOR, () -> VALLEY.end(valley, "momentum") / VALLEY.end(valley, "gradient descent"));
    run.score(OFF_PLAIN, () -> PLATEAU.end(plateau, "Adam"));
    run.score(OFF_RIDGE, () -> SADDLE.end(saddle, "Adam"));
    run.score(THROWN, () -> Landscape.longestStep(thrown));
    run.score(HELD, () -> Landscape.longestStep(held));

    run.show(
        "landscapes",
        () ->
            Figure.panels(
                "Paths of optimisers, %d steps".formatted(steps),
                List.of(
                    VALLEY.map("Valley: momentum runs along the floor", valley),
                    PLATEAU.map("Plateau: plain gradient descent stays", plateau),
                    SADDLE.map("Saddle: Adam leaves the ridge at once", saddle),
                    CLIFF.map("Cliff: clipping keeps the step short", List.of(thrown, held))),
                2));
    for (Landscape landscape : List.of(VALLEY, PLATEAU, SADDLE, CLIFF)) {
      run.show(landscape.name(), () -> sheet(landscape, steps, ANY));
    }
    run.show("cliff-clipped", () -> sheet(CLIFF, steps, 1));
  }

  /** Returns the ways of all optimisers over a landscape, like ones on one map. */
  private static Panels sheet(Landscape landscape, int steps, double clip) {
    boolean clips = clip < ANY;
    List<Contours> maps = new ArrayList<>();
    OptimizerFamilies.all()
        .forEach((family, rules) ->
            maps.add(landscape.map(family, landscape.descend(rules, steps, clip))));
    if (!clips) {
      maps.add(landscape.map("Line searches", landscape.searches()));
    }
    String title = "All optimisers: %s, %d steps".formatted(landscape.name(), steps);
    return Figure.panels(clips ? title + ", gradients clipped to 1" : title, maps, 2);
  }
}
