package shinso.zoo.autoregressive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.layer.Dense;
import shinso.zoo.autoregressive.OrderAgnosticNade.Ensemble;

/** One estimator for all orders, against sums over all states, masks and orders. */
@Tag("row-K4")
final class OrderAgnosticNadeTest {
  private static final int D = 4;
  private static final int H = 5;

  private static OrderAgnosticNade small(int layers) {
    return small(DType.F64, layers);
  }

  private static OrderAgnosticNade small(DType t, int layers) {
    List<Dense> deeper = new ArrayList<>();
    for (int l = 1; l < layers; l++) {
      Param weight = DensityChecks.random(t, 10 + l, H, H);
      deeper.add(new Dense(weight, DensityChecks.random(t, 20 + l, H)));
    }
    return new OrderAgnosticNade(
        DensityChecks.random(t, 1, D, H),
        DensityChecks.random(t, 2, D, H),
        DensityChecks.random(t, 3, H),
        deeper,
        DensityChecks.random(t, 4, D, H),
        DensityChecks.random(t, 5, D));
  }

  private static Tensor order(int... positions) {
    return Tensor.of(positions, positions.length);
  }

  /** All orders of the units. */
  private static List<Tensor> orders() {
    List<Tensor> all = new ArrayList<>();
    for (int code = 0; code < D * D * D * D; code++) {
      int c = code;
      int[] o = {c % D, c / D % D, c / D / D % D, c / D / D / D};
      if (Arrays.stream(o).distinct().count() == D) {
        all.add(order(o));
      }
    }
    assertEquals(24, all.size());
    return all;
  }

