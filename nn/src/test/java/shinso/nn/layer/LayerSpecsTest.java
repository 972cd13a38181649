package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/** Every row of {@link LayerSpecs} through the same checks, and a row for every layer. */
class LayerSpecsTest {
  private static final long SEED = 20_260_901;

  static List<LayerSpecs.Spec> specs() {
    return LayerSpecs.all();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void hasTheShapeThatItPromises(LayerSpecs.Spec spec) {
    Layer layer = spec.maker().make(DType.F32, SEED);
    assertEquals(spec.output(), layer.outputShape(spec.input()));
    Tensor y = layer.forward(spec.input(DType.F32, SEED + 1), training());
    assertEquals(spec.output(), y.shape());
    assertEquals(spec.output().size(), y.toFloatArray().length);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void givesKnownValues(LayerSpecs.Spec spec) {
    assertTrue(spec.golden().size() > 0);
    for (LayerSpecs.Golden g : spec.golden()) {
      assertClose(g.y().toDoubleArray(), g.layer().forward(g.x(), Pass.inference()), 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void namesItsParameters(LayerSpecs.Spec spec) {
    Layer layer = spec.maker().make(DType.F32, SEED);
    assertEquals(spec.names(), List.copyOf(Parameters.trainable(layer).keySet()));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void everyParameterReceivesItsGradient(LayerSpecs.Spec spec) {
    Layer layer = spec.maker().make(DType.F64, SEED);
    Tensor x = spec.input(DType.F64, SEED + 3);
    Tensor c = random(DType.F64, SEED + 4, spec.output().dims());
    List<Param> params = List.copyOf(Parameters.trainable(layer).values());
    List<Tensor> gradients = Autodiff.gradients(loss(layer, x, c), params);
    for (int i = 0; i < params.size(); i++) {
      double[] g = gradients.get(i).toDoubleArray();
      for (double element : g) {
        assertNotEquals(0, element, spec.names().get(i) + ": " + Arrays.toString(g));
      }
      double[] v = random(DType.F64, SEED + 5 + i, params.get(i).shape().dims()).toDoubleArray();
      double analytic = 0;
      for (int j = 0; j < v.length; j++) {
        analytic += g[j] * v[j];
      }
      double numeric = slope(layer, x, c, params.get(i), v);
      assertEquals(numeric, analytic, 1e-7 * Math.max(1, Math.abs(numeric)), spec.names().get(i));
    }
  }

  /** The rows whose input is no symbols, by which there are no derivatives. */
  static List<LayerSpecs.Spec> continuous() {
    return LayerSpecs.all().stream().filter(s -> s.symbols() == 0).toList();
  }

  @ParameterizedTest
  @MethodSource("continuous")
  void hasTheDerivativesOfItsValuesByTheInput(LayerSpecs.Spec spec) {
    Layer layer = spec.maker().make(DType.F64, SEED);
    Tensor x = spec.input(DType.F64, SEED + 6);
    GradientCheck.Report report =
        GradientCheck.run(
                in -> layer.forward(in.getFirst(), training()), List.of(x), 2, Rng.of(SEED + 7))
            .requireBelow(1e-6);
    assertEquals(spec.varies(), report.largest() != 0);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void isTheSameLayerWithSavedParameters(LayerSpecs.Spec spec) {
    Layer one = spec.maker().make(DType.F32, SEED);
    Layer two = spec.maker().make(DType.F32, SEED + 100);
    Tensor x = spec.input(DType.F32, SEED + 8);
    float[] expected = one.forward(x, Pass.inference()).toFloatArray();
    if (!spec.names().isEmpty()) {
      float[] other = two.forward(x, Pass.inference()).toFloatArray();
      assertFalse(Arrays.equals(expected, other), "other parameters gave the same output");
    }
    Map<String, Tensor> saved = new LinkedHashMap<>();
    Parameters.all(one).forEach((name, p) -> saved.put(name, p.value()));
    assertEquals(saved.keySet(), Parameters.all(two).keySet());
    saved.forEach(
        (name, value) -> Objects.requireNonNull(Parameters.all(two).get(name)).assign(value));
    assertArrayEquals(expected, two.forward(x, Pass.inference()).toFloatArray());
  }

  @Test
  void everyLayerHasARow() throws IOException, URISyntaxException {
    Set<String> covered =
        LayerSpecs.all().stream()
            .map(s -> s.maker().make(DType.F32, SEED).getClass().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(layers(), covered);
  }

  @Test
  void everyActivationHasARow() {
    Set<Activation.Kind> covered =
        LayerSpecs.all().stream()
            .map(s -> s.maker().make(DType.F32, SEED))
            .filter(Activation.class::isInstance)
            .map(a -> ((Activation) a).kind())
            .collect(Collectors.toSet());
    assertEquals(Set.of(Activation.Kind.values()), covered);
  }

  @Test
  void activationsAndTheirSlopesAreFiniteFarOut() {
    for (LayerSpecs.Spec spec : LayerSpecs.all()) {
      if (spec.maker().make(DType.F32, SEED) instanceof Activation a) {
        Tensor x = Tensor.of(new float[] {1e4f, -1e4f, 100, -100, 0}, 1, 5);
        Tensor y = a.apply(x);
        List<Tensor> both = List.of(y, Autodiff.gradient(y.sum(), x));
        for (Tensor t : both) {
          for (float v : t.toFloatArray()) {
            assertTrue(Float.isFinite(v), a + ": " + Arrays.toString(t.toFloatArray()));
          }
        }
      }
    }
  }

  @Test
  void groupedFiltersAreInitialisedForTheirOwnFans() {
    // 25 · 8 inputs and 25 · 4 outputs: each channel reaches the filters of its group alone.
    Conv2d.Options options = Conv2d.Options.DEFAULT.groups(8).init(Initializer.glorotNormal());
    Conv2d conv = Conv2d.of(64, 32, 5, 5, options, Rng.of(SEED));
    assertEquals(2.0 / 300, conv.weight().value().square().mean().item(), 0.05 * 2.0 / 300);
    assertEquals(0, Objects.requireNonNull(conv.bias()).value().abs().max().item());
  }

  /** The names of the layer classes of the package. */
  private static Set<String> layers() throws IOException, URISyntaxException {
    Path root = Path.of(Layer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root.resolve("shinso/nn"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name =
            root.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
        if (name.endsWith("package-info")) {
          continue;
        }
        Class<?> type;
        try {
          type = Class.forName(name);
        } catch (ClassNotFoundException e) {
          throw new AssertionError(name, e);
        }
        if (Layer.class.isAssignableFrom(type) && !type.isInterface()) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static Pass training() {
    return Pass.training(Rng.of(SEED + 2));
  }

  private static Tensor loss(Layer layer, Tensor x, Tensor c) {
    return layer.forward(x, training()).mul(c).sum();
  }

  /** The derivative of the loss along v by central differences, extrapolated. */
  private static double slope(Layer layer, Tensor x, Tensor c, Param p, double[] v) {
    double h = 0x1p-10;
    return (4 * quotient(layer, x, c, p, v, h / 2) - quotient(layer, x, c, p, v, h)) / 3;
  }

  private static double quotient(Layer layer, Tensor x, Tensor c, Param p, double[] v, double h) {
    double[] middle = p.value().toDoubleArray();
    List<Double> values = new ArrayList<>();
    for (double side : new double[] {h, -h}) {
      double[] moved = new double[v.length];
      Arrays.setAll(moved, i -> middle[i] + side * v[i]);
      p.assign(Tensor.of(moved, p.shape().dims()));
      values.add(loss(layer, x, c).item());
    }
    p.assign(Tensor.of(middle, p.shape().dims()));
    return (values.get(0) - values.get(1)) / (2 * h);
  }
}
