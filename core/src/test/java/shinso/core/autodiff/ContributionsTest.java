package shinso.core.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import shinso.core.op.BinaryOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** How gradients from several uses are added up. */
class ContributionsTest {
  private final Random random = new Random(11);

  private Tensor draw(int... dims) {
    int size = 1;
    for (int d : dims) {
      size *= d;
    }
    return Tensor.of(random.doubles(size, -1, 1).toArray(), dims);
  }

  private static long count(Tensor t, Class<? extends Op> type) {
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Tensor> open = new ArrayDeque<>(List.of(t));
    while (!open.isEmpty()) {
      Tensor next = open.pop();
      if (seen.add(next)) {
        next.inputs().forEach(open::push);
      }
    }
    return seen.stream().filter(s -> type.isInstance(s.op())).count();
  }

  private static Tensor checked(Function<Tensor, Tensor> f, Tensor x) {
    GradientCheck.run(in -> f.apply(in.getFirst()), List.of(x), 2, Rng.of(5)).requireBelow(1e-6);
    return Autodiff.gradient(f.apply(x).sum(), x);
  }

  @Test
  void slicesGiveOneJoinedTensor() {
    Tensor g =
        checked(
            x -> x.slice(1, 4, 6).exp().mul(x.slice(1, 0, 2).sin()).add(x.slice(1, 2, 4).square()),
            draw(3, 6));
    assertTrue(g.op() instanceof MovementOp.Concat);
    assertEquals(0, count(g, MovementOp.Pad.class));
  }

  @Test
  void gapsAreFilledWithZeros() {
    Tensor g = checked(x -> x.slice(0, 1, 3).exp().mul(x.slice(0, 5, 7)), draw(9, 2));
    assertTrue(g.op() instanceof MovementOp.Concat);
    double[] values = g.toDoubleArray();
    for (int row : new int[] {0, 3, 4, 7, 8}) {
      assertEquals(0, values[2 * row], 0);
    }
  }

  @Test
  void slicesThatOverlapAreAdded() {
    Tensor g =
        checked(
            x -> {
              Tensor sum = x.slice(0, 0, 3).mul(x.slice(0, 1, 4)).mul(x.slice(0, 2, 5));
              return sum.add(x.slice(0, 3, 6).exp()).add(x.slice(0, 0, 3).mul(x.slice(0, 0, 3)));
            },
            draw(6));
    assertTrue(count(g, MovementOp.Concat.class) >= 1);
  }

  @Test
  void otherUsesAndOtherAxesAreAdded() {
    checked(
        x -> {
          Tensor rows = x.slice(0, 0, 2).sum(0).mul(x.slice(0, 2, 4).sum(0)); // [4]
          Tensor columns = x.slice(1, 0, 2).sum(1).mul(x.slice(1, 2, 4).sum(1)); // [4]
          return rows.add(columns).mul(x.square().sum()).add(x.slice(1, 0, 4, 2).sum(1));
        },
        draw(4, 4));
  }

  @Test
  void aMatrixOfManyProductsGetsOneProduct() {
    Function<Tensor, Tensor> chain =
        w -> {
          Tensor h = Tensor.of(new double[] {0.1, -0.2, 0.3, 0.4, 0.5, -0.6}, 2, 3);
          for (int i = 0; i < 5; i++) {
            h = h.matmul(w).tanh();
          }
          return h;
        };
    Tensor w = draw(3, 3);
    Tensor g = checked(chain, w);
    assertEquals(new ContractionOp.MatMul(true, false), g.op());
    assertEquals(10, g.inputs().getFirst().shape().dim(0));
    // As many as the steps, but for the first, whose operand has no gradient.
    assertEquals(5 + 4 + 1, count(g, ContractionOp.MatMul.class));
  }

  @Test
  void largeOperandsAreNotCopiedTogether() {
    Tensor a = draw(3000, 3);
    Tensor b = draw(7000, 3);
    Tensor c = draw(9000, 3);
    Tensor w = draw(3, 2);
    List<Tensor> products = new ArrayList<>();
    for (Tensor t : List.of(a, b, c)) {
      products.add(t.matmul(w).square().sum());
    }
    Tensor g = Autodiff.gradient(products.stream().reduce(Tensor::add).orElseThrow(), w);
    double[] together = g.toDoubleArray();
    Tensor all = Tensor.concat(0, List.of(a, b, c));
    double[] one = Autodiff.gradient(all.matmul(w).square().sum(), w).toDoubleArray();
    for (int i = 0; i < one.length; i++) {
      assertEquals(one[i], together[i], 1e-9 * Math.abs(one[i]));
    }
    // The two small ones together, the large one by itself.
    assertTrue(g.op() instanceof BinaryOp);
  }
}
