package shinso.nn.estimator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Parameters;

/** Baselines with a state, step by step, and what they do to networks of binary units. */
final class BaselineTest {
  private static Tensor vector(double... values) {
    return Tensor.of(values);
  }

  private static void commit(Baseline.Centred c) {
    for (Update u : c.updates()) {
      u.param().assign(u.value());
    }
  }

  @Test
  @Tag("row-J2")
  void theRunningMeanIsThatOfTheBatchesBefore() {
    RunningMean baseline = RunningMean.of(4, 0.75);
    double c = 4;
    for (double[] cost : new double[][] {{1, 3}, {5, 9}, {0, -2}}) {
      Baseline.Centred centred = baseline.of(vector(cost), vector(0, 0));
      assertClose(new double[] {cost[0] - c, cost[1] - c}, centred.signal(), 1e-6);
      assertEquals(0, centred.loss().item());
      commit(centred);
      c = 0.75 * c + 0.25 * (cost[0] + cost[1]) / 2;
      assertEquals(c, baseline.mean().value().item(), 1e-6);
    }
  }

  /** C(x) = 2x + 1: three steps of the algorithm by hand. */
  @Test
  @Tag("row-J2")
  void theLearnedBaselineFollowsItsAlgorithm() {
    Param weight = Param.of(Tensor.of(new double[] {2}, 1, 1));
    Param bias = Param.of(vector(1));
    LearnedBaseline baseline = LearnedBaseline.of(new Dense(weight, bias), 0.8);
    double[] x = {0.5, -1, 3};
    double c = 0;
    double v = 0;
    for (double[] cost : new double[][] {{10, -4, 8}, {2, 30, -7}, {3, 0, 7.5}}) {
      double[] l = new double[3];
      double mean = 0;
      for (int i = 0; i < 3; i++) {
        l[i] = cost[i] - (2 * x[i] + 1);
        mean += l[i] / 3;
      }
      double variance = 0;
      for (double each : l) {
        variance += (each - mean) * (each - mean) / 3;
      }
      c = 0.8 * c + 0.2 * mean;
      v = 0.8 * v + 0.2 * variance;
      double scale = Math.max(1, Math.sqrt(v));
      double[] signal = new double[3];
      double slope = 0;
      for (int i = 0; i < 3; i++) {
        signal[i] = (l[i] - c) / scale;
        slope -= signal[i] * x[i] / 3;
      }
      Baseline.Centred centred = baseline.of(vector(cost), Tensor.of(x, 3, 1));
      assertClose(signal, centred.signal(), 1e-5);
      assertClose(slope, Autodiff.gradient(centred.loss(), weight), 1e-5);
      commit(centred);
    }
    assertEquals(List.of("network.weight", "network.bias"), names(baseline));
    refusal(() -> LearnedBaseline.of(new Dense(weight, bias), 1));
  }

  private static List<String> names(Object model) {
    return new ArrayList<>(Parameters.trainable(model).keySet());
  }

  // ---- x -> 2 units -> 2 units -> J, in all 2⁴ states of the units

  private static final Param FIRST = Param.of(Tensor.of(new double[] {0.4, -0.7}, 1, 2));
  private static final Param SECOND = Param.of(Tensor.of(new double[] {1.1, -0.3, 0.5, 0.8}, 2, 2));
  private static final List<Param> BOTH = List.of(FIRST, SECOND);
  private static final Tensor X = Tensor.of(new double[] {1.5}, 1, 1);

  private static Tensor first() {
    return X.matmul(FIRST.value());
  }

  private static Tensor second(Tensor below) {
    return below.sub(0.5).matmul(SECOND.value());
  }

  /** No function of single units. */
  private static Tensor cost(Tensor z1, Tensor z2) {
    return z1.sum(1).add(z2.mul(z1).sum(1)).sub(0.6).square().add(z2.slice(1, 0, 1).sum(1));
  }

  private record States(Tensor z1, Tensor z2, Draw d1, Draw d2, Tensor probability) {
    static States all() {
      Tensor z = Enumeration.exact(4).states(); // [16, 4]
      Tensor z1 = z.slice(1, 0, 2);
      Tensor z2 = z.slice(1, 2, 4);
      Tensor a = new Bernoulli(first()).independent(1).logProbability(z1);
      Tensor b = new Bernoulli(second(z1)).independent(1).logProbability(z2);
      return new States(z1, z2, new Draw(z1, a), new Draw(z2, b), a.add(b).exp());
    }

    /** The mean of the estimates under the probabilities of the states. */
    void assertUnbiased(Tensor terms) {
      Tensor exact = probability.mul(cost(z1, z2)).sum();
      Tensor mean = probability.stopGradient().mul(terms).sum();
      List<Tensor> expected = Autodiff.gradients(exact, BOTH);
      List<Tensor> estimated = Autodiff.gradients(mean, BOTH);
      for (int i = 0; i < 2; i++) {
        assertClose(expected.get(i).toDoubleArray(), estimated.get(i), 1e-12);
      }
    }
  }

  @Test
  @Tag("row-J2")
  void theScoreFunctionIsUnbiasedThroughTwoLayers() {
    States s = States.all();
    Tensor j = cost(s.z1, s.z2);
    Tensor signal = Baseline.constant(0.8).of(j, X).signal();
    s.assertUnbiased(s.d1.credit(signal).add(s.d2.credit(signal)));
  }

  @Test
  @Tag("row-J2")
  void muPropIsUnbiasedThroughTwoLayers() {
    States s = States.all();
    Tensor m1 = first().sigmoid();
    Tensor m2 = second(m1).sigmoid();
    Tensor j = cost(s.z1, s.z2);
    Tensor z1 = m1.add(s.z1.mul(0)); // [16, 2]
    Tensor z2 = m2.add(s.z1.mul(0));
    MuProp.Node below = new MuProp.Node(s.d1, z1, z1);
    MuProp.Node above = new MuProp.Node(s.d2, second(s.z1).sigmoid(), z2);
    Tensor atMean = cost(z1, z2);
    s.assertUnbiased(MuProp.credit(j, atMean, List.of(below, above)));
    s.assertUnbiased(MuProp.credit(j, atMean.add(0.3), List.of(below, above)));
  }

  /** Where the cost is linear in the units, each estimate is the gradient itself. */
  @Test
  @Tag("row-J2")
  void muPropIsExactForALinearCost() {
    Tensor z = Enumeration.exact(2).states(); // [4, 2]
    Tensor w = vector(0.7, -2);
    Tensor p = first().sigmoid().add(z.mul(0)); // [4, 2]
    Draw draw = new Draw(z, new Bernoulli(first()).independent(1).logProbability(z));
    MuProp.Node node = new MuProp.Node(draw, p, p);
    Tensor terms = MuProp.credit(z.mul(w).sum(1), p.mul(w).sum(1), List.of(node));
    double[] expected = Autodiff.gradient(first().sigmoid().mul(w).sum(), FIRST).toDoubleArray();
    for (int state = 0; state < 4; state++) {
      Tensor g = Autodiff.gradient(terms.slice(0, state, state + 1).sum(), FIRST);
      assertClose(expected, g, 1e-12);
    }
    assertTrue(expected[0] != 0);
  }
}
