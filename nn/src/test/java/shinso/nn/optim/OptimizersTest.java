package shinso.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * Every optimiser against its formulas, written out with plain numbers, on E(w) = ½ Σ h (w − a)²
 * with a learning rate of 0.1, 0.05, 0.025.
 */
@Tag("row-B4")
@Tag("row-B5")
@Tag("row-B6")
@Tag("row-B7")
@Tag("row-B8")
@Tag("row-B9")
@Tag("row-B10")
class OptimizersTest {
  private static final double[] H = {1, 4};
  private static final double[] A = {2, -1};
  private static final double[] START = {0.5, 1.5};
  private static final Schedule RATE = Schedule.stepwise(0.1, 0.5, 1);
  private static final double[] ETA = {0.1, 0.05, 0.025};
  private static final double MU = 0.8;

  /** The formula: the path of one weight, from gradients that it asks for. */
  interface Formula {
    double[] path(double w, Slope slope);
  }

  /** ∇E of one weight. */
  interface Slope {
    double at(double w);
  }

  /** An optimiser and its formula. */
  record Row(String name, Supplier<Optimizer> optimizer, Formula formula) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Row> rows() {
    return List.of(
        new Row("sgd", () -> Sgd.of(RATE), (w, e) -> sgd(w, e, 0)),
        new Row(
            "sgd, decay", () -> Sgd.of(RATE).weightDecay(0.3, p -> true), (w, e) -> sgd(w, e, 0.3)),
        new Row(
            "sgd, decay of others",
            () -> Sgd.of(RATE).weightDecay(0.3, p -> false),
            (w, e) -> sgd(w, e, 0)),
        new Row("other.sgd", () -> Sgd.of(RATE).named("other"), (w, e) -> sgd(w, e, 0)),
        new Row(
            "sgd, projected where nothing lies outside",
            () -> Sgd.of(RATE).projected(p -> true, Projections.clip(-100, 100)),
            (w, e) -> sgd(w, e, 0)),
        new Row(
            "all.sgd",
            () -> ParameterGroups.of("all", p -> true, Sgd.of(RATE)),
            (w, e) -> sgd(w, e, 0)),
        new Row(
            "sgd, with the proximal step of an elastic net",
            () -> Sgd.of(RATE).proximal(RATE, p -> true, Proximal.elasticNet(2, 0.5)),
            (w, e) -> ista(w, e, 2, 0.5)),
        new Row(
            "sgd, with the proximal step of others",
            () -> Sgd.of(RATE).proximal(RATE, p -> false, Proximal.l1(2)),
            (w, e) -> sgd(w, e, 0)),
        new Row("fista", () -> Fista.of(RATE, p -> true, Proximal.l1(2)), (w, e) -> fista(w, e, 2)),
        new Row(
            "fista, of others",
            () -> Fista.of(RATE, p -> false, Proximal.l1(2)),
            (w, e) -> fista(w, e, 0)),
        new Row("momentum", () -> Momentum.of(RATE, MU), (w, e) -> momentum(w, e, 1, 0)),
        new Row(
            "momentum, averaging",
            () -> Momentum.averaging(RATE, MU),
            (w, e) -> momentum(w, e, 1 - MU, 0)),
        new Row(
            "momentum, decay",
            () -> Momentum.averaging(RATE, MU).weightDecay(0.3, p -> true),
            (w, e) -> momentum(w, e, 1 - MU, 0.3)),
        new Row("nesterov", () -> Nesterov.of(RATE, MU), (w, e) -> nesterov(w, e, 1)),
        new Row(
            "nesterov, averaging",
            () -> Nesterov.averaging(RATE, MU),
            (w, e) -> nesterov(w, e, 1 - MU)),
        new Row("adam", () -> Adam.of(RATE), (w, e) -> adam(w, e, 0.9, 0.999, 1e-8, 0)),
        new Row(
            "adam, other numbers",
            () -> Adam.of(RATE).betas(0, 0.5).epsilon(0.1),
            (w, e) -> adam(w, e, 0, 0.5, 0.1, 0)),
        new Row(
            "adamw",
            () -> Adam.of(RATE).weightDecay(0.3, p -> true).betas(0.8, 0.9),
            (w, e) -> adam(w, e, 0.8, 0.9, 1e-8, 0.3)),
        new Row(
            "accumulated, gradients of two steps",
            () -> Sgd.of(RATE).accumulating(2),
            (w, e) -> new double[] {w, w - ETA[0] * e.at(w), w - ETA[0] * e.at(w)}),
        new Row("adagrad", () -> Adagrad.of(RATE), (w, e) -> Formulas.adagrad(w, e, ETA, 1e-10, 0)),
        new Row(
            "adagrad, decay",
            () -> Adagrad.of(RATE).epsilon(0.1).weightDecay(0.3, p -> true),
            (w, e) -> Formulas.adagrad(w, e, ETA, 0.1, 0.3)),
        new Row(
            "rmsprop",
            () -> RmsProp.of(RATE),
            (w, e) -> Formulas.rmsProp(w, e, ETA, 0.9, 1e-6, 0, false, 0)),
        new Row(
            "rmsprop, other numbers, decay",
            () -> RmsProp.of(RATE).rho(0.5).epsilon(0.1).weightDecay(0.3, p -> true),
            (w, e) -> Formulas.rmsProp(w, e, ETA, 0.5, 0.1, 0, false, 0.3)),
        new Row(
            "rmsprop, momentum",
            () -> RmsProp.of(RATE).momentum(MU),
            (w, e) -> Formulas.rmsProp(w, e, ETA, 0.9, 1e-6, MU, false, 0)),
        new Row(
            "rmsprop, centred",
            () -> RmsProp.of(RATE).centered(),
            (w, e) -> Formulas.rmsProp(w, e, ETA, 0.9, 1e-6, 0, true, 0)),
        new Row(
            "rmsprop, centred, momentum",
            () -> RmsProp.of(RATE).centered().momentum(MU),
            (w, e) -> Formulas.rmsProp(w, e, ETA, 0.9, 1e-6, MU, true, 0)),
        new Row(
            "adadelta",
            Adadelta::of,
            (w, e) -> Formulas.adadelta(w, e, new double[] {1, 1, 1}, 0.95, 1e-6, 0)),
        new Row(
            "adadelta, other numbers, decay",
            () -> Adadelta.of(RATE).rho(0.5).epsilon(0.1).weightDecay(0.3, p -> true),
            (w, e) -> Formulas.adadelta(w, e, ETA, 0.5, 0.1, 0.3)),
        new Row(
            "amsgrad",
            () -> AmsGrad.of(RATE),
            (w, e) -> Formulas.amsGrad(w, e, ETA, 0.9, 0.999, 1e-8, false, 0)),
        new Row(
            "amsgrad, corrected, other numbers, decay",
            () ->
                AmsGrad.of(RATE)
                    .betas(0.5, 0.2)
                    .epsilon(0.1)
                    .biasCorrected()
                    .weightDecay(0.3, p -> true),
            (w, e) -> Formulas.amsGrad(w, e, ETA, 0.5, 0.2, 0.1, true, 0.3)),
        new Row(
            "nadam",
            () -> Nadam.of(RATE),
            (w, e) -> Formulas.nadam(w, e, ETA, 0.9, 0.999, 1e-8, 0)),
        new Row(
            "nadam, other numbers, decay",
            () -> Nadam.of(RATE).betas(0.5, 0.2).epsilon(0.1).weightDecay(0.3, p -> true),
            (w, e) -> Formulas.nadam(w, e, ETA, 0.5, 0.2, 0.1, 0.3)),
        new Row("ftrl", () -> Ftrl.of(0.5), (w, e) -> Formulas.ftrl(w, e, 0.5, 1, 0, 0)),
        new Row(
            "ftrl, penalties",
            () -> Ftrl.of(0.5).beta(0.2).l1(0.4, p -> true).l2(0.3, p -> true),
            (w, e) -> Formulas.ftrl(w, e, 0.5, 0.2, 0.4, 0.3)),
        new Row(
            "ftrl, penalties of others",
            () -> Ftrl.of(0.5).l1(9, p -> false).l2(9, p -> false),
            (w, e) -> Formulas.ftrl(w, e, 0.5, 1, 0, 0)));
  }

