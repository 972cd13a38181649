package shinso.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

@Tag("row-B2")
class ScheduleTest {
  /** A schedule and its rates at some steps. */
  record Row(String name, Schedule schedule, List<Integer> steps, List<Double> rates) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Row> rows() {
    double half = Math.sqrt(0.5);
    return List.of(
        new Row("constant", Schedule.constant(0.3), List.of(0, 7), List.of(0.3, 0.3)),
        new Row(
            "linear",
            Schedule.linear(1, 0.2, 4),
            List.of(0, 1, 3, 4, 5, 1000),
            List.of(1.0, 0.8, 0.4, 0.2, 0.2, 0.2)),
        new Row(
            "stepwise",
            Schedule.stepwise(2, 0.1, 3),
            List.of(0, 2, 3, 5, 6, 9),
            List.of(2.0, 2.0, 0.2, 0.2, 0.02, 0.002)),
        new Row(
            "exponential",
            Schedule.exponential(2, 0.25, 10),
            List.of(0, 5, 10, 20),
            List.of(2.0, 1.0, 0.5, 0.125)),
        new Row(
            "cosine",
            Schedule.cosine(1, 0.2, 8),
            List.of(0, 2, 4, 6, 8, 100),
            List.of(1.0, 0.6 + 0.4 * half, 0.6, 0.6 - 0.4 * half, 0.2, 0.2)),
        new Row(
            "robbinsMonro",
            Schedule.robbinsMonro(1, 10, 1),
            List.of(0, 10, 90),
            List.of(1.0, 0.5, 0.1)),
        new Row(
            "robbinsMonro, 3/4",
            Schedule.robbinsMonro(2, 1, 0.75),
            List.of(0, 15),
            List.of(2.0, 0.25)),
        new Row(
            "warmUp",
            Schedule.warmUp(4, Schedule.linear(1, 0, 10)),
            List.of(0, 1, 3, 4, 5, 9, 14),
            List.of(0.2, 0.4, 0.8, 1.0, 0.9, 0.5, 0.0)),
        new Row(
            "oneCycle",
            Schedule.oneCycle(1, 100),
            List.of(0, 15, 30, 65, 100, 200),
            List.of(0.04, 0.52, 1.0, 0.500002, 4e-6, 4e-6)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void hasItsRates(Row row) {
    for (int i = 0; i < row.steps.size(); i++) {
      int step = row.steps.get(i);
      double rate = row.rates.get(i);
      assertEquals(rate, row.schedule.at(step), 1e-12, "step " + step);
      Tensor t = Tensor.scalar(step);
      Tensor inProgram = row.schedule.rate(t);
      assertEquals(DType.F32, inProgram.dtype());
      assertEquals(0, inProgram.shape().rank());
      // Half a dozen roundings of 2⁻²⁴ each.
      assertEquals(rate, inProgram.item(), 4e-7 * Math.max(1, rate), "F32, step " + step);
    }
  }

  @Test
  void stepsFallWhereTheyShouldInSinglePrecision() {
    Schedule s = Schedule.stepwise(1, 0.5, 3);
    for (int k = 1; k < 60; k++) {
      assertTrue(
          s.rate(Tensor.scalar(3 * k)).item() < 0.6 * s.rate(Tensor.scalar(3 * k - 1)).item(),
          "multiple " + k);
    }
  }

  @Test
  void robbinsMonroRatesSatisfyTheirConditions() {
    // Between 10³ and 10⁴ steps as much is added to Σ η as between 10⁴ and 10⁵; to Σ η² a tenth.
    Schedule s = Schedule.robbinsMonro(1, 1, 1);
    assertEquals(10, s.at(999) / s.at(9_999), 1e-9);
    for (double kappa : new double[] {0.5, 1.01, Double.NaN}) {
      refusal(() -> Schedule.robbinsMonro(1, 1, kappa));
    }
    refusal(() -> Schedule.robbinsMonro(1, 0, 1));
  }

  @Test
  void badArgumentsAreErrors() {
    assertEquals(
        "a learning rate is finite and not negative: -1.0", refusal(() -> Schedule.constant(-1)));
    refusal(() -> Schedule.constant(Double.POSITIVE_INFINITY));
    refusal(() -> Schedule.linear(1, Double.NaN, 3));
    refusal(() -> Schedule.linear(1, 0, 0));
    refusal(() -> Schedule.stepwise(1, 0, 3));
    refusal(() -> Schedule.exponential(1, -0.1, 3));
    refusal(() -> Schedule.cosine(-1, 0, 3));
    refusal(() -> Schedule.warmUp(0, Schedule.constant(1)));
    refusal(() -> Schedule.oneCycle(1, 0));
  }

  @Test
  void aFloorHoldsWhatFallsBelowIt() {
    Schedule s = Schedule.exponential(1, Math.exp(-1), 100).atLeast(0.5);
    assertEquals(Math.exp(-0.6), s.at(60), 1e-12);
    assertEquals(0.5, s.at(80), 1e-12);
    refusal(() -> s.atLeast(-1));
  }

  @Test
  void inverseSigmoidIsItsFormula() {
    Schedule s = Schedule.inverseSigmoid(50);
    for (int t : new int[] {0, 1, 100, 195, 196, 1_000, 100_000}) {
      double expected = t > 30_000 ? 0 : 50 / (50 + Math.exp(t / 50.0));
      assertEquals(expected, s.at(t), 1e-12);
    }
    assertThrows(IllegalArgumentException.class, () -> Schedule.inverseSigmoid(0.5));
  }
}
