package shinso.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;

@Tag("row-B13")
class InitializerTest {
  /** An initialiser, a shape, and the variance and bound that its source gives. */
  record Row(String name, Initializer init, Shape shape, double variance, double bound) {
    @Override
    public String toString() {
      return name + shape;
    }
  }

  private static final double NONE = Double.POSITIVE_INFINITY;

  static List<Row> rows() {
    Shape dense = Shape.of(200, 100);
    Shape filters = Shape.of(5, 5, 16, 32); // 400 inputs and 800 outputs
    return List.of(
        new Row("lecunNormal", Initializer.lecunNormal(), dense, 1.0 / 200, NONE),
        new Row("lecunUniform", Initializer.lecunUniform(), dense, 1.0 / 200, Math.sqrt(3.0 / 200)),
        new Row("glorotNormal", Initializer.glorotNormal(), dense, 2.0 / 300, NONE),
        new Row(
            "glorotUniform", Initializer.glorotUniform(), dense, 2.0 / 300, Math.sqrt(6.0 / 300)),
        new Row("heNormal", Initializer.heNormal(), dense, 2.0 / 200, NONE),
        new Row("heUniform", Initializer.heUniform(), dense, 2.0 / 200, Math.sqrt(6.0 / 200)),
        new Row("leaky heNormal", Initializer.heNormal(0.5), dense, 2.0 / 250, NONE),
        new Row(
            "leaky heUniform", Initializer.heUniform(0.5), dense, 2.0 / 250, Math.sqrt(6.0 / 250)),
        new Row("normal", Initializer.normal(0.3), dense, 0.09, NONE),
        new Row("uniform", Initializer.uniform(-0.6, 0.6), dense, 0.12, 0.6),
        new Row("lecunNormal", Initializer.lecunNormal(), filters, 1.0 / 400, NONE),
        new Row("glorotUniform", Initializer.glorotUniform(), filters, 2.0 / 1200, NONE),
        new Row("heNormal", Initializer.heNormal(), filters, 2.0 / 400, NONE));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void hasMeanZeroAndItsVariance(Row row) {
    double[] w = row.init.draw(row.shape, Rng.of(17)).toDoubleArray();
    double mean = Arrays.stream(w).average().orElseThrow();
    double variance = Arrays.stream(w).map(v -> v * v).average().orElseThrow();
    // Five standard errors; a normal square has the variance 2 v², the largest of these.
    assertEquals(0, mean, 5 * Math.sqrt(row.variance / w.length));
    assertEquals(row.variance, variance, 5 * row.variance * Math.sqrt(2.0 / w.length));
    double largest = Arrays.stream(w).map(Math::abs).max().orElseThrow();
    assertTrue(largest <= row.bound * (1 + 1e-6), largest + " > " + row.bound);
    if (row.bound < NONE) {
      assertTrue(largest > 0.99 * row.bound, largest + " is far from " + row.bound);
    }
  }

  /**
   * The same draws with other fans differ by exactly the root of the variances' ratio, so that a
   * variance that holds for one number of units holds for all.
   */
  @ParameterizedTest
  @MethodSource("scaled")
  void theScaleIsExactlyThatOfTheFans(Row row) {
    Shape shape = Shape.of(7, 5);
    boolean normal = row.bound == NONE;
    for (Fans fans : List.of(new Fans(1, 1), new Fans(784, 10), new Fans(3, 4096))) {
      double variance =
          switch (row.name.substring(0, 2)) {
            case "le" -> 1.0 / fans.in();
            case "gl" -> 2.0 / (fans.in() + fans.out());
            default -> 2.0 / fans.in();
          };
      Tensor unit =
          normal
              ? Tensor.normal(Rng.of(3), 7, 5)
              : Tensor.uniform(Rng.of(3), 7, 5).mul(2).sub(1).mul(Math.sqrt(3));
      assertArrayEquals(
          unit.mul(Math.sqrt(variance)).toDoubleArray(),
          row.init.draw(shape, fans, Rng.of(3)).toDoubleArray(),
          1e-6 * Math.sqrt(variance) * 4);
    }
  }

  static List<Row> scaled() {
    return rows().stream()
        .filter(r -> r.name.matches("(lecun|glorot|he)(Normal|Uniform)") && r.shape.rank() == 2)
        .toList();
  }

  @Test
  void constantsAreConstant() {
    assertArrayEquals(
        new float[] {2, 2}, Initializer.constant(2).draw(Shape.of(2, 1), Rng.of(1)).toFloatArray());
    assertArrayEquals(
        new float[] {0, 0}, Initializer.zeros().draw(Shape.of(1, 2), Rng.of(1)).toFloatArray());
    double[] u = Initializer.uniform(2, 4).draw(Shape.of(50, 50), Rng.of(1)).toDoubleArray();
    assertEquals(3, Arrays.stream(u).average().orElseThrow(), 0.06);
  }

  @Test
  void drawsDependOnTheKeyAlone() {
    Initializer init = Initializer.heNormal();
    float[] a = init.draw(Shape.of(3, 3), Rng.of(1)).toFloatArray();
    assertArrayEquals(a, init.draw(Shape.of(3, 3), Rng.of(1)).toFloatArray());
    assertFalse(Arrays.equals(a, init.draw(Shape.of(3, 3), Rng.of(2)).toFloatArray()));
  }

  @Test
  void fansCountConnections() {
    assertEquals(new Fans(3, 4), Fans.of(Shape.of(3, 4)));
    assertEquals(new Fans(18, 36), Fans.of(Shape.of(3, 2, 3, 6)));
    // Of 6 filters in 2 groups, an input reaches 3.
    assertEquals(new Fans(18, 18), Fans.of(Shape.of(3, 2, 3, 6), 2));
    assertEquals(
        "only weights [in, out] and filters [kh, kw, in, out] say how many inputs a unit has, not"
            + " the shape [3]; pass Fans",
        refusal(() -> Initializer.heNormal().draw(Shape.of(3), Rng.of(1))));
    refusal(() -> new Fans(0, 1));
    refusal(() -> Initializer.normal(-1));
    refusal(() -> Initializer.uniform(2, 1));
  }

  @Test
  void deepNetworksKeepTheirSignals() {
    for (Activation a : List.of(Activation.RELU, Activation.leakyRelu(0.3), Activation.IDENTITY)) {
      Tensor x = Tensor.normal(Rng.of(1), 64, 200);
      double before = x.square().mean().item();
      for (int layer = 0; layer < 10; layer++) {
        Tensor w = a.initializer().draw(Shape.of(200, 200), Rng.of(100 + layer));
        x = a.apply(x.matmul(w)).evaluate();
      }
      double after = x.square().mean().item();
      // A rectifier halves the second moment that the next weights double again.
      double expected = a.equals(Activation.RELU) ? before / 2 : before;
      if (a.kind() == Activation.Kind.LEAKY_RELU) {
        expected = before * (1 + 0.09) / 2;
      }
      assertTrue(after > expected / 2 && after < expected * 2, a + ": " + after);
    }
  }
}