  private static double[] sgd(double w0, Slope e, double lambda) {
    double w1 = w0 - ETA[0] * e.at(w0) - ETA[0] * lambda * w0;
    double w2 = w1 - ETA[1] * e.at(w1) - ETA[1] * lambda * w1;
    double w3 = w2 - ETA[2] * e.at(w2) - ETA[2] * lambda * w2;
    return new double[] {w1, w2, w3};
  }

  private static double shrunk(double w, double threshold) {
    return Math.signum(w) * Math.max(Math.abs(w) - threshold, 0);
  }

  private static double[] ista(double w0, Slope e, double alpha, double beta) {
    double w1 = shrunk(w0 - ETA[0] * e.at(w0), ETA[0] * alpha) / (1 + ETA[0] * beta);
    double w2 = shrunk(w1 - ETA[1] * e.at(w1), ETA[1] * alpha) / (1 + ETA[1] * beta);
    double w3 = shrunk(w2 - ETA[2] * e.at(w2), ETA[2] * alpha) / (1 + ETA[2] * beta);
    return new double[] {w1, w2, w3};
  }

  private static double[] fista(double w0, Slope e, double alpha) {
    double t2 = (1 + Math.sqrt(5)) / 2;
    double t3 = (1 + Math.sqrt(1 + 4 * t2 * t2)) / 2;
    double t4 = (1 + Math.sqrt(1 + 4 * t3 * t3)) / 2;
    double x1 = shrunk(w0 - ETA[0] * e.at(w0), ETA[0] * alpha);
    double y2 = x1;
    double x2 = shrunk(y2 - ETA[1] * e.at(y2), ETA[1] * alpha);
    double y3 = x2 + (t2 - 1) / t3 * (x2 - x1);
    double x3 = shrunk(y3 - ETA[2] * e.at(y3), ETA[2] * alpha);
    return new double[] {y2, y3, x3 + (t3 - 1) / t4 * (x3 - x2)};
  }

