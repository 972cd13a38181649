package shinso.verify.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** How far off a right number may be, and what can't be known. */
class OracleTest {
  private static Oracle.Value value(Tensor t) {
    GraphBuilder builder = new GraphBuilder();
    Graph graph = builder.build(new int[] {builder.add(t)});
    Buffer[] in =
        builder.leaves().stream()
            .map(l -> Objects.requireNonNull(TensorAccess.buffer(l)))
            .toArray(Buffer[]::new);
    return Oracle.outputs(graph, Oracle.doubles(in)).getFirst();
  }

  private static Tensor random(int... dims) {
    return Tensor.normal(Rng.of(3), dims).evaluate();
  }

  @Test
  void smallIntegersAreExact() {
    Tensor a = Tensor.iota(12).cast(DType.F32).reshape(3, 4).evaluate();
    for (Tensor t :
        List.of(
            a.matmul(a.transpose()), a.sum(), a.cumulativeSum(1), a.sub(2).mul(a), a.mul(0.5))) {
      Oracle.Value v = value(t);
      assertTrue(v.isExact(), t.toString());
      assertFalse(v.accepts(1 % t.shape().size(), v.exact(1 % t.shape().size()) + 1e-6));
    }
  }

  @Test
  void roundedFloatsAreAccepted() {
    Tensor x = random(40, 30);
    Tensor y = x.matmul(x.transpose()).tanh().add(1).log().softmax(1).mul(x.matmul(random(30, 40)));
    Oracle.Value v = value(y);
    float[] single = y.toFloatArray();
    for (int i = 0; i < single.length; i++) {
      assertTrue(v.accepts(i, single[i]), () -> "element");
      double error = v.error(i);
      // Large enough for float, small enough to see a wrong one.
      assertTrue(error < 2e-2, "" + error);
    }
  }

  @Test
  void wrongNumbersAreNot() {
    Oracle.Value v = value(random(50).exp());
    for (int i = 0; i < 50; i++) {
      assertTrue(v.accepts(i, (float) v.exact(i)));
      assertFalse(v.accepts(i, v.exact(i) * 1.0001));
      assertFalse(v.accepts(i, Double.NaN));
    }
  }

  @Test
  void sumsOnTheWayMayBeTakenForZero() {
    // 0 - 1e-42 is subnormal, the whole sum isn't.
    float least = Float.MIN_NORMAL;
    Oracle.Value v = value(Tensor.of(new float[] {-1e-42f, least, 1e-40f, 0, least}).sum());
    assertTrue(v.accepts(0, (double) least + 1e-40f + least));
    assertFalse(v.accepts(0, 1e-36));
    // Among numbers of ordinary size that makes no difference.
    Oracle.Value w = value(Tensor.of(new float[] {-1e-42f, 0.1f, 0.2f}).sum());
    assertTrue(w.error(0) < 1e-5);
  }

  @Test
  void whatRoundingDecidesIsInDoubt() {
    // 0.1 + 0.2 and 0.3: which is larger is a matter of roundings; 1 and 2 are not.
    Tensor a = Tensor.of(new float[] {0.1f, 1f}).add(Tensor.of(new float[] {0.2f, 0f}));
    Oracle.Value v = value(a.less(Tensor.of(new float[] {0.3f, 2f})));
    assertTrue(v.accepts(0, 0) && v.accepts(0, 1));
    assertTrue(v.accepts(1, 1));
    assertFalse(v.accepts(1, 0));
  }

  @Test
  void doubtGoesWithTheData() {
    Tensor a = Tensor.of(new float[] {0.1f, 1f, 2f}).add(0.2f);
    Tensor doubtful = a.less(Tensor.of(new float[] {0.3f, 9f, 9f}));
    Oracle.Value v = value(Tensor.concat(0, List.of(doubtful.flip(0), Tensor.ones(2))).mul(2));
    assertEquals("{2}", v.doubtful().toString());
    assertEquals("{0}", value(doubtful.sum()).doubtful().toString());
    assertEquals(
        "{0}", value(doubtful.unsqueeze(1).matmul(Tensor.ones(1, 1))).doubtful().toString());
  }

  @Test
  void copiesOfOneValueAreNotInDoubt() {
    // The gradient of a maximum compares the result with what it was taken from.
    Tensor x = random(20);
    Tensor y = x.exp().maximum(x.cos());
    assertTrue(value(Autodiff.gradient(y.sum(), x)).doubtful().isEmpty());
    assertTrue(value(Autodiff.gradient(x.exp().max(), x)).doubtful().isEmpty());
  }

  @Test
  void quotientsOfNothingAreInDoubt() {
    Tensor x = random(20);
    Tensor nothing = x.exp().log().sub(x);
    assertEquals(20, value(nothing.reciprocal()).doubtful().cardinality());
    assertEquals(0, value(nothing).doubtful().cardinality());
    assertFalse(value(nothing).accepts(0, 1e-3));
  }

  @Test
  void overflowIsThatOfFloats() {
    Tensor x = Tensor.of(new float[] {3e38f, 1f});
    Oracle.Value v = value(x.mul(2));
    assertTrue(v.accepts(0, Double.POSITIVE_INFINITY));
    assertFalse(v.accepts(0, 6e38));
    // Half way through the sum there may be an infinity.
    assertEquals(
        "{0}", value(Tensor.of(new float[] {3e38f, 3e38f, -3e38f}).sum()).doubtful().toString());
  }

  @Test
  void subnormalResultsMayBeZero() {
    Oracle.Value v = value(Tensor.of(new float[] {1e-30f, 1f}).mul(1e-10f));
    assertTrue(v.accepts(0, 0));
    assertTrue(v.accepts(0, 1e-40f));
    assertFalse(v.accepts(1, 0));
  }

  @Test
  void theSignOfAnEmptySumIsInDoubt() {
    Tensor zeros = Tensor.of(new float[] {-0f, -0f, 0f, 1f}, 2, 2);
    Oracle.Value v = value(zeros.sum(1).reciprocal());
    assertEquals("{0}", v.doubtful().toString());
    assertTrue(v.accepts(1, 1));
    assertEquals("{}", value(zeros.sum(1).add(1)).doubtful().toString());
    assertFalse(value(zeros.sum(1).div(2)).accepts(0, 1e-30));
  }

  @Test
  void integersAreExact() {
    Tensor i = Tensor.of(new int[] {Integer.MAX_VALUE, 2}).add(Tensor.of(new int[] {1, 1}));
    Oracle.Value v = value(i);
    assertEquals(Integer.MIN_VALUE, v.exact(0));
    assertFalse(v.accepts(1, 4));
  }
}
