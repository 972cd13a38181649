package shinso.zoo.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.chain.Transition;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Normal;

/** Losses by hand, chains whose stationary distributions are known, walks. */
final class DenoisingAutoencoderTest {
  private static final int VISIBLE = 4;
  private static final Tensor X = Tensor.of(new double[] {1, 0, 1, 1, 0, 0, 1, 0}, 2, VISIBLE);

  private static DenoisingAutoencoder small(Corruption corruption) {
    return new DenoisingAutoencoder(
        Slopes.param(1, VISIBLE, 3), Slopes.param(2, 3), Slopes.param(3, VISIBLE), corruption);
  }

  @Test
  void theLossByHand() {
    DenoisingAutoencoder dae = small(Corruption.none());
    double[] w = dae.weight().value().toDoubleArray();
    double[] c = dae.hiddenBias().value().toDoubleArray();
    double[] b = dae.visibleBias().value().toDoubleArray();
    double[] x = X.toDoubleArray();
    double[] loss = new WalkBack(dae.chain(), 1, 1).loss(X, Rng.of(4)).toDoubleArray();
    for (int n = 0; n < 2; n++) {
      double[] h = new double[3];
      for (int j = 0; j < 3; j++) {
        double a = c[j];
        for (int i = 0; i < VISIBLE; i++) {
          a += x[n * VISIBLE + i] * w[i * 3 + j];
        }
        h[j] = 1 / (1 + Math.exp(-a));
      }
      double expected = 0;
      for (int i = 0; i < VISIBLE; i++) {
        double a = b[i];
        for (int j = 0; j < 3; j++) {
          a += h[j] * w[i * 3 + j];
        }
        double p = 1 / (1 + Math.exp(-a));
        expected -= Math.log(x[n * VISIBLE + i] == 1 ? p : 1 - p);
      }
      assertEquals(expected, loss[n], 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void gradientsOfWalks(double p) {
    DenoisingAutoencoder dae = small(Corruption.saltAndPepper(0.4));
    WalkBack walk = new WalkBack(dae.chain(), 4, p);
    Slopes.check(dae, () -> walk.loss(X, Rng.of(5)));
  }

  /** Where every pair costs one nat, an example costs as many as it has pairs. */
  @Test
  void lengthsOfWalksAreGeometric() {
    int n = 20_000;
    double e = Math.log(Math.E - 1); // softplus is 1
    DenoisingChain chain =
        new DenoisingChain(
            Corruption.none(), x -> new Bernoulli(x.mul(0).add(e)).independent(1)); // −log P(0) = 1
    double[] loss = new WalkBack(chain, 3, 0.5).loss(Tensor.zeros(n, 1), Rng.of(6)).toDoubleArray();
    double one = Double.POSITIVE_INFINITY;
    for (double x : loss) {
      one = Math.min(one, x);
    }
    int[] counts = new int[4];
    double mean = 0;
    for (double x : loss) {
      int pairs = (int) Math.round(x / one);
      assertEquals(pairs, x / one, 1e-4);
      counts[pairs]++;
      mean += x / n;
    }
    assertEquals(1, mean, 1e-4);
    double[] expected = {0, 0.5, 0.25, 0.25};
    for (int k = 1; k <= 3; k++) {
      double p = expected[k];
      assertEquals(p, (double) counts[k] / n, 4 * Math.sqrt(p * (1 - p) / n), "walks of " + k);
    }
  }

  /** P(x | x̃) = N(x̃ / (1 + s), s / (1 + s)) for x ~ N(0, 1) and noise of variance s. */
  @ParameterizedTest
  @CsvSource({"1, 1, 0.333333333", "0.25, 1, 0.444444444", "4, 1, 0.166666667"})
  @Tag("row-L3")
  void theChainOnTheNormalDistribution(double s, double drawn, double ofMeans) {
    DenoisingChain chain =
        new DenoisingChain(
            Corruption.gaussian(Math.sqrt(s)),
            x -> {
              Tensor logScale = x.zerosLike().add(0.5 * Math.log(s / (1 + s)));
              return new Normal(x.div(1 + s), logScale).independent(1);
            });
    assertVariance(drawn, chain);
    assertVariance(ofMeans, chain.ofMeans());
    double v = 0; // of means: v ← (v + s) / (1 + s)²
    for (int i = 0; i < 200; i++) {
      v = (v + s) / ((1 + s) * (1 + s));
    }
    assertEquals(ofMeans, v, 1e-9);
  }

  private static void assertVariance(double expected, Transition transition) {
    int n = 100_000;
    Tensor x = Gibbs.of(Tensor.zeros(n, 1), transition).run(48, Rng.of(7));
    assertEquals(expected, x.variance().item(), 4 * expected * Math.sqrt(2.0 / n));
    assertEquals(0, x.mean().item(), 4 * Math.sqrt(expected / n));
  }

  /** One bit: the chain's matrix has the distribution of the data for its left eigenvector. */
  @Test
  @Tag("row-L3")
  void theChainOnABitIsStationaryAtTheData() {
    double one = 0.3;
    double share = 0.4;
    double[][] c = {{1 - share / 2, share / 2}, {share / 2, 1 - share / 2}}; // C(x̃ | x)
    double[] posterior = new double[2]; // P(x = 1 | x̃)
    for (int d = 0; d < 2; d++) {
      posterior[d] = one * c[1][d] / (one * c[1][d] + (1 - one) * c[0][d]);
    }
    double next = 0;
    for (int x = 0; x < 2; x++) {
      for (int d = 0; d < 2; d++) {
        next += (x == 1 ? one : 1 - one) * c[x][d] * posterior[d];
      }
    }
    assertEquals(one, next, 1e-15);

    double[] logit = {logit(posterior[0]), logit(posterior[1])};
    DenoisingChain chain =
        new DenoisingChain(
            Corruption.saltAndPepper(share),
            x -> new Bernoulli(x.mul(logit[1] - logit[0]).add(logit[0])).independent(1));
    int n = 100_000;
    Tensor x = Gibbs.of(Tensor.zeros(n, 1), chain).run(64, Rng.of(8));
    assertEquals(one, x.mean().item(), 4 * Math.sqrt(one * (1 - one) / n));
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  @Test
  @Tag("row-L4")
  void givenUnitsAreHeld() {
    DenoisingAutoencoder dae =
        DenoisingAutoencoder.of(4, 3, Corruption.saltAndPepper(0.4), Rng.of(1));
    Tensor x = Tensor.of(new float[] {1, 0, 1, 1, 0, 1, 0, 0}, 2, 2, 2);
    Tensor known = Tensor.of(new float[] {1, 0, 1, 0}, 1, 2, 2);
    double[] y = dae.complete(x, known, Rng.of(2)).toDoubleArray();
    double[] given = x.toDoubleArray();
    for (int i : new int[] {0, 2, 4, 6}) {
      assertEquals(given[i], y[i], "unit " + i);
    }
    for (double unit : y) {
      assertEquals(unit, unit * unit, "units are 0 or 1");
    }
  }

  @Test
  void sameKeySameSamples() {
    DenoisingAutoencoder dae = DenoisingAutoencoder.of(4, 3, Corruption.masking(0.4), Rng.of(1));
    assertArrayEquals(
        dae.sample(5, Rng.of(3)).toFloatArray(), dae.sample(5, Rng.of(3)).toFloatArray());
  }

  @Test
  void noWalk() {
    DenoisingChain chain = small(Corruption.none()).chain();
    assertThrows(IllegalArgumentException.class, () -> new WalkBack(chain, 0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new WalkBack(chain, 3, 1.5));
  }
}