  private static double[] momentum(double w0, Slope e, double c, double lambda) {
    double v1 = -c * ETA[0] * e.at(w0);
    double w1 = w0 + v1 - ETA[0] * lambda * w0;
    double v2 = MU * v1 - c * ETA[1] * e.at(w1);
    double w2 = w1 + v2 - ETA[1] * lambda * w1;
    double v3 = MU * v2 - c * ETA[2] * e.at(w2);
    double w3 = w2 + v3 - ETA[2] * lambda * w2;
    return new double[] {w1, w2, w3};
  }

  /**
   * The textbook's path; the parameters hold the points w + μ v where the next gradient is taken.
   */
  private static double[] nesterov(double w0, Slope e, double c) {
    double v1 = -c * ETA[0] * e.at(w0);
    double w1 = w0 + v1;
    double v2 = MU * v1 - c * ETA[1] * e.at(w1 + MU * v1);
    double w2 = w1 + v2;
    double v3 = MU * v2 - c * ETA[2] * e.at(w2 + MU * v2);
    double w3 = w2 + v3;
    return new double[] {w1 + MU * v1, w2 + MU * v2, w3 + MU * v3};
  }

  private static double[] adam(
      double w, Slope e, double b1, double b2, double epsilon, double lambda) {
    double m = 0;
    double v = 0;
    double[] path = new double[3];
    for (int t = 1; t <= 3; t++) {
      double g = e.at(w);
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      double mHat = m / (1 - Math.pow(b1, t));
      double vHat = v / (1 - Math.pow(b2, t));
      w = w - ETA[t - 1] * (mHat / (Math.sqrt(vHat) + epsilon) + lambda * w);
      path[t - 1] = w;
    }
    return path;
  }

  private static Tensor gradient(Param w) {
    Tensor a = Tensor.of(A).cast(w.dtype());
    Tensor h = Tensor.of(H).cast(w.dtype());
    return Autodiff.gradient(w.value().sub(a).square().mul(h).sum().mul(0.5), w);
  }

