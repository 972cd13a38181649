package shinso.zoo.mixture;

import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Mixture;
import shinso.nn.model.Regressor;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Grid;
import shinso.train.figure.Lines;
import shinso.train.figure.Region;
import shinso.train.figure.Scatter;

/**
 * What a mixture density network knows about the inverse problem: the panels of "Pattern
 * recognition and machine learning", figures 5.19 and 5.21, and the moments and modes of section
 * 5.6.
 *
 * @param mixture the network
 * @param squares one that was fitted by least squares
 * @param data x and t
 */
record InversePanels(MixtureDensityNetwork mixture, Regressor squares, Dataset data) {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 400;
  private static final Region PLANE = Region.of(0, 1, -0.2, 1.2).resolution(101, 141);
  private static final double[] DENSITIES = {0.5, 1, 2, 3, 4, 5, 6, 8};

  /** Returns all panels. */
  Figure sheet() {
    Tensor x = TwoWays.inputs();
    Mixture p = mixture.given(x);
    return Figure.panels(
        "The inverse problem of x = t + 0.3 sin 2πt",
        List.of(
            forward(),
            points("Least squares", squares.predict(x)),
            components("Mixing coefficients", "πₖ", p.logits().softmax(1)),
            components("Means", "μₖ", p.components().mean().squeeze(2)),
            components("Deviations", "σₖ", p.components().variance().sqrt().squeeze(2)),
            density(),
            moments(),
            points("Mean of the largest component", mixture.approximateMode(x)),
            points("Mode", mixture.mode(x, 1e-6))),
        3);
  }

  private double[] inputs() {
    return TwoWays.inputs().toDoubleArray();
  }

  private Scatter forward() {
    List<Tensor> all = data.whole();
    double[] t = inputs();
    double[] x = Arrays.stream(t).map(TwoWays::forward).toArray();
    return Figure.scatter("The forward problem")
        .axes("t", "x")
        .points("data", all.getLast().toDoubleArray(), all.getFirst().toDoubleArray())
        .path("t + 0.3 sin 2πt", t, x)
        .size(WIDTH, HEIGHT);
  }

  private Scatter points(String title, Tensor answers) {
    List<Tensor> all = data.whole();
    return Figure.scatter(title)
        .axes("x", "t")
        .points("data", all.getFirst().toDoubleArray(), all.getLast().toDoubleArray())
        .points("answers", inputs(), answers.toDoubleArray())
        .xRange(0, 1)
        .yRange(-0.2, 1.2)
        .size(WIDTH, HEIGHT);
  }

  /** Returns a curve for each component of {@code [n, k]}. */
  private Lines components(String title, String name, Tensor values) {
    Lines chart = Figure.lines(title).axes("x", name).size(WIDTH, HEIGHT);
    for (int k = 0; k < mixture.components(); k++) {
      chart = chart.series("component " + (k + 1), inputs(), values.at(1, k).toDoubleArray());
    }
    return chart;
  }

  private Figure density() {
    Grid z =
        PLANE.values((Tensor xt) ->
            mixture.given(xt.slice(1, 0, 1)).logProbability(xt.slice(1, 1, 2)).exp());
    return Figure.contours("Density p(t | x)", z)
        .levels(DENSITIES)
        .axes("x", "t")
        .size(WIDTH, HEIGHT);
  }

  private Lines moments() {
    Tensor x = TwoWays.inputs();
    Tensor mean = mixture.predict(x).squeeze(1);
    Tensor deviation = mixture.variance(x).sqrt();
    return Figure.lines("Conditional mean ± deviation")
        .axes("x", "t")
        .series("mean", inputs(), mean.toDoubleArray())
        .band(
            "mean",
            inputs(),
            mean.sub(deviation).toDoubleArray(),
            mean.add(deviation).toDoubleArray())
        .yRange(-0.2, 1.2)
        .size(WIDTH, HEIGHT);
  }
}
