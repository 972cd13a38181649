package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

class MixingTest {
  private static final long SEED = 20_261_203;

  /** x ← φ x + √(1 − φ²) noise, at rest from the beginning: {@code [draws, chains]}. */
  private static double[] autoregression(double phi, int draws, int chains) {
    double[] noise = Tensor.normal(Rng.of(SEED), draws, chains).toDoubleArray();
    for (int i = chains; i < noise.length; i++) {
      noise[i] = phi * noise[i - chains] + Math.sqrt(1 - phi * phi) * noise[i];
    }
    return noise;
  }

  /** Two chains of four draws, by hand: halves (1, 2), (4, 3) and (2, 2), (0, 4). */
  @Test
  void aSmallCaseByHand() {
    Mixing m = Mixing.of(Tensor.of(new double[] {1, 2, 2, 2, 4, 0, 3, 4}, 4, 2));
    double within = (0.5 + 0.5 + 0 + 8) / 4;
    // Means 1.5, 3.5, 2, 2 around 2.25.
    double between = (0.5625 + 1.5625 + 0.0625 + 0.0625) / 3;
    double pooled = within / 2 + between;
    assertEquals(2.25, m.mean(), 1e-15);
    assertEquals(Math.sqrt(pooled), m.deviation(), 1e-15);
    assertEquals(Math.sqrt(pooled / within), m.rHat(), 1e-15);
    // Autocovariances at lag 1: −¼, −¼, 0, −4, each divided by n = 2.
    double lag = (-0.25 - 0.25 - 4) / 2 / 4;
    assertEquals(1 - (within - lag) / pooled, m.autocorrelation()[1], 1e-15);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9, -0.4})
  void autoregressionsHaveAKnownTime(double phi) {
    Mixing m = Mixing.of(Tensor.of(autoregression(phi, 10_000, 4), 10_000, 4));
    double time = (1 + phi) / (1 - phi);
    assertEquals(time, m.autocorrelationTime(), 0.1 * time);
    assertEquals(40_000 / time, m.effectiveSampleSize(), 0.1 * 40_000 / time);
    assertEquals(Math.pow(phi, 3), m.autocorrelation()[3], 0.05);
    assertEquals(1, m.rHat(), 0.01);
    assertEquals(1, m.deviation(), 0.05);
    assertEquals(0, m.mean(), 4 * m.standardError());
    assertTrue(m.isMixed());
  }

  @Test
  void chainsThatDifferOrDriftAreFound() {
    double[] apart = autoregression(0.5, 1000, 2);
    double[] drifting = apart.clone();
    for (int i = 0; i < apart.length; i++) {
      apart[i] += i % 2 == 0 ? 3 : 0;
      drifting[i] += 3e-3 * i;
    }
    for (double[] x : new double[][] {apart, drifting}) {
      Mixing m = Mixing.of(Tensor.of(x, 1000, 2));
      assertTrue(m.rHat() > 1.5, "R̂ " + m.rHat());
      assertTrue(m.effectiveSampleSize() < 20, "draws " + m.effectiveSampleSize());
      assertFalse(m.isMixed());
    }
  }

  @Test
  void chainsThatStandStill() {
    assertEquals(1, Mixing.of(Tensor.ones(10, 3)).rHat());
    Mixing stuck = Mixing.of(Tensor.of(new double[] {0, 1, 0, 1, 0, 1, 0, 1}, 4, 2));
    assertEquals(Double.POSITIVE_INFINITY, stuck.rHat());
  }

  @Test
  void saysWhatDoesNotFit() {
    refusal(() -> Mixing.of(Tensor.zeros(3, 2)));
    refusal(() -> Mixing.of(Tensor.zeros(10)));
    refusal(() -> Mixing.of(Tensor.zeros(4, 2).add(Double.NaN)));
  }
}