  private static Program step(Optimizer optimizer, List<Param> params) {
    return Program.compile((Tensor unused) ->
        Step.of(optimizer.update(params, params.stream().map(OptimizersTest::gradient).toList()))
            .output(unused));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void takesTheThreeStepsOfItsFormula(Row row) {
    Param doubles = Param.of(Tensor.of(START));
    Param floats = param(START);
    Program exact = step(row.optimizer.get(), List.of(doubles));
    Program fast = step(row.optimizer.get(), List.of(floats));
    double[] first = row.formula.path(START[0], w -> H[0] * (w - A[0]));
    double[] second = row.formula.path(START[1], w -> H[1] * (w - A[1]));
    for (int t = 0; t < 3; t++) {
      exact.run(Tensor.scalar(0));
      fast.run(Tensor.scalar(0));
      double[] expected = {first[t], second[t]};
      assertClose(expected, doubles.value(), 1e-12);
      assertClose(expected, floats.value(), 1e-6);
    }
  }

  /** The first three steps of Adam with η = 0.1 and gradients 1, −2, 3, from a calculator. */
  @Test
  void adamTakesStepsThatWereComputedByHand() {
    Param w = Param.of(f64(1));
    Adam adam = Adam.of(0.1);
    Program program = Program.compile((Tensor g) -> Step.of(adam.update(List.of(w), List.of(g))));
    // m = 0.1, v = 0.001: both corrected are 1.
    program.run(f64(1));
    assertClose(0.9, w.value(), 1e-8);
    // m = 0.09 − 0.2 = −0.11, m̂ = −0.11 / 0.19; v = 0.000999 + 0.004, v̂ = 0.004999 / 0.001999.
    program.run(f64(-2));
    assertClose(0.9 + 0.1 * (0.11 / 0.19) / Math.sqrt(0.004999 / 0.001999), w.value(), 1e-8);
    assertClose(0.93661035, w.value(), 1e-8);
    // m = −0.099 + 0.3 = 0.201, m̂ = 0.201 / 0.271; v = 0.004994001 + 0.009, over 0.002997001.
    program.run(f64(3));
    assertClose(
        0.93661035 - 0.1 * (0.201 / 0.271) / Math.sqrt(0.013994001 / 0.002997001), w.value(), 1e-8);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void stateIsNamedAndRestoresTheRun(Row row) {
    Param w = param(START);
    Optimizer optimizer = row.optimizer.get();
    Program program = step(optimizer, List.of(w));
    program.run(Tensor.scalar(0));
    program.run(Tensor.scalar(0));
    String prefix = row.name.replaceFirst(",.*", "").replace("adamw", "adam");
    Map<String, Param> state = optimizer.state(Map.of("net.w", w));
    assertEquals(prefix + ".step", List.copyOf(state.keySet()).getFirst());
    assertArrayEquals(
        new int[] {2}, Objects.requireNonNull(state.get(prefix + ".step")).value().toIntArray());
    for (String name : List.copyOf(state.keySet()).subList(1, state.size())) {
      assertTrue(
          name.matches("(%s\\.[a-z]\\.(net\\.w|f32)|(sgd|proximal)\\.step)".formatted(prefix)),
          name);
    }
    Map<String, Tensor> saved = new LinkedHashMap<>();
    state.forEach((name, p) -> saved.put(name, p.value()));

    Param again = Param.of(w.value());
    Optimizer fresh = row.optimizer.get();
    Map<String, Param> restored = fresh.state(Map.of("net.w", again));
    assertEquals(saved.keySet(), restored.keySet());
    saved.forEach((name, value) -> Objects.requireNonNull(restored.get(name)).assign(value));
    Program resumed = step(fresh, List.of(again));
    for (int i = 0; i < 3; i++) {
      program.run(Tensor.scalar(0));
      resumed.run(Tensor.scalar(0));
    }
    assertArrayEquals(w.value().toFloatArray(), again.value().toFloatArray());
  }

  @Test
  void stateBelongsToTheParameterAndNotToItsPlace() {
    Param a = param(DType.F32, 1, 3);
    Param b = param(DType.F32, 2, 3);
    Adam adam = Adam.of(0.1);
    Map<String, Param> params = new LinkedHashMap<>();
    params.put("a", a);
    params.put("b", b);
    Map<String, Param> state = adam.state(params);
    assertEquals(
        List.of("adam.step", "adam.m.a", "adam.m.b", "adam.v.a", "adam.v.b"),
        List.copyOf(state.keySet()));
    List<Update> updates = adam.update(List.of(b, a), List.of(b.value(), a.value()));
    assertSame(b, updates.getFirst().param());
    assertSame(state.get("adam.m.b"), updates.get(1).param());
    assertSame(state.get("adam.m.a"), updates.get(4).param());
    assertSame(state.get("adam.step"), updates.getLast().param());
    assertNotSame(
        state.get("adam.m.a"), adam.weightDecay(0.1, p -> true).state(params).get("adam.m.a"));
  }

  @Test
  void twoTypesInOneStep() {
    Param floats = param(START);
    Param doubles = Param.of(Tensor.of(START));
    Program program = step(Adam.of(RATE), List.of(floats, doubles));
    program.run(Tensor.scalar(0));
    assertClose(doubles.value().toDoubleArray(), floats.value(), 1e-6);
  }

  @Test
  void badArgumentsAreErrors() {
    Param w = param(START);
    Tensor g = random(DType.F32, 1, 2);
    assertEquals(
        "sgd: 1 parameters, but 2 gradients",
        refusal(() -> Sgd.of(0.1).update(List.of(w), List.of(g, g))));
    refusal(() -> Adam.of(0.1).update(List.of(w), List.of(random(DType.F32, 1, 3))));
    refusal(() -> Adam.of(0.1).update(List.of(w), List.of(g.cast(DType.F64))));
    refusal(() -> Adam.of(-0.1));
    refusal(() -> Adam.of(Double.NaN));
    refusal(() -> Adam.of(0.1).betas(1, 0.9));
    refusal(() -> Adam.of(0.1).epsilon(-1));
    refusal(() -> Sgd.of(0.1).weightDecay(-1, p -> true));
    assertEquals("a momentum is in [0, 1), not 1.0", refusal(() -> Momentum.of(0.1, 1)));
    refusal(() -> Nesterov.of(0.1, -0.1));
    refusal(() -> Adagrad.of(0.1).epsilon(-1));
    refusal(() -> RmsProp.of(0.1).momentum(1));
    refusal(() -> RmsProp.of(0.1).rho(-0.1));
    refusal(() -> Nadam.of(0.1).betas(0.9, 1));
    refusal(() -> AmsGrad.of(0.1).epsilon(Double.NaN));
    assertEquals(
        "adadelta: epsilon is positive, not 0.0: without it there is no first step",
        refusal(() -> Adadelta.of().epsilon(0)));
    assertEquals(
        "ftrl: alpha and beta are positive and alpha is finite, not 0.1 and 0.0",
        refusal(() -> Ftrl.of(0.1).beta(0)));
    refusal(() -> Ftrl.of(0.1).l1(-1, p -> true));
    refusal(() -> Sgd.of(0.1).accumulating(0));
  }

  @Test
  void everyOptimizerHasARow() throws IOException, URISyntaxException {
    Path root =
        Path.of(Optimizer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> classes = new TreeSet<>();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> found = Files.list(root.resolve("shinso/nn/optim"))) {
      found.filter(f -> f.toString().endsWith(".class")).forEach(files::add);
    }
    for (Path file : files) {
      String name =
          root.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
      if (name.endsWith("package-info")) {
        continue;
      }
      try {
        Class<?> type = Class.forName(name);
        if (Optimizer.class.isAssignableFrom(type) && !type.isInterface()) {
          classes.add(name);
        }
      } catch (ClassNotFoundException e) {
        throw new AssertionError(name, e);
      }
    }
    assertEquals(
        classes,
        rows().stream()
            .map(r -> r.optimizer.get().getClass().getName())
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
