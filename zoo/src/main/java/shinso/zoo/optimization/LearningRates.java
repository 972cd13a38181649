package shinso.zoo.optimization;

import static shinso.zoo.harness.Training.STEPS;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Schedule;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Schedules of the learning rate, and what they do where gradients are noisy: on E = ½ w² with
 * gradients w + ε, ε ~ N(0, 1), a constant rate η comes to rest at a mean square of η / (2 − η),
 * and rates that fall come nearer and nearer.
 *
 * <pre>
 * ./shinso run learning-rates
 * </pre>
 */
public final class LearningRates implements Demo {
  private static final double RATE = 0.3;
  private static final Quantity CONSTANT = Quantity.of("mean square, constant rate", "");
  private static final Quantity ROBBINS_MONRO =
      Quantity.smaller("mean square, Robbins-Monro ÷ constant", "");

  @Override
  public Card card() {
    return Card.of("learning-rates", "schedules of the learning rate, and how noise dies with them")
        .rows("B1", "B2")
        .source(
            "Robbins and Monro 1951; Taki, \"Introduction to deep learning\", 4.15 to 4.17; Smith"
                + " and Topin 2018")
        .reported("η / (2 − η) of the noise's variance remains with a constant rate η");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(STEPS.row(600, 600, 600));
  }

  @Override
  public List<Claim> claims() {
    double rest = RATE / (2 - RATE);
    double error = 5 * rest * Math.sqrt(2.0 / NoisyDescent.WEIGHTS); // five standard errors
    return List.of(
        Claim.near(CONSTANT, rest, error, error, error).published("0.1765, exactly"),
        Claim.atMost(ROBBINS_MONRO, 0.1, 0.1, 0.1));
  }

  private static Map<String, Schedule> schedules(int steps) {
    Map<String, Schedule> all = new LinkedHashMap<>();
    all.put("constant", Schedule.constant(RATE));
    all.put("linear, then constant", Schedule.linear(RATE, 0.01, steps / 2));
    all.put("Robbins-Monro", Schedule.robbinsMonro(RATE, 10, 1));
    all.put("exponential", Schedule.exponential(RATE, 0.01, steps));
    all.put("stepwise", Schedule.stepwise(RATE, 0.3, steps / 4));
    all.put("cosine", Schedule.cosine(RATE, 0, steps));
    all.put("one cycle", Schedule.oneCycle(RATE, steps));
    all.put("warm-up, then cosine", Schedule.warmUp(60, Schedule.cosine(RATE, 0, steps - 60)));
    return all;
  }

  @Override
  public void run(Run run) {
    int steps = run.get(STEPS);
    double[] t = IntStream.range(0, steps).asDoubleStream().toArray();
    Map<String, double[]> squares =
        NoisyDescent.meanSquares(schedules(steps), steps, run.rng("noise"));
    double constant = run.score(CONSTANT, () -> last(squares, "constant"));
    run.score(ROBBINS_MONRO, () -> last(squares, "Robbins-Monro") / constant);

    run.show(
        "schedules",
        () -> {
          List<Lines> panels =
              schedules(steps).entrySet().stream()
                  .map(s ->
                      Figure.lines(s.getKey())
                          .axes("step", "learning rate")
                          .yRange(0, 1.1 * RATE)
                          .series("rate", t, s.getValue().rate(Tensor.of(t)).toDoubleArray()))
                  .toList();
          return Figure.panels("Schedules", panels, 4);
        });
    run.show(
        "noise",
        () -> {
          Lines chart =
              Figure.lines("Distance to the minimum with noisy gradients")
                  .axes("step", "mean square of w")
                  .logY();
          for (Map.Entry<String, double[]> s : squares.entrySet()) {
            chart = chart.series(s.getKey(), t, s.getValue());
          }
          return chart.level("η / (2 − η)", RATE / (2 - RATE));
        });
  }

  private static double last(Map<String, double[]> curves, String name) {
    double[] curve = Objects.requireNonNull(curves.get(name));
    return curve[curve.length - 1];
  }
}
