package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

class AisTest {
  private static final long SEED = 20_261_201;
  private static final double LOG_Z = 7.10495009462;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bothDirectionsFindTheNormaliser(boolean baseRates) {
    SmallRbm plain = SmallRbm.waves(6, 4, DType.F32);
    SmallRbm rbm =
        baseRates ? plain.withBase(Tensor.of(new float[] {0.7f, 0, -1, 0.3f, 2, -0.2f})) : plain;
    Ais ais = Ais.of(rbm).chains(2000).betas(Ais.even(0, 1, 500));
    Ais.Estimate up = ais.forward(Rng.of(SEED));
    assertEquals(LOG_Z, up.logZ(), 4 * up.standardError());
    assertTrue(up.standardError() < 0.01, "standard error " + up.standardError());
    assertTrue(up.interval().low() < up.logZ() && up.logZ() < up.interval().high());
    assertEquals(6 * up.standardError(), up.interval().high() - up.interval().low(), 1e-4);
    assertTrue(up.effectiveSampleSize() > 1800 && up.effectiveSampleSize() <= 2000);
    // Long chains of the machine: independent draws but for what 100 steps can't forget.
    Tensor samples = Gibbs.of(Tensor.zeros(2000, 6), rbm::gibbs).run(100, Rng.of(SEED + 1));
    Ais.Estimate down = ais.reverse(samples, Rng.of(SEED + 2));
    assertEquals(LOG_Z, down.logZ(), 4 * down.standardError());
    assertTrue(down.standardError() < 0.01, "standard error " + down.standardError());
    assertTrue(down.interval().low() < down.logZ() && down.logZ() < down.interval().high());
  }

