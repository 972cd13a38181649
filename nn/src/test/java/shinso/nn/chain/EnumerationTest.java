package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.random.Rng;
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

  @Test
  @Tag("row-I4")
  void anEnergyModelsNormaliserProbabilitiesAndEntropy() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F64);
    Enumeration all = Enumeration.exact(6);
    assertEquals(7.10495009462, all.logPartition(rbm), 1e-10);
    assertEquals(3.92624658270, all.entropy(rbm::logWeight), 1e-10);
    double[] p = all.probabilities(rbm::logWeight);
    double entropy = Arrays.stream(p).map(x -> -x * Math.log(x)).sum();
    assertEquals(3.92624658270, entropy, 1e-10);
    double on = IntStream.range(0, 64).filter(v -> (v & 1) == 1).mapToDouble(v -> p[v]).sum();
    assertEquals(0.67120146893, on, 1e-10);
    // All units of the joint model in one enumeration.
    double joint =
        Enumeration.exact(10)
            .logPartition(x -> rbm.energy(x.slice(1, 0, 6), x.slice(1, 6, 10)).neg());
    assertEquals(7.10495009462, joint, 1e-10);
    refusal(() -> Enumeration.of(25).probabilities(x -> x.sum(1)));
  }

  /** The hidden units summed over state by state, as if they depended on each other. */
  @Test
  void freeEnergiesAndPosteriorsByEnumeration() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F64);
    Tensor v = Enumeration.exact(6).states();
    Enumeration hidden = Enumeration.exact(4);
    assertClose(rbm.freeEnergy(v).toDoubleArray(), hidden.freeEnergy(rbm, v), 1e-12);
    Tensor mean = hidden.posterior(rbm, v).matmul(hidden.states()); // [64, 4]
    assertClose(v.matmul(rbm.w()).add(rbm.b()).sigmoid().toDoubleArray(), mean, 1e-12);
  }

  /** Several chunks; the gradient of log Z by finite differences. */
  @Test
  void gradientsOfTheNormaliser() {
    int n = 15;
    Param j = Param.of(random(DType.F64, 5, n, n).mul(0.3));
    Param b = Param.of(random(DType.F64, 6, n));
    UnaryOperator<Tensor> f = x -> x.matmul(j.value()).mul(x).sum(1).add(x.mul(b.value()).sum(1));
    Enumeration all = Enumeration.exact(n);
    List<Tensor> g = all.gradients(f, List.of(j, b));
    assertClose(all.sums(f, x -> x).mean(), g.get(1), 1e-12);
    double[] slope = g.get(0).toDoubleArray();
    double[] values = j.value().toDoubleArray();
    for (int k = 7; k < n * n; k += 83) {
      double[] ends = new double[2];
      for (int side = 0; side < 2; side++) {
        double[] moved = values.clone();
        moved[k] += side == 0 ? -1e-5 : 1e-5;
        j.assign(Tensor.of(moved, n, n));
        ends[side] = all.logPartition(f);
      }
      assertEquals((ends[1] - ends[0]) / 2e-5, slope[k], 1e-8);
    }
  }

  @Test
  void drawsHaveTheProbabilities() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    int n = 20_000;
    Tensor x = Enumeration.of(6).sample(rbm::logWeight, n, Rng.of(4));
    double[] exact = Enumeration.of(6).sums(rbm::logWeight, v -> v).mean();
    double[] mean = x.mean(0).toDoubleArray();
    for (int i = 0; i < 6; i++) {
      assertEquals(exact[i], mean[i], 4 * Math.sqrt(exact[i] * (1 - exact[i]) / n));
    }
    // Only the state 5 has a probability.
    Tensor one =
        Enumeration.of(3)
            .sample(
                v -> v.sub(Tensor.of(new float[] {1, 0, 1})).square().sum(1).mul(-1e4),
                9,
                Rng.of(1));
    assertArrayEquals(new double[] {1, 0, 1}, one.mean(0).toDoubleArray());
  }
}
