package shinso.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Names, groups, projections and momenta that change. */
class CombinedOptimizersTest {
  private final Param a = Param.of(Tensor.of(new double[] {1, -2}));
  private final Param b = Param.of(Tensor.of(new double[] {3}));

  private static void run(Optimizer rule, List<Param> params, double... gradient) {
    List<Tensor> g = params.stream().map(p -> p.value().fullLike(gradient[0]).evaluate()).toList();
    Program.of((in, rng) -> Step.of(rule.update(params, g))).run(Rng.of(0));
  }

  @Test
  void twoOfAKindKeepTheirStatesApart() {
    Map<String, Param> state =
        new LinkedHashMap<>(Adam.of(0.1).named("generator").state(Map.of("a", a)));
    state.putAll(Adam.of(0.1).named("critic").state(Map.of("a", a)));
    assertEquals(6, state.size());
    assertTrue(state.containsKey("generator.adam.step"), state::toString);
    assertTrue(state.containsKey("critic.adam.m.a"), state::toString);
    assertThrows(IllegalArgumentException.class, () -> Adam.of(0.1).named(""));
  }

  @Test
  void eachGroupHasItsRule() {
    ParameterGroups rule =
        ParameterGroups.of("head", p -> p == a, Sgd.of(1)).otherwise("body", Momentum.of(0.1, 0.5));
    run(rule, List.of(b, a), 2);
    run(rule, List.of(b, a), 2);
    assertArrayEquals(new double[] {-3, -6}, a.value().toDoubleArray());
    // v: −0.2, then −0.1 − 0.2.
    assertEquals(3 - 0.2 - 0.3, b.value().item(), 1e-12);
    Map<String, Param> params = new LinkedHashMap<>();
    params.put("a", a);
    params.put("b", b);
    assertEquals(
        List.of("head.sgd.step", "body.momentum.step", "body.momentum.v.b"),
        List.copyOf(rule.state(params).keySet()));
    ParameterGroups some = ParameterGroups.of("head", p -> p == a, Sgd.of(1));
    assertTrue(
        String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> some.state(params)).getMessage())
            .startsWith("groups: no group takes"));
    assertThrows(IllegalArgumentException.class, () -> some.and("head", p -> true, Sgd.of(1)));
  }

  @Test
  void columnsAreKeptShort() {
    Param w = Param.of(Tensor.of(new double[] {3, 0.3, 4, 0.4}, 2, 2));
    run(Sgd.of(0).projected(p -> true, Projections.columnNorm(1)), List.of(w), 0);
    double[] columns = w.value().toDoubleArray();
    assertArrayEquals(new double[] {0.6, 0.3, 0.8, 0.4}, columns, 1e-12);
    Param filters = Param.of(Tensor.of(new double[] {2, 0.1, 0, 0.2}, 1, 2, 1, 2));
    run(Sgd.of(0).projected(p -> true, Projections.columnNorm(1)), List.of(filters), 0);
    assertArrayEquals(new double[] {1, 0.1, 0, 0.2}, filters.value().toDoubleArray(), 1e-12);
    // A column of zeros stays one.
    Param zeros = Param.of(Tensor.of(new double[] {0, 0}, 2, 1));
    run(Sgd.of(0).projected(p -> true, Projections.columnNorm(1)), List.of(zeros), 0);
    assertArrayEquals(new double[2], zeros.value().toDoubleArray());
    assertThrows(IllegalArgumentException.class, () -> Projections.columnNorm(0));
  }

  @Test
  void onlyTheParametersAreProjected() {
    Optimizer rule = Adam.of(1).projected(p -> p == a, Projections.clip(-0.5, 0.5));
    run(rule, List.of(a, b), 1);
    assertArrayEquals(new double[] {0, -0.5}, a.value().toDoubleArray(), 1e-6);
    assertEquals(2, b.value().item(), 1e-6);
    Param moment = Objects.requireNonNull(rule.state(Map.of("b", b)).get("adam.m.b"));
    assertEquals(0.1, moment.value().item(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> Projections.clip(1, 0));
  }

  /** Written out with plain numbers: g = 1, η = 1, μ = 0, ¼, ½, ½, …. */
  @Test
  void aMomentumThatGrows() {
    Schedule mu = Schedule.linear(0, 0.5, 2);
    Optimizer classical = Momentum.of(Schedule.constant(1), mu);
    for (int i = 0; i < 4; i++) {
      run(classical, List.of(b), 1);
    }
    double v1 = -1;
    double v2 = v1 / 4 - 1;
    double v3 = v2 / 2 - 1;
    double v4 = v3 / 2 - 1;
    assertEquals(3 + v1 + v2 + v3 + v4, b.value().item(), 1e-12);
    // The gradient being the same everywhere, Nesterov's path is that of w, seen μ v ahead.
    Param c = Param.of(Tensor.of(new double[] {3}));
    Optimizer accelerated = Nesterov.of(Schedule.constant(1), mu);
    for (int i = 0; i < 4; i++) {
      run(accelerated, List.of(c), 1);
    }
    assertEquals(3 + v1 + v2 + v3 + v4 + v4 / 2, c.value().item(), 1e-12);
  }
}
