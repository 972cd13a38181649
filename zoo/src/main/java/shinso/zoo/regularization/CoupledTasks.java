package shinso.zoo.regularization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.program.Param;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Minimizer;
import shinso.nn.penalty.Penalties;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Two tasks that are alike: a curve of which there are many points, and another, a little changed,
 * of which there are few. A penalty α ‖w(A) − w(B)‖² hands on what the first network knows; with
 * none of it the second one knows too little, with too much it is a copy of the first.
 *
 * <pre>
 * ./shinso run coupled-tasks
 * </pre>
 */
public final class CoupledTasks implements Demo {
  private static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", "most iterations of L-BFGS", 1, 1_000_000);

  private static final double[] ALPHAS = {0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10};
  private static final double NOISE = 0.1;

  private static final Quantity ALONE = Quantity.smaller("error of B, best α ÷ no penalty", "");
  private static final Quantity COPY = Quantity.smaller("error of B, best α ÷ largest α", "");
  private static final Quantity NEARER =
      Quantity.smaller("‖w(A) − w(B)‖², largest α ÷ no penalty", "");

  @Override
  public Card card() {
    return Card.of("coupled-tasks", "two networks for tasks that are alike, drawn together")
        .rows("C4")
        .source("Goodfellow, Bengio and Courville, \"Deep learning\", section 7.9");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(ITERATIONS.row(500, 2_000, 2_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atMost(ALONE, 0.5, 0.5, 0.5),
        Claim.atMost(COPY, 0.7, 0.7, 0.7),
        Claim.atMost(NEARER, 1e-3, 1e-3, 1e-3));
  }

  private static double a(double x) {
    return Math.sin(Math.PI * x);
  }

  private static double b(double x) {
    return 0.8 * Math.sin(Math.PI * x) + 0.25 * x + 0.2;
  }

  /**
   * What came out for one α.
   *
   * @param error the mean squared distance of network B from the curve
   * @param distance ‖w(A) − w(B)‖²
   * @param curve what network B says on the grid
   */
  public record Fit(double error, double distance, double[] curve) {}

  @Override
  public void run(Run run) {
    double[] grid = NoisyCurve.grid(101, -1.5, 1.5);
    Dataset many = NoisyCurve.draw(60, -1.4, 1.4, CoupledTasks::a, NOISE, run.rng("a"));
    Dataset few = NoisyCurve.draw(5, -1.4, 1.4, CoupledTasks::b, NOISE, run.rng("b"));
    List<Fit> fits = new ArrayList<>();
    for (int i = 0; i < ALPHAS.length; i++) {
      double alpha = ALPHAS[i];
      fits.add(run.once("fit-" + i, Fit.class, () -> fit(run, alpha, many, few, grid)));
    }
    int best = 0;
    for (int i = 1; i < ALPHAS.length; i++) {
      best = fits.get(i).error < fits.get(best).error ? i : best;
    }
    Fit chosen = fits.get(best);
    double alpha = ALPHAS[best];
    run.score(ALONE, () -> chosen.error / fits.getFirst().error);
    run.score(COPY, () -> chosen.error / fits.getLast().error);
    run.score(NEARER, () -> fits.getLast().distance / fits.getFirst().distance);
    run.show(
        "curves",
        () ->
            Figure.scatter("What network B makes of its few points")
                .axes("x", "y")
                .points("points", NoisyCurve.values(few, 0), NoisyCurve.values(few, 1))
                .path("truth", grid, Arrays.stream(grid).map(CoupledTasks::b).toArray())
                .path("no penalty", grid, fits.getFirst().curve)
                .path("α = " + alpha, grid, chosen.curve)
                .path("α = 10", grid, fits.getLast().curve)
                .yRange(-2, 2));
    run.show("errors", () -> errors(fits));
  }

  private static Fit fit(Run run, double alpha, Dataset many, Dataset few, double[] grid) {
    Network a = Network.of(1).dense(12).tanh().dense(1).build(run.rng("model"));
    Network b = Network.of(1).dense(12).tanh().dense(1).build(run.rng("model"));
    List<Param> wa = List.copyOf(Parameters.trainable(a).values());
    List<Param> wb = List.copyOf(Parameters.trainable(b).values());
    List<Param> all = new ArrayList<>(wa);
    all.addAll(wb);
    Minimizer.lbfgs()
        .iterations(run.get(ITERATIONS))
        .minimize(
            all,
            () ->
                NoisyCurve.error(a, many)
                    .add(NoisyCurve.error(b, few))
                    .add(Penalties.distance(alpha, wa, wb)));
    double[] curve = NoisyCurve.at(b, grid);
    double error = 0;
    for (int i = 0; i < grid.length; i++) {
      error += Math.pow(curve[i] - b(grid[i]), 2) / grid.length;
    }
    return new Fit(error, Penalties.distance(1, wa, wb).item(), curve);
  }

  private static Lines errors(List<Fit> fits) {
    double[] x = Arrays.copyOfRange(ALPHAS, 1, ALPHAS.length);
    double[] y = fits.stream().skip(1).mapToDouble(Fit::error).toArray();
    return Figure.lines("Error of network B over the strength of the penalty")
        .axes("α", "mean squared error")
        .logX()
        .logY()
        .series("penalised", x, y)
        .level("no penalty", fits.getFirst().error)
        .best("penalised", Lines.Best.SMALLEST);
  }
}
