package shinso.zoo.optimization;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Minimizer;
import shinso.nn.optim.Optimizer;
import shinso.train.figure.Contours;
import shinso.train.figure.Figure;
import shinso.train.figure.PointSeries;
import shinso.train.figure.Region;

/**
 * A function of two numbers to be made small, and where to begin.
 *
 * @param name what it is
 * @param height the function, {@code [n, 2] -> [n]}
 * @param x where descent begins
 * @param y where descent begins
 * @param seen the part that is drawn
 */
record Landscape(String name, UnaryOperator<Tensor> height, double x, double y, Region seen) {
  private static final Rng NO_KEY = Rng.of(0);

  /** A long valley, 50 times as steep across as along. */
  static final Landscape VALLEY =
      new Landscape(
          "valley",
          p -> x(p).square().mul(0.5).add(y(p).square().mul(25)),
          -4,
          1,
          Region.of(-5, 2, -2, 2));

  /** A well in a plain where the gradient is next to nothing. */
  static final Landscape PLATEAU =
      new Landscape(
          "plateau",
          p -> x(p).square().add(y(p).square()).div(-2).exp().rsub(1),
          -3,
          1,
          Region.of(-4, 2, -2, 2));

  /**
   * A gentle slope that leads to the foot of a wall: one step onto it throws the parameters away.
   */
  static final Landscape CLIFF =
      new Landscape(
          "cliff",
          p -> x(p).neg().add(y(p).square().mul(0.1)).add(x(p).sub(1).mul(100).softplus()),
          -1,
          1.5,
          Region.of(-9, 1.2, -2, 2));

  /** A saddle, entered almost along its ridge. */
  static final Landscape SADDLE =
      new Landscape(
          "saddle",
          p ->
              x(p).square()
                  .mul(0.5)
                  .sub(y(p).square().mul(0.5))
                  .add(y(p).square().square().mul(0.25)),
          -2,
          0.001,
          Region.of(-2.5, 1.5, -2, 2));

  /** Rosenbrock's bent valley with its minimum at (1, 1). */
  static final Landscape ROSENBROCK =
      new Landscape(
          "rosenbrock",
          p -> x(p).rsub(1).square().add(y(p).sub(x(p).square()).square().mul(100)),
          -1.2,
          1,
          Region.of(-1.6, 1.6, -0.5, 2));

  private static Tensor x(Tensor p) {
    return p.at(1, 0);
  }

  private static Tensor y(Tensor p) {
    return p.at(1, 1);
  }

  /**
   * Returns the ways that rules take from the beginning.
   *
   * @param clip the largest norm of a gradient; infinite for any
   */
  List<PointSeries> descend(Map<String, Optimizer> rules, int steps, double clip) {
    Map<String, Param> points = new LinkedHashMap<>();
    rules
        .keySet()
        .forEach(rule ->
            points.put(rule, Param.of(Tensor.of(new double[] {x, y}, 1, 2).cast(DType.F32))));
    Program step =
        Program.of((none, rng) -> {
          Step all = Step.of(List.of());
          for (Map.Entry<String, Optimizer> rule : rules.entrySet()) {
            List<Param> p = List.of(Objects.requireNonNull(points.get(rule.getKey())));
            Tensor loss = height.apply(p.getFirst().value()).sum();
            List<Tensor> g = Gradients.clipByNorm(Autodiff.gradients(loss, p), clip);
            all = all.and(rule.getValue().update(p, g)).metric(rule.getKey(), p.getFirst().value());
          }
          return all;
        });
    Map<String, List<PointSeries.Point>> ways = new LinkedHashMap<>();
    rules.keySet().forEach(rule -> ways.put(rule, new ArrayList<>()));
    for (int i = 0; i <= steps; i++) {
      Program.Result before = step.run(NO_KEY);
      ways.forEach((rule, way) -> {
        double[] at = before.metric(rule).toDoubleArray();
        way.add(new PointSeries.Point(at[0], at[1]));
      });
    }
    return ways.entrySet().stream().map(w -> new PointSeries(w.getKey(), w.getValue())).toList();
  }

  /** Returns the ways that conjugate gradients and L-BFGS take from the beginning, in F64. */
  List<PointSeries> searches() {
    return List.of(
        search("conjugate gradients", Minimizer.conjugateGradients()),
        search("L-BFGS", Minimizer.lbfgs()));
  }

  private PointSeries search(String name, Minimizer minimizer) {
    Param p = Param.of(Tensor.of(new double[] {x, y}, 1, 2));
    List<PointSeries.Point> way = new ArrayList<>();
    minimizer
        .iterations(200)
        .watch((i, loss, at) -> way.add(new PointSeries.Point(at[0], at[1])))
        .minimize(List.of(p), () -> height.apply(p.value()).sum());
    return new PointSeries(name, way);
  }

  /** Returns the heights along a way. */
  double[] heights(PointSeries way) {
    double[] xy =
        way.points().stream().flatMapToDouble(p -> DoubleStream.of(p.x(), p.y())).toArray();
    return height.apply(Tensor.of(xy, xy.length / 2, 2)).toDoubleArray();
  }

  /**
   * Returns the height where a way ends.
   *
   * @throws java.util.NoSuchElementException if none has this name
   */
  double end(List<PointSeries> ways, String rule) {
    double[] heights =
        heights(ways.stream().filter(t -> t.name().equals(rule)).findFirst().orElseThrow());
    return heights[heights.length - 1];
  }

  /** Returns the length of the longest step of a way. */
  static double longestStep(PointSeries way) {
    double longest = 0;
    for (int i = 1; i < way.points().size(); i++) {
      PointSeries.Point a = way.points().get(i - 1);
      PointSeries.Point b = way.points().get(i);
      longest = Math.max(longest, Math.hypot(b.x() - a.x(), b.y() - a.y()));
    }
    return longest;
  }

  /** Returns a map with ways on it. */
  Contours map(String title, List<PointSeries> ways) {
    Contours map = Figure.contours(title, seen.values(height)).axes("x", "y").levels(14);
    for (PointSeries way : ways) {
      map = map.path(way);
    }
    return map;
  }
}
