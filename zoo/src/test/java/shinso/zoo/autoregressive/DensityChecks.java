package shinso.zoo.autoregressive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Completer;
import shinso.nn.model.DensityModel;

/** What is checked of every model that knows its density. */
final class DensityChecks {
  private DensityChecks() {}

  /** A parameter with normal values: in double where exactness counts, in float to sample fast. */
  static Param random(DType dtype, long seed, int... dims) {
    return Param.of(Tensor.normal(Rng.of(seed), dims).cast(dtype));
  }

  /** p of all states of a model in float. */
  static double[] probabilities(DensityModel model, int units) {
    return model.logProbability(Enumeration.of(units).states()).exp().toDoubleArray();
  }

  static void assertSumsToOne(DensityModel model, int units) {
    Tensor log = model.logProbability(Enumeration.exact(units).states());
    assertEquals(1, Arrays.stream(log.exp().toDoubleArray()).sum(), 1e-12);
  }

  /** Gradients of every parameter of a record against differences. */
  static void assertGradients(Object model, Supplier<Tensor> value) {
    for (Map.Entry<String, Param> e : Parameters.all(model).entrySet()) {
      Param p = e.getValue();
      Tensor at = p.value();
      Tensor way = at.normalLike(Rng.of(7)).evaluate();
      double slope = Autodiff.gradient(value.get(), p).mul(way).sum().item();
      p.assign(at.add(way.mul(1e-5)).evaluate());
      double up = value.get().item();
      p.assign(at.sub(way.mul(1e-5)).evaluate());
      double down = value.get().item();
      p.assign(at);
      assertEquals(slope, (up - down) / 2e-5, 1e-7 * Math.max(1, Math.abs(slope)), e.getKey());
      assertTrue(Math.abs(slope) > 1e-6, e.getKey() + " has a gradient");
    }
  }

  /** Counts of states, in the order of {@link Enumeration#states}. */
  static double[] counts(Tensor bits) {
    int d = bits.shape().dim(1);
    double[] values = bits.toDoubleArray();
    double[] counts = new double[1 << d];
    for (int s = 0; s < values.length / d; s++) {
      int state = 0;
      for (int i = 0; i < d; i++) {
        assertTrue(values[s * d + i] == 0 || values[s * d + i] == 1);
        state |= (int) values[s * d + i] << i;
      }
      counts[state]++;
    }
    return counts;
  }

  /** χ² of n cells has mean n − 1 and variance 2 (n − 1). */
  static void assertDrawnFrom(double[] p, Tensor bits) {
    int n = bits.shape().dim(0);
    double[] counts = counts(bits);
    double chi = 0;
    int cells = 0;
    for (int s = 0; s < p.length; s++) {
      if (p[s] == 0) {
        assertEquals(0, counts[s], "an impossible state");
        continue;
      }
      chi += (counts[s] - n * p[s]) * (counts[s] - n * p[s]) / (n * p[s]);
      cells++;
    }
    assertEquals(cells - 1, chi, 4.5 * Math.sqrt(2.0 * (cells - 1)), "χ²");
  }

  /** p of all states in which the known units have the values of x, normalised. */
  static double[] conditional(double[] p, double[] x, double[] known) {
    double[] q = new double[p.length];
    for (int s = 0; s < p.length; s++) {
      boolean fits = true;
      for (int i = 0; i < x.length; i++) {
        fits &= known[i] == 0 || (s >> i & 1) == x[i];
      }
      q[s] = fits ? p[s] : 0;
    }
    double total = Arrays.stream(q).sum();
    return Arrays.stream(q).map(each -> each / total).toArray();
  }

  /** What stands where nothing is known doesn't count, be it no number. */
  static void assertUnknownCountsForNothing(Completer model, double[] x, double[] known) {
    double[] spoilt = x.clone();
    for (int i = 0; i < x.length; i++) {
      spoilt[i] = known[i] == 0 ? Double.NaN : x[i];
    }
    assertArrayEquals(
        completions(model, x, known, 50, Rng.of(1)).toDoubleArray(),
        completions(model, spoilt, known, 50, Rng.of(1)).toDoubleArray());
  }

  /** Completions of n copies of an example. */
  static Tensor completions(Completer model, double[] x, double[] known, int n, Rng rng) {
    Tensor shown = Tensor.of(x, 1, x.length).cast(DType.F32).tile(0, n);
    Tensor mask = Tensor.of(known, 1, known.length).cast(DType.F32).tile(0, n);
    return model.complete(shown, mask, rng);
  }
}