  /** One step is importance sampling with the first machine: unbiased, with a known variance. */
  @Test
  void aSingleStepIsImportanceSampling() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    int n = 20_000;
    Ais.Estimate up = Ais.of(rbm).chains(n).betas(0, 1).forward(Rng.of(SEED));
    // The variance of weights f₁ / f₀ by enumeration: Σ f₁² / f₀ / Z₀ − (Z₁ / Z₀)².
    double log0 = rbm.logNormalizer();
    Tensor zero = Tensor.scalar(0);
    double square =
        Enumeration.of(6).logPartition(v -> rbm.logWeight(v).mul(2).sub(rbm.logWeight(v, zero)));
    double ratio = Math.exp(LOG_Z - log0);
    double variance = Math.exp(square - log0) - ratio * ratio;
    double error = Math.sqrt(variance / n) / ratio;
    assertEquals(LOG_Z, up.logZ(), 4 * error);
    assertEquals(error, up.standardError(), 0.2 * error);
  }

  @Test
  void withoutHiddenUnitsAllWeightsAreEqual() {
    int n = 5;
    Tensor zeros = Tensor.zeros(n);
    SmallRbm none = new SmallRbm(Tensor.zeros(n, 0), zeros, Tensor.zeros(0), zeros);
    Ais.Estimate e = Ais.of(none).chains(10).betas(Ais.even(0, 1, 7)).forward(Rng.of(SEED));
    assertArrayEquals(new double[10], e.logWeights());
    assertEquals(n * Math.log(2), e.logZ(), 1e-12);
    assertEquals(0, e.standardError());
    assertEquals(10, e.effectiveSampleSize(), 1e-12);
    // Base rates that are the machine's own biases: nothing is left to anneal, either.
    Tensor a = random(DType.F32, SEED, n);
    SmallRbm own = new SmallRbm(Tensor.zeros(n, 0), a, Tensor.zeros(0), a);
    Ais.Estimate f = Ais.of(own).chains(10).betas(Ais.even(0, 1, 25)).forward(Rng.of(SEED));
    assertArrayEquals(new double[10], f.logWeights());
    double expected = Arrays.stream(a.toDoubleArray()).map(z -> Math.log1p(Math.exp(z))).sum();
    assertEquals(expected, f.logZ(), 1e-12);
  }

  /** The mean of a weight is Z₁ / Z₀ for any number of steps, so few steps aren't biased. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 11, 29})
  void weightsAreUnbiased(int steps) {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    Ais ais = Ais.of(rbm).chains(20_000).betas(Ais.even(0, 1, steps));
    Ais.Estimate up = ais.forward(Rng.of(SEED + steps));
    assertEquals(LOG_Z, up.logZ(), 4 * up.standardError());
    Tensor samples = Gibbs.of(Tensor.zeros(20_000, 6), rbm::gibbs).run(60, Rng.of(SEED));
    Ais.Estimate down = ais.reverse(samples, Rng.of(SEED - steps));
    assertEquals(LOG_Z, down.logZ(), 4 * down.standardError());
  }

  @Test
  void ratiosAreDifferencesOfWeights() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F64).withBase(random(DType.F64, SEED, 6));
    Tensor v = Enumeration.exact(6).states();
    Tensor from = Tensor.of(new double[] {0.25}).squeeze(0);
    Tensor to = Tensor.of(new double[] {0.5}).squeeze(0);
    assertClose(
        rbm.logWeight(v, to).sub(rbm.logWeight(v, from)).toDoubleArray(),
        rbm.logRatio(v, from, to),
        1e-13);
    Tensor one = Tensor.of(new double[] {1}).squeeze(0);
    assertClose(rbm.logWeight(v).toDoubleArray(), rbm.logWeight(v, one), 1e-13);
  }

  @Test
  void theSameKeyGivesTheSameWeights() {
    Ais ais = Ais.of(SmallRbm.waves(6, 4, DType.F32)).chains(50).betas(Ais.even(0, 1, 33));
    double[] one = ais.forward(Rng.of(1)).logWeights();
    assertArrayEquals(one, ais.forward(Rng.of(1)).logWeights());
    assertNotEquals(one[0], ais.forward(Rng.of(2)).logWeights()[0]);
  }

  @Test
  void blocksOfChainsAreMerged() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    Ais ais = Ais.of(rbm).chains(20).betas(Ais.even(0, 1, 33));
    List<Ais.Estimate> parts = List.of(ais.forward(Rng.of(1)), ais.forward(Rng.of(2)));
    Ais.Estimate all = Ais.Estimate.merged(parts);
    assertEquals(40, all.logWeights().length);
    assertEquals(40, all.states().shape().dim(0));
    assertEquals(parts.getLast().logWeights()[3], all.logWeights()[23]);
    // Means of equally many weights: that of all is their mean.
    double mean = parts.stream().mapToDouble(p -> Math.exp(p.logZ())).average().orElseThrow();
    assertEquals(Math.log(mean), all.logZ(), 1e-12);
    assertTrue(all.standardError() < parts.getFirst().standardError());
    Ais.Estimate back = ais.reverse(all.states(), Rng.of(3));
    assertTrue(
        refusal(() -> Ais.Estimate.merged(List.of(all, back)))
            .contains("annealed forward and " + all.base() + " annealed back"));
    assertTrue(refusal(() -> Ais.Estimate.merged(List.of())).contains("no estimates"));
  }

  @Test
  void theScheduleOfSalakhutdinovAndMurray() {
    double[] betas = Ais.salakhutdinov();
    assertEquals(14_501, betas.length);
    assertEquals(0.5, betas[500]);
    assertEquals(0.9, betas[4500], 1e-15);
    assertEquals(1, betas[14_500]);
    assertEquals(1e-3, betas[1], 1e-15);
    assertEquals(1e-4, betas[501] - betas[500], 1e-15);
    assertEquals(1e-5, betas[4501] - betas[4500], 1e-15);
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    assertEquals(14_501, Ais.of(rbm).betas(betas) == null ? 0 : betas.length);
  }

  @Test
  void errorsOfWideWeightsAreOneSided() {
    Ais.Estimate e = new Ais.Estimate(1, new double[] {0, -100, -100}, false, Tensor.zeros(3, 1));
    assertEquals(1 + Math.log(1.0 / 3), e.logZ(), 1e-12);
    assertEquals(1, e.standardError(), 1e-12);
    assertEquals(Double.NEGATIVE_INFINITY, e.interval().low());
    assertEquals(1, e.effectiveSampleSize(), 1e-12);
    Ais.Estimate back = new Ais.Estimate(1, e.logWeights(), true, e.states());
    assertEquals(1 - Math.log(1.0 / 3), back.logZ(), 1e-12);
    assertEquals(Double.POSITIVE_INFINITY, back.interval().high());
    assertTrue(back.interval().contains(back.logZ()));
  }

  @Test
  void warnsOfFewChainsAndOfDirectionsThatDisagree() {
    double[] even = {0, 0.1, -0.1, 0.05};
    Tensor states = Tensor.zeros(4, 1);
    Ais.Estimate up = new Ais.Estimate(1, even, false, states);
    Ais.Estimate near = new Ais.Estimate(1, even, true, states);
    Ais.Estimate far = new Ais.Estimate(3, even, true, states);
    assertEquals(List.of(), new Ais.Bracket(up, near).warnings());
    Ais.Bracket apart = new Ais.Bracket(up, far);
    assertEquals(1, apart.warnings().size());
    assertTrue(apart.warnings().getFirst().contains("1.015 by annealing forward and 2.985"));
    assertEquals((up.logZ() + far.logZ()) / 2, apart.logZ(), 1e-12);
    assertEquals(far.logZ() - up.logZ(), apart.gap(), 1e-12);
    double[] one = new double[30];
    Arrays.fill(one, -50);
    one[3] = 0;
    Ais.Estimate few = new Ais.Estimate(0, one, false, Tensor.zeros(30, 1));
    assertEquals(
        List.of("the weight of 30 chains annealed forward is that of 1.0; anneal in more steps"),
        few.warnings());
  }

  @Test
  void aModelThatIsNotFiniteIsNamed() {
    Tensor w = Tensor.zeros(3, 2).add(Double.NaN);
    SmallRbm broken = new SmallRbm(w, Tensor.zeros(3), Tensor.zeros(2), Tensor.zeros(3));
    Ais ais = Ais.of(broken).chains(4).betas(Ais.even(0, 1, 10));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> ais.forward(Rng.of(1)));
    assertTrue(
        String.valueOf(e.getMessage()).contains("chain 0 is NaN between β = 0.0 and 0.5"),
        e.getMessage());
  }

  @Test
  void saysWhatDoesNotFit() {
    Ais ais = Ais.of(SmallRbm.waves(6, 4, DType.F32));
    refusal(() -> ais.betas(0, 0.5));
    refusal(() -> ais.betas(0, 0.6, 0.5, 1));
    refusal(() -> ais.betas(1));
    refusal(() -> ais.chains(1));
    refusal(() -> ais.reverse(Tensor.zeros(6), Rng.of(1)));
  }
}
