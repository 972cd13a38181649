package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.optim.Adam;
import shinso.train.data.Dataset;

/** How near annealing comes to normalisers that are known. */
@Tag("row-I4")
final class AnnealingAccuracyTest {
  /** A machine of 4 x 4 and 12 units that has learned bars and stripes by the exact gradient. */
  private static final Rbm BARS = Rbm.of(16, 12, Rng.of(7));

  private static double logZ;
  private static Tensor samples = Tensor.zeros(0, 16);

  @BeforeAll
  static void learn() {
    Dataset pictures = BarsAndStripes.of(4).load().train();
    Tensor v = pictures.whole().getFirst().flatten(1).evaluate();
    Program step = Program.of(new ExactLikelihood(BARS, Adam.of(0.02))::train);
    for (int i = 0; i < 600; i++) {
      step.run(Rng.of(i), v);
    }
    double mean = BARS.logProbability(v, BARS.logPartition()).mean().item();
    assertTrue(mean > -4.2, () -> "log-likelihood " + mean + ", at best -3.379");
    logZ = BARS.exactLogPartition();
    samples = Enumeration.of(16).sample(x -> BARS.freeEnergy(x).neg(), 100, Rng.of(8));
  }

  @Test
  void theNormaliserIsTheSumOverEitherLayer() {
    assertEquals(logZ, Enumeration.of(16).logPartition(BARS), 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"100, .5", "1000, .05", "10000, .005"})
  void aHundredChainsBothWays(int temperatures, double error) {
    Ais ais =
        Ais.of(BARS.annealing(Tensor.zeros(16).add(0.5)))
            .chains(100)
            .betas(Ais.even(0, 1, temperatures));
    Ais.Bracket z = ais.both(samples, Rng.of(11));
    assertEquals(logZ, z.up().logZ(), error, "seed 11");
    assertEquals(logZ, z.down().logZ(), error, "seed 11");
  }

  /**
   * Weights that are all alike, with nearly all of the mass where all units are on: chains that
   * begin at the other mode stay there, and their errors say nothing of it. Exact draws annealed
   * back do.
   */
  @Test
  void chainsInTheWrongModeAreFoundByTheOtherDirection() {
    int n = 784;
    double w = 0.02;
    double a = -4.99;
    double b = -7.84;
    Rbm rbm =
        new Rbm(
            Param.of(Tensor.zeros(n, 500).add(w)),
            Param.of(Tensor.zeros(n).add(a)),
            Param.of(Tensor.zeros(500).add(b)));
    double[] shares = new double[n + 1]; // of k units on
    double choose = 0;
    for (int k = 0; k <= n; k++) {
      shares[k] = choose + a * k + 500 * Math.log1p(Math.exp(b + w * k));
      choose += Math.log(n - k) - Math.log(k + 1);
    }
    double max = Arrays.stream(shares).max().orElseThrow();
    double exact = max + Math.log(Arrays.stream(shares).map(s -> Math.exp(s - max)).sum());
    assertEquals(13.27167520, exact, 1e-7);

    Ais ais =
        Ais.of(rbm.annealing(Tensor.zeros(n).add(1 / (1 + Math.exp(-a)))))
            .chains(50)
            .betas(Ais.even(0, 1, 200));
    Ais.Bracket z = ais.both(draws(shares, exact, 50), Rng.of(3));
    assertTrue(z.up().logZ() < exact - 5, () -> "log Z " + z.up().logZ());
    assertEquals(0, z.up().standardError(), 0.1);
    assertTrue(z.down().logZ() > exact - 0.1, () -> "log Z " + z.down().logZ());
    assertFalse(z.agrees());
    assertTrue(z.warnings().getLast().contains("apart, more than their errors explain"));
  }

  /** States with k units on, all such states being alike, here the first k. */
  private static Tensor draws(double[] logShares, double logZ, int count) {
    RandomGenerator random = Rng.of(5).generator();
    int n = logShares.length - 1;
    float[] x = new float[count * n];
    for (int i = 0; i < count; i++) {
      double u = random.nextDouble();
      int k = 0;
      while (k < n && (u -= Math.exp(logShares[k] - logZ)) > 0) {
        k++;
      }
      Arrays.fill(x, i * n, i * n + k, 1);
    }
    return Tensor.of(x, count, n);
  }
}