  private static Tensor states() {
    return Enumeration.exact(D).states().evaluate();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void probabilitiesOfEachOrderSumToOne(int layers) {
    OrderAgnosticNade model = small(layers);
    for (Tensor o : orders()) {
      DensityChecks.assertSumsToOne(x -> model.logProbability(x, o), D);
    }
    DensityChecks.assertSumsToOne(new Ensemble(model, orders()), D);
  }

  /** p(v | o) unit by unit, from the logits that one mask gives. */
  @Test
  void anOrdersProbabilityIsThatOfItsConditionals() {
    OrderAgnosticNade model = small(2);
    int[] o = {2, 0, 3, 1};
    Tensor v = states();
    Tensor sum = Tensor.zeros(1 << D).cast(DType.F64);
    double[] given = new double[D];
    for (int i : o) {
      Tensor m = Tensor.of(given.clone(), 1, D).broadcastTo(v.shape());
      sum = sum.add(new Bernoulli(model.logits(v, m).at(1, i)).logProbability(v.at(1, i)));
      given[i] = 1;
    }
    assertEquals(0, sum.sub(model.logProbability(v, order(o))).abs().max().item(), 1e-12);
  }

  /** p(v_a | v_b) for every set b of given units sums to 1 over the others. */
  @Test
  void anyConditionalSumsToOne() {
    OrderAgnosticNade model = small(2);
    double[] x = {1, 0, 1, 1};
    for (int b = 0; b < 1 << D; b++) {
      double[] given = new double[D];
      for (int i = 0; i < D; i++) {
        given[i] = b >> i & 1;
      }
      Tensor log = model.logConditional(states(), Tensor.of(given), order(3, 1, 0, 2));
      double[] p = log.exp().toDoubleArray();
      double sum = 0;
      for (int s = 0; s < p.length; s++) {
        boolean fits = true;
        for (int i = 0; i < D; i++) {
          fits &= given[i] == 0 || (s >> i & 1) == x[i];
        }
        sum += fits ? p[s] : 0;
      }
      assertEquals(1, sum, 1e-12, "given " + Arrays.toString(given));
    }
  }

  /** Over all masks the estimates have the mean over all orders. */
  @Test
  void estimatesOfOneMaskAreUnbiased() {
    OrderAgnosticNade model = small(2);
    Tensor v = states();
    Tensor byOrders = Tensor.zeros(1 << D).cast(DType.F64);
    for (Tensor o : orders()) {
      byOrders = byOrders.add(model.logProbability(v, o).div(24));
    }
    int[] ofSize = {1, 4, 6, 4};
    Tensor byMasks = Tensor.zeros(1 << D).cast(DType.F64);
    for (int b = 0; b < (1 << D) - 1; b++) {
      double[] m = new double[D];
      for (int i = 0; i < D; i++) {
        m[i] = b >> i & 1;
      }
      Tensor estimates = model.estimates(v, Tensor.of(m, 1, D).broadcastTo(v.shape()));
      byMasks = byMasks.add(estimates.div(D * ofSize[Integer.bitCount(b)]));
    }
    assertEquals(0, byMasks.sub(byOrders).abs().max().item(), 1e-12);
  }

  /** Numbers of given units are equally likely, and so are units: the mean is (D − 1) / 2D. */
  @Test
  void masksAreDrawnAsOrdersAre() {
    int n = 20_000;
    double[] m = small(DType.F32, 1).masks(Tensor.zeros(n, D), Rng.of(4)).toDoubleArray();
    int[] sizes = new int[D + 1];
    int[] units = new int[D];
    for (int s = 0; s < n; s++) {
      int size = 0;
      for (int i = 0; i < D; i++) {
        size += (int) m[s * D + i];
        units[i] += (int) m[s * D + i];
      }
      sizes[size]++;
    }
    for (int i = 0; i < D; i++) {
      assertEquals(0.25, sizes[i] / (double) n, 4.5 * Math.sqrt(0.25 * 0.75 / n), "size " + i);
      assertEquals(0.375, units[i] / (double) n, 4.5 * Math.sqrt(0.375 * 0.625 / n), "unit " + i);
    }
    assertEquals(0, sizes[D]);
  }

  /** log of the mean is above the mean of logs. */
  @Test
  void anEnsembleIsAboveTheMeanOfItsOrders() {
    OrderAgnosticNade model = small(2);
    double[] mixed = new Ensemble(model, orders()).logProbability(states()).toDoubleArray();
    double[] mean = new double[mixed.length];
    for (Tensor o : orders()) {
      double[] each = model.logProbability(states(), o).toDoubleArray();
      Arrays.setAll(mean, s -> mean[s] + each[s] / 24);
    }
    for (int s = 0; s < mean.length; s++) {
      assertTrue(mixed[s] > mean[s], "state " + s);
    }
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    OrderAgnosticNade model = small(3);
    Tensor v = states().slice(0, 3, 8).evaluate();
    Tensor m = Tensor.of(new double[] {1, 0, 0, 1}, 1, D).broadcastTo(v.shape()).evaluate();
    DensityChecks.assertGradients(model, () -> model.estimates(v, m).sum());
    DensityChecks.assertGradients(model, () -> model.logProbability(v, order(1, 3, 0, 2)).sum());
  }

  /** Each sample has an order of its own: together they are those of the mixture of all. */
  @Test
  void samplesAreDrawnFromTheMixtureOfAllOrders() {
    OrderAgnosticNade model = small(DType.F32, 2);
    double[] p = DensityChecks.probabilities(new Ensemble(model, orders()), D);
    DensityChecks.assertDrawnFrom(p, model.sample(20_000, Rng.of(11)));
  }

  @Test
  void completionsAreDrawnFromTheConditionals() {
    OrderAgnosticNade model = small(DType.F32, 2);
    double[] x = {0, 1, 0, 0};
    double[] known = {0, 1, 0, 1};
    double[] p = new double[1 << D];
    Tensor all = Enumeration.of(D).states();
    Tensor given = Tensor.of(known).cast(DType.F32);
    for (Tensor o : orders()) {
      double[] each = model.logConditional(all, given, o).exp().toDoubleArray();
      for (int s = 0; s < p.length; s++) {
        boolean fits = (s >> 1 & 1) == 1 && (s >> 3 & 1) == 0;
        p[s] += fits ? each[s] / 24 : 0;
      }
    }
    Tensor drawn = DensityChecks.completions(model, x, known, 20_000, Rng.of(12));
    DensityChecks.assertDrawnFrom(p, drawn);
    DensityChecks.assertUnknownCountsForNothing(model, x, known);
  }

  @Test
  void anEstimatorHasAtLeastALayer() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> OrderAgnosticNade.of(4, 5, 0, Rng.of(1)));
    assertEquals("order-agnostic nade: at least one hidden layer, not 0", e.getMessage());
  }
}
