package shinso.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;

/** Averages of weights, and gradients that are collected before a step. */
class WeightAverageTest {
  private static final double BETA = 0.8;
  private static final double[] TARGETS = {3, -1, 5, 2};

  /** A step towards a target, and the loss before it. */
  private static Step towards(Tensor target, Param w, Optimizer rule) {
    Tensor loss = w.value().sub(target).square().sum().mul(0.5);
    List<Param> params = List.of(w);
    return Step.of(rule.update(params, Autodiff.gradients(loss, params))).metric("loss", loss);
  }

  private static Program averaged(WeightAverage average, Param w, Optimizer rule) {
    return Program.compile(
        (Tensor target) -> average.train(List.of(w), () -> towards(target, w, rule)));
  }

  @Test
  void parametersHoldTheAverageOfTheWeightsThatPlainTrainingGoesThrough() {
    Param plain = Param.of(f64(1, 2));
    Param w = Param.of(f64(1, 2));
    Momentum rule = Momentum.of(0.3, 0.5);
    Momentum same = Momentum.of(0.3, 0.5);
    Program alone = Program.compile((Tensor target) -> towards(target, plain, same));
    Program both = averaged(WeightAverage.of(BETA), w, rule);
    double weights = 0;
    double[] sum = new double[2];
    for (double target : TARGETS) {
      double loss = alone.run(f64(target, target)).metric("loss").item();
      assertEquals(loss, both.run(f64(target, target)).metric("loss").item(), 1e-12);
      double[] trained = plain.value().toDoubleArray();
      weights = BETA * weights + 1;
      for (int i = 0; i < sum.length; i++) {
        sum[i] = BETA * sum[i] + trained[i];
      }
      assertClose(new double[] {sum[0] / weights, sum[1] / weights}, w.value(), 1e-12);
    }
  }

  @Test
  void aRunGoesOnFromItsState() {
    Param w = Param.of(f64(1));
    WeightAverage average = WeightAverage.of(BETA);
    Program program = averaged(average, w, Sgd.of(0.3));
    program.run(f64(3));
    program.run(f64(-1));
    Map<String, Param> state = average.state(Map.of("w", w));
    assertEquals(List.of("average.step", "average.trained.w"), List.copyOf(state.keySet()));
    Map<String, Tensor> saved = new LinkedHashMap<>();
    state.forEach((name, p) -> saved.put(name, p.value()));

    Param again = Param.of(w.value());
    WeightAverage fresh = WeightAverage.of(BETA);
    fresh
        .state(Map.of("w", again))
        .forEach((name, p) -> p.assign(Objects.requireNonNull(saved.get(name))));
    program.run(f64(5));
    averaged(fresh, again, Sgd.of(0.3)).run(f64(5));
    assertArrayEquals(w.value().toDoubleArray(), again.value().toDoubleArray());
  }

  @Test
  void badNumbersAreErrors() {
    assertEquals(
        "weight average: the decay rates are in [0, 1), not 1.0",
        refusal(() -> WeightAverage.of(1)));
  }

  /** The mean gradient of four parts is that of the whole, also to a rule with moments. */
  @Test
  void collectedGradientsAreThoseOfALargeBatch() {
    Param whole = Param.of(f64(1, -2));
    Param parts = Param.of(f64(1, -2));
    Adam large = Adam.of(Schedule.linear(0.3, 0.1, 3));
    Optimizer small = Adam.of(Schedule.linear(0.3, 0.1, 3)).accumulating(4);
    Program once = Program.compile((Tensor x) -> towards(x.mean(0), whole, large));
    Program often = Program.compile((Tensor x) -> towards(x, parts, small));
    Tensor batch = f64(3, 1, -1, 2, 5, 0, 2, 2).reshape(4, 2);
    for (int step = 0; step < 3; step++) {
      once.run(batch);
      for (int i = 0; i < 4; i++) {
        double[] before = parts.value().toDoubleArray();
        often.run(batch.at(0, i).evaluate());
        if (i < 3) {
          assertArrayEquals(before, parts.value().toDoubleArray());
        }
      }
      assertClose(whole.value().toDoubleArray(), parts.value(), 1e-12);
    }
    assertEquals(
        List.of("accumulated.step", "accumulated.g.w", "adam.step", "adam.m.w", "adam.v.w"),
        List.copyOf(small.state(Map.of("w", parts)).keySet()));
  }
}
