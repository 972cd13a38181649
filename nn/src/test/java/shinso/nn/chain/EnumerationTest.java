package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Failures.refusal;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

class EnumerationTest {
  @Test
  void statesAreTheBitsOfTheirNumber() {
    assertArrayEquals(
        new float[] {0, 0, 1, 0, 0, 1, 1, 1}, Enumeration.of(2).states().toFloatArray());
    Tensor all = Enumeration.of(10).states();
    Tensor powers = Tensor.iota(10).cast(DType.F32).mul(Math.log(2)).exp().round();
    double[] numbers = all.matmul(powers).toDoubleArray();
    for (int i = 0; i < numbers.length; i++) {
      assertEquals(i, numbers[i]);
    }
  }

  @Test
  void theSmallMachinesNormaliserAndMeans() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F64);
    Enumeration.Sums sums = Enumeration.exact(6).sums(rbm::logWeight, v -> v);
    assertEquals(7.10495009462, sums.logPartition(), 1e-10);
    assertEquals(0.67120146893, sums.mean()[0], 1e-10);
    // Over the other layer, with the visible units summed out.
    SmallRbm turned = new SmallRbm(rbm.w().transpose().evaluate(), rbm.b(), rbm.a(), rbm.b());
    assertEquals(7.10495009462, Enumeration.exact(4).logPartition(turned::logWeight), 1e-10);
    SmallRbm single = SmallRbm.waves(6, 4, DType.F32);
    assertEquals(7.10495009462, Enumeration.of(6).logPartition(single::logWeight), 1e-5);
  }

  /** Units on their own: the normaliser is a product, and several chunks are added. */
  @Test
  void manyStates() {
    int n = 17;
    double[] bias = new double[n];
    double expected = 0;
    for (int i = 0; i < n; i++) {
      bias[i] = 40 * Math.sin(i);
      expected += Math.log1p(Math.exp(bias[i]));
    }
    Tensor a = Tensor.of(bias).cast(DType.F32).evaluate();
    Enumeration.Sums sums =
        Enumeration.of(n).sums(x -> x.matmul(a), x -> Tensor.stack(1, List.of(x, x)));
    assertEquals(expected, sums.logPartition(), 1e-6 * expected);
    for (int i = 0; i < n; i++) {
      double p = 1 / (1 + Math.exp(-bias[i]));
      assertEquals(p, sums.mean()[i], 1e-4);
      assertEquals(sums.mean()[i], sums.mean()[n + i], 0);
    }
  }

  @Test
  void nothingAndImpossibleStates() {
    assertEquals(3, Enumeration.of(0).logPartition(x -> Tensor.full(x.shape().slice(0, 1), 3)));
    // Only states with the first unit on have a weight.
    double log =
        Enumeration.of(3)
            .logPartition(x ->
                Tensor.select(
                    x.at(1, 0), 0, Tensor.full(x.shape().slice(0, 1), Double.NEGATIVE_INFINITY)));
    assertEquals(Math.log(4), log, 1e-12);
    refusal(() -> Enumeration.of(31));
    refusal(() -> Enumeration.of(21).states());
    refusal(() -> Enumeration.of(3).logPartition(x -> x));
  }
}
