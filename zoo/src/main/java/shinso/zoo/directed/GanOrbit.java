package shinso.zoo.directed;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.figure.Figure;
import shinso.train.figure.Scatter;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * The smallest game without an end: a descends on v(a, b) = a b while b ascends. Steps of both at
 * once spiral out, √(1 + η²) further each time; steps in turn stay on the ellipse a² + b² − η a b
 * for ever. Neither comes to the equilibrium (0, 0), though every player does what is best for it.
 *
 * <pre>
 * ./shinso run gan-orbit
 * </pre>
 */
public final class GanOrbit implements Demo {
  private static final Setting<Double> ETA = Setting.number("rate", "step of a player, η", 0, 1);
  private static final Setting<Integer> STEPS =
      Setting.integer("steps", "steps of each player", 1, 100_000);

  private static final Quantity RADIUS = Quantity.of("growth of the radius, steps at once", "");
  private static final Quantity DRIFT =
      Quantity.smaller("drift of a² + b² − η a b, steps in turn", "");

  @Override
  public Card card() {
    return Card.of("gan-orbit", "gradient steps on v(a, b) = a b go round and do not settle")
        .rows("J9")
        .source(
            "Goodfellow, Bengio and Courville, \"Deep learning\", 2016, section 20.10.4;"
                + " Goodfellow, \"On distinguishability criteria for estimating generative"
                + " models\", 2015")
        .reported("radius after n steps at once: (1 + η²)^(n/2), 1.6446 for η = 0.1 and n = 100");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(ETA.always(0.1), STEPS.always(100));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.near(RADIUS, 1.644631822, 1e-5, 1e-5, 1e-5), Claim.atMost(DRIFT, 1e-5, 1e-5, 1e-5));
  }

  @Override
  public void run(Run run) {
    double eta = run.get(ETA);
    Tensor spiral = run.once("at-once", () -> play(run, false));
    Tensor ellipse = run.once("in-turn", () -> play(run, true));
    double[] a = column(spiral, 0);
    double[] b = column(spiral, 1);
    double[] c = column(ellipse, 0);
    double[] d = column(ellipse, 1);
    int last = a.length - 1;
    run.score(RADIUS, () -> Math.hypot(a[last], b[last]) / Math.hypot(a[0], b[0]));
    run.score(
        DRIFT,
        () ->
            IntStream.rangeClosed(0, last)
                .mapToDouble(i -> Math.abs(level(c[i], d[i], eta) - level(c[0], d[0], eta)))
                .max()
                .orElseThrow());
    run.show(
        "orbits",
        () -> {
          Scatter plane =
              Figure.scatter("v(a, b) = a b: steps at once spiral out, in turn they go round")
                  .axes("a descends", "b ascends");
          return plane
              .equalAxes()
              .path("both at once", a, b)
              .path("in turn", c, d)
              .points("equilibrium", new double[] {0}, new double[] {0});
        });
  }

  private static double level(double a, double b, double eta) {
    return a * a + b * b - eta * a * b;
  }

  /** Returns where the players are before each step and at the end: {@code [steps + 1, 2]}. */
  private static Tensor play(Run run, boolean inTurn) {
    double eta = run.get(ETA);
    Param a = Param.of(Tensor.scalar(1));
    Param b = Param.of(Tensor.scalar(0));
    Program step =
        Program.of((none, rng) ->
            inTurn
                ? move(a, a, b, -eta).then(() -> move(b, a, b, eta))
                : move(a, a, b, -eta).and(move(b, a, b, eta).updates()));
    float[] path = new float[2 * run.get(STEPS) + 2];
    for (int i = 0; i < path.length; i += 2) {
      path[i] = (float) a.value().item();
      path[i + 1] = (float) b.value().item();
      step.run(Rng.of(0));
    }
    return Tensor.of(path, path.length / 2, 2);
  }

  private static Step move(Param player, Param a, Param b, double rate) {
    Tensor v = a.value().mul(b.value());
    Tensor slope = Autodiff.gradients(v, List.of(player)).getFirst();
    return Step.of(List.of(new Update(player, player.value().add(slope.mul(rate)))));
  }

  private static double[] column(Tensor path, int column) {
    return path.at(1, column).toDoubleArray();
  }
}
