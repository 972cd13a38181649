package shinso.zoo.linear;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.Losses;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Polynomials of degree 0 to 9 through ten noisy points of a sine: low degrees fit neither training
 * nor test points, high ones the training points alone.
 *
 * <pre>
 * ./shinso run polynomial-regression
 * </pre>
 */
public final class PolynomialRegression implements Demo {
  private static final Setting<Integer> POINTS =
      Setting.integer("points", "points that are fitted", 2, 1_000);
  private static final Setting<Double> NOISE =
      Setting.number("noise", "standard deviation of the noise", 0, 10);
  private static final Setting<Integer> SETS =
      Setting.integer("sets", "sets of points that errors are the median of", 1, 1_000);
  private static final Setting<Double> LAMBDA =
      Setting.number("lambda", "λ of the ridge that degree 9 is fitted with, too", 0, 1_000);

  private static final int DEGREES = 10;
  private static final int TESTED = 100;

  private static final Quantity BEST = Quantity.of("degree with the smallest test error", "");
  private static final Quantity THROUGH = Quantity.smaller("training error of degree 9", "RMS");
  private static final Quantity OVER =
      Quantity.of("test error of degree 9 ÷ smallest test error", "");
  private static final Quantity UNDER =
      Quantity.of("test error of degree 1 ÷ smallest test error", "");
  private static final Quantity TAMED =
      Quantity.smaller("test error of degree 9 with a ridge ÷ without", "");

  @Override
  public Card card() {
    return Card.of(
            "polynomial-regression", "under- and over-fitting by polynomials of degree 0 to 9")
        .rows("A2")
        .source("Bishop, \"Pattern recognition and machine learning\", 2006, section 1.1")
        .reported("figure 1.5: the test error is smallest and flat for M from 3 to 8");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(
        POINTS.always(10), NOISE.always(0.3), SETS.row(20, 100, 500), LAMBDA.always(1e-3));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.near(BEST, 4, 2, 2, 2).published("3 to 8"),
        Claim.atMost(THROUGH, 1e-6, 1e-6, 1e-6),
        Claim.atLeast(OVER, 1.5, 1.5, 1.5),
        Claim.atLeast(UNDER, 1.2, 1.2, 1.2),
        Claim.atMost(TAMED, 0.75, 0.75, 0.75));
  }

  /** Points (x, t) with t = sin 2πx + noise, x in equal distances from 0 to 1. */
  private record Points(Tensor x, Tensor t) {
    static Points of(int n, double noise, Rng rng) {
      Tensor x = Tensor.iota(n).cast(DType.F64).div(n - 1).reshape(n, 1);
      Tensor sine = x.mul(2 * Math.PI).sin();
      return new Points(
          x, sine.add(Tensor.normal(rng, n, 1).cast(DType.F64).mul(noise)).evaluate());
    }
  }

  /** Returns x, x², …, xᴹ: {@code [n, 1] -> [n, m]}; of degree 0 a column of zeros. */
  private static Tensor powers(Tensor x, int degree) {
    return degree == 0
        ? x.zerosLike()
        : Tensor.concat(1, IntStream.rangeClosed(1, degree).mapToObj(x::pow).toList());
  }

  private static LinearRegression fit(Points p, int degree, double lambda) {
    int d = Math.max(1, degree);
    return LinearRegression.of(d, 1, DType.F64).fit(powers(p.x, degree), p.t, lambda);
  }

  private static double error(LinearRegression model, int degree, Points p) {
    return Math.sqrt(Losses.mse(model.predict(powers(p.x, degree)), p.t).item());
  }

  /**
   * Medians over the sets.
   *
   * @param train errors by degree, root mean squares
   * @param test errors by degree
   * @param ridge the test error of degree 9 with a ridge
   */
  public record Errors(double[] train, double[] test, double ridge) {}

  private static Errors errors(Run run) {
    double[][] train = new double[DEGREES][run.get(SETS)];
    double[][] test = new double[DEGREES][run.get(SETS)];
    double[] ridge = new double[run.get(SETS)];
    for (int s = 0; s < ridge.length; s++) {
      Points fitted = points(run, s);
      Points others = Points.of(TESTED, run.get(NOISE), run.rng("test").split(s));
      for (int m = 0; m < DEGREES; m++) {
        LinearRegression model = fit(fitted, m, 0);
        train[m][s] = error(model, m, fitted);
        test[m][s] = error(model, m, others);
      }
      ridge[s] = error(fit(fitted, DEGREES - 1, run.get(LAMBDA)), DEGREES - 1, others);
    }
    return new Errors(medians(train), medians(test), median(ridge));
  }

  private static Points points(Run run, int set) {
    return Points.of(run.get(POINTS), run.get(NOISE), run.rng("train").split(set));
  }

  private static double[] medians(double[][] values) {
    return Arrays.stream(values).mapToDouble(PolynomialRegression::median).toArray();
  }

  private static double median(double[] values) {
    return Arrays.stream(values).sorted().toArray()[values.length / 2];
  }

  @Override
  public void run(Run run) {
    Errors e = run.once("errors", Errors.class, () -> errors(run));
    double least = Arrays.stream(e.test).min().orElseThrow();
    run.score(
        BEST,
        () ->
            IntStream.range(0, DEGREES).filter(m -> e.test[m] == least).findFirst().orElseThrow());
    run.score(THROUGH, () -> e.train[9]);
    run.score(UNDER, () -> e.test[1] / least);
    run.score(OVER, () -> e.test[9] / least);
    run.score(TAMED, () -> e.ridge / e.test[9]);
    double[] degrees = IntStream.range(0, DEGREES).asDoubleStream().toArray();
    run.show(
        "errors",
        () ->
            Figure.lines("Errors of polynomials through %d points".formatted(run.get(POINTS)))
                .axes("degree M", "root mean square error, median of sets")
                .series("training", degrees, e.train)
                .series("test", degrees, e.test)
                .best("test", Lines.Best.SMALLEST)
                .level("noise", run.get(NOISE))
                .yRange(0, 1.2));
    run.show(
        "fits",
        () -> Figure.panels("Polynomials of degree M", fits(points(run, 0), run.get(LAMBDA)), 2));
  }

  private static List<Figure> fits(Points p, double lambda) {
    List<Figure> all = new ArrayList<>();
    for (int m : new int[] {0, 1, 3, 9}) {
      all.add(fit("M = " + m, p, m, 0));
    }
    all.add(fit("M = 9 with a ridge, λ = " + lambda, p, 9, lambda));
    return all;
  }

  private static Figure fit(String title, Points p, int degree, double lambda) {
    Tensor x = Tensor.iota(201).cast(DType.F64).div(200).reshape(201, 1);
    double[] xs = x.toDoubleArray();
    double[] y = fit(p, degree, lambda).predict(powers(x, degree)).toDoubleArray();
    return Figure.scatter(title)
        .axes("x", "t")
        .points("points", p.x.toDoubleArray(), p.t.toDoubleArray())
        .path("sin 2πx", xs, x.mul(2 * Math.PI).sin().toDoubleArray())
        .path("polynomial", xs, y)
        .yRange(-1.6, 1.6)
        .size(520, 360);
  }
}
