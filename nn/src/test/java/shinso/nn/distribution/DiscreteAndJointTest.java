package shinso.nn.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.GradientCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Classes, vectors and mixtures: by enumeration, explicit matrices, and draws. */
class DiscreteAndJointTest {
  private static final long SEED = 20_261_129;

  @Test
  void bernoulliByEnumeration() {
    Tensor z = random(DType.F64, SEED, 6);
    Tensor w = random(DType.F64, SEED + 1, 6);
    Bernoulli p = new Bernoulli(z);
    Bernoulli q = new Bernoulli(w);
    Tensor both = Tensor.of(new double[] {0, 1}, 2, 1);
    Tensor log = p.logProbability(both); // [2, 6]
    Tensor mass = log.exp();
    assertClose(Tensor.ones(6).toDoubleArray(), mass.sum(0), 1e-14);
    assertClose(mass.at(0, 1).toDoubleArray(), p.mean(), 1e-14);
    assertClose(mass.at(0, 1).mul(mass.at(0, 0)).toDoubleArray(), p.variance(), 1e-14);
    assertClose(mass.mul(log).sum(0).neg().toDoubleArray(), p.entropy(), 1e-14);
    Tensor ratio = log.sub(q.logProbability(both));
    assertClose(mass.mul(ratio).sum(0).toDoubleArray(), Kl.of(p, q), 1e-14);
    Tensor x = random(DType.F64, SEED + 2, 6).greater(0).evaluate();
    GradientCheck.run(
            in -> new Bernoulli(in.getFirst()).logProbability(x), List.of(z), 2, Rng.of(SEED))
        .requireBelow(1e-7);
    GradientCheck.run(in -> new Bernoulli(in.getFirst()).entropy(), List.of(z), 2, Rng.of(SEED))
        .requireBelow(1e-7);
    GradientCheck.run(
            in -> Kl.of(new Bernoulli(in.get(0)), new Bernoulli(in.get(1))),
            List.of(z, w),
            2,
            Rng.of(SEED))
        .requireBelow(1e-7);
  }

  @Test
  void bernoullisOfRatesHaveThemButAtTheEnds() {
    Tensor rates = Tensor.of(new double[] {0, 0.0005, 0.25, 0.5, 0.9, 1});
    double[] kept = {0.001, 0.001, 0.25, 0.5, 0.9, 0.999};
    assertClose(kept, Bernoulli.ofRates(rates).mean(), 1e-12);
  }

  @Test
  void certainBernoullisAreFinite() {
    Bernoulli p = new Bernoulli(Tensor.of(new float[] {200, -200, 200, -200}));
    Tensor x = Tensor.of(new float[] {1, 0, 0, 1});
    assertClose(new double[] {0, 0, -200, -200}, p.logProbability(x), 0);
    assertClose(new double[4], p.entropy(), 0);
    assertClose(new double[4], Kl.of(p, p), 0);
    // At 0, where |z| has a kink and the entropy has none: its curvature is −1/4.
    Tensor zero = Tensor.of(new double[] {0});
    GradientCheck.run(in -> new Bernoulli(in.getFirst()).entropy(), List.of(zero), 2, Rng.of(1))
        .requireBelow(1e-3);
  }

  @Test
  void categoricalByEnumeration() {
    Tensor z = random(DType.F64, SEED, 3, 4);
    Tensor w = random(DType.F64, SEED + 1, 3, 4);
    Categorical p = new Categorical(z);
    Categorical q = new Categorical(w);
    assertEquals(Shape.of(3), p.batchShape());
    Tensor classes = Tensor.iota(4).unsqueeze(1).broadcastTo(Shape.of(4, 3));
    Tensor log = p.logProbability(classes); // [4, 3]
    Tensor mass = log.exp();
    assertClose(Tensor.ones(3).toDoubleArray(), mass.sum(0), 1e-14);
    assertClose(p.probabilities().toDoubleArray(), mass.transpose(), 1e-14);
    assertClose(mass.mul(log).sum(0).neg().toDoubleArray(), p.entropy(), 1e-14);
    Tensor ratio = log.sub(q.logProbability(classes));
    assertClose(mass.mul(ratio).sum(0).toDoubleArray(), Kl.of(p, q), 1e-14);
    Tensor t = Tensor.of(new int[] {3, 0, 2});
    GradientCheck.run(
            in -> new Categorical(in.getFirst()).logProbability(t), List.of(z), 2, Rng.of(SEED))
        .requireBelow(1e-7);
    GradientCheck.run(
            in -> Kl.of(new Categorical(in.get(0)), new Categorical(in.get(1))),
            List.of(z, w),
            2,
            Rng.of(SEED))
        .requireBelow(1e-7);
    assertThrows(UnsupportedOperationException.class, p::mean);
    refusal(() -> Kl.of(p, new Categorical(random(DType.F64, 1, 3, 5))));
  }

  @Test
  void categoricalAtATemperature() {
    Categorical p = new Categorical(Tensor.of(new double[] {0, 1, 3, -2}, 1, 4));
    assertArrayEquals(
        p.logits().div(0.5).softmax(-1).toDoubleArray(),
        p.tempered(0.5).probabilities().toDoubleArray(),
        1e-12);
    // Two probabilities have the ratio e^((a − b) / T).
    double[] q = p.tempered(4).probabilities().toDoubleArray();
    assertEquals(Math.exp(0.5), q[2] / q[1], 1e-12);
    for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> p.tempered(wrong));
    }
  }

  /** The k most probable classes keep their ratios; of equal ones the first stay. */
  @Test
  void categoricalOfTheMostProbable() {
    Tensor z = Tensor.of(new double[] {0, 1, 3, 1, -2, 0, 0, 0, 0, 0}, 2, 5);
    double sum = Math.exp(1) + Math.exp(3);
    assertArrayEquals(
        new double[] {0, Math.exp(1) / sum, Math.exp(3) / sum, 0, 0, 0.5, 0.5, 0, 0, 0},
        new Categorical(z).top(2).probabilities().toDoubleArray(),
        1e-12);
    assertArrayEquals(
        z.softmax(-1).toDoubleArray(),
        new Categorical(z).top(5).probabilities().toDoubleArray(),
        1e-12);
    assertThrows(IllegalArgumentException.class, () -> new Categorical(z).top(0));
    assertThrows(IllegalArgumentException.class, () -> new Categorical(z).top(6));
  }

  @Test
  void impossibleClassesCount() {
    float never = Float.NEGATIVE_INFINITY;
    Categorical p = new Categorical(Tensor.of(new float[] {0, never, 0}));
    assertClose(Math.log(2), p.entropy(), 1e-6);
    assertClose(never, p.logProbability(Tensor.of(new int[] {1})), 0);
    assertClose(Math.log(1.5), Kl.of(p, new Categorical(Tensor.zeros(3))), 1e-6);
    assertClose(Float.POSITIVE_INFINITY, Kl.of(new Categorical(Tensor.zeros(3)), p), 0);
  }

  @Test
  void drawsHaveTheProbabilities() {
    Tensor z = Tensor.of(new float[] {0, 1, -1, 0.5f}, 2, 2);
    int n = 40_000;
    Tensor classes = new Categorical(z).sample(n, Rng.of(SEED)); // [n, 2]
    assertEquals(DType.I32, classes.dtype());
    Tensor share = classes.cast(DType.F32).mean(0);
    double[] second = z.softmax(-1).at(1, 1).toDoubleArray();
    // Four standard deviations of a share.
    assertClose(second, share, 4 * 0.5 / Math.sqrt(n));
    Tensor coins = new Bernoulli(z).sample(n, Rng.of(SEED));
    assertClose(z.sigmoid().toDoubleArray(), coins.mean(0), 4 * 0.5 / Math.sqrt(n));
    assertEquals(Shape.of(2, 2), new Bernoulli(z).sample(Rng.of(1)).shape());
  }

  private static Tensor scale(long seed, int... dims) {
    // A diagonal of about 1; what stands above it must not matter.
    Tensor l = random(DType.F64, seed, dims).mul(0.4);
    return l.add(Tensor.eye(dims[dims.length - 1]).cast(DType.F64).mul(2)).evaluate();
  }

  @Test
  void multivariateNormalIsThatOfItsCovariance() {
    Tensor l = scale(SEED, 2, 2);
    double[] v = l.toDoubleArray();
    double a = v[0] * v[0];
    double b = v[0] * v[2];
    double c = v[2] * v[2] + v[3] * v[3];
    double det = a * c - b * b;
    MultivariateNormal p = new MultivariateNormal(Tensor.of(new double[] {1, -2}), l);
    assertClose(new double[] {a, b, b, c}, p.covariance(), 1e-14);
    assertClose(new double[] {a, c}, p.variance(), 1e-14);
    double x = 0.3;
    double y = 1.1;
    double distance = (c * x * x - 2 * b * x * y + a * y * y) / det;
    double expected = -distance / 2 - Math.log(2 * Math.PI) - Math.log(det) / 2;
    assertClose(expected, p.logProbability(Tensor.of(new double[] {1 + x, -2 + y})), 1e-13);
    assertClose(Math.log(2 * Math.PI * Math.E) + Math.log(det) / 2, p.entropy(), 1e-13);
  }

  @Test
  void aDiagonalScaleIsIndependentNormals() {
    Tensor m = random(DType.F64, SEED, 3, 4);
    Tensor s = random(DType.F64, SEED + 1, 3, 4).exp().evaluate();
    Tensor m2 = random(DType.F64, SEED + 2, 3, 4);
    Tensor s2 = random(DType.F64, SEED + 3, 3, 4).exp().evaluate();
    Tensor eye = Tensor.eye(4).cast(DType.F64);
    MultivariateNormal full = new MultivariateNormal(m, s.unsqueeze(-1).mul(eye));
    MultivariateNormal other = new MultivariateNormal(m2, s2.unsqueeze(-1).mul(eye));
    Distribution diagonal = Normal.ofScale(m, s).independent(1);
    Distribution second = Normal.ofScale(m2, s2).independent(1);
    assertEquals(Shape.of(3), diagonal.batchShape());
    assertEquals(Shape.of(4), diagonal.eventShape());
    Tensor x = random(DType.F64, SEED + 4, 5, 3, 4);
    assertClose(diagonal.logProbability(x).toDoubleArray(), full.logProbability(x), 1e-12);
    assertClose(diagonal.entropy().toDoubleArray(), full.entropy(), 1e-12);
    assertClose(Kl.of(diagonal, second).toDoubleArray(), Kl.of(full, other), 1e-12);
    assertClose(diagonal.sample(Rng.of(3)).toDoubleArray(), full.sample(Rng.of(3)), 1e-12);
  }

  /** A linear map of both changes no divergence. */
  @Test
  void theDivergenceOfNormalsIsInvariant() {
    Tensor l = scale(SEED, 3, 3);
    Tensor map = scale(SEED + 9, 3, 3).mul(Tensor.lowerTriangle(3, 3, 0).cast(DType.F64));
    Tensor lower = l.mul(Tensor.lowerTriangle(3, 3, 0).cast(DType.F64));
    Tensor m = random(DType.F64, SEED + 1, 3);
    Tensor eye = Tensor.eye(3).cast(DType.F64);
    MultivariateNormal p = new MultivariateNormal(m, l);
    MultivariateNormal q = new MultivariateNormal(m.zerosLike(), eye);
    // By the definition with q standard: ½ (tr Σ + |μ|² − d − log |Σ|).
    double expected =
        0.5
            * (p.variance().sum().item()
                + m.square().sum().item()
                - 3
                - 2 * p.logDeterminant().item());
    assertClose(expected, Kl.of(p, q), 1e-13);
    MultivariateNormal mapped = new MultivariateNormal(map.matmul(m), map.matmul(lower));
    MultivariateNormal standard = new MultivariateNormal(m.zerosLike(), map);
    assertClose(expected, Kl.of(mapped, standard), 1e-12);
    GradientCheck.run(
            in ->
                Kl.of(
                    new MultivariateNormal(in.get(0), in.get(1)),
                    new MultivariateNormal(in.get(2), in.get(3))),
            List.of(m, l, random(DType.F64, 5, 3), scale(SEED + 2, 3, 3)),
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
    GradientCheck.run(
            in -> new MultivariateNormal(in.get(1), in.get(2)).logProbability(in.get(0)),
            List.of(random(DType.F64, 6, 4, 3), m, l),
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
  }

  @Test
  void multivariateDrawsHaveTheCovariance() {
    Tensor l = scale(SEED, 3, 3).cast(DType.F32);
    MultivariateNormal p = new MultivariateNormal(Tensor.of(new float[] {1, 2, 3}), l);
    int n = 40_000;
    Tensor x = p.sample(n, Rng.of(SEED)).sub(p.mean());
    Tensor covariance = x.transpose().matmul(x).div(n);
    // Standard deviations of second moments are below √2 · the largest variance, about 6.
    assertClose(p.covariance().toDoubleArray(), covariance, 4 * Math.sqrt(2) * 6 / Math.sqrt(n));
    assertClose(new double[3], x.mean(0), 4 * Math.sqrt(6.0 / n));
  }

  private static Mixture mixture(DType type) {
    Tensor logits = random(type, SEED, 2, 3);
    Tensor means = random(type, SEED + 1, 2, 3, 4);
    Tensor logScales = random(type, SEED + 2, 2, 3, 4).mul(0.5).evaluate();
    return new Mixture(logits, new Normal(means, logScales).independent(1));
  }

  @Test
  void aMixtureIsTheSumOfItsComponents() {
    Mixture p = mixture(DType.F64);
    assertEquals(Shape.of(2), p.batchShape());
    assertEquals(Shape.of(4), p.eventShape());
    Tensor x = random(DType.F64, SEED + 3, 5, 2, 4);
    Tensor density = Tensor.zeros(5, 2).cast(DType.F64);
    Tensor weights = p.logits().softmax(-1);
    Normal base = (Normal) ((Independent) p.components()).base();
    for (int k = 0; k < 3; k++) {
      Normal one = new Normal(base.location().at(1, k), base.logScale().at(1, k));
      density = density.add(one.independent(1).logProbability(x).exp().mul(weights.at(1, k)));
    }
    assertClose(density.log().toDoubleArray(), p.logProbability(x), 1e-12);
    assertClose(Tensor.ones(5, 2).toDoubleArray(), p.logResponsibilities(x).exp().sum(-1), 1e-12);
    GradientCheck.run(
            in ->
                new Mixture(in.get(0), new Normal(in.get(1), in.get(2)).independent(1))
                    .logProbability(in.get(3)),
            List.of(p.logits(), base.location(), base.logScale(), x),
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
    assertThrows(UnsupportedOperationException.class, p::entropy);
    assertThrows(UnsupportedOperationException.class, () -> Kl.of(p, p));
    refusal(() -> new Mixture(random(DType.F64, 1, 2, 4), p.components()));
  }

  @Test
  void aMixturesDrawsHaveItsMoments() {
    Mixture p = mixture(DType.F32);
    int n = 40_000;
    Tensor x = p.sample(n, Rng.of(SEED)); // [n, 2, 4]
    assertEquals(Shape.of(n, 2, 4), x.shape());
    double[] variance = p.variance().toDoubleArray();
    double[] mean = x.mean(0).toDoubleArray();
    double[] spread = x.variance(0).toDoubleArray();
    double[] expected = p.mean().toDoubleArray();
    for (int i = 0; i < 8; i++) {
      assertEquals(expected[i], mean[i], 4 * Math.sqrt(variance[i] / n));
      // The kurtosis of these mixtures is below 6: a standard error below √(5 / n) σ².
      assertEquals(variance[i], spread[i], 4 * Math.sqrt(5.0 / n) * variance[i]);
    }
  }

  @Test
  void farFromAllComponentsAMixtureIsFinite() {
    Mixture p =
        new Mixture(Tensor.zeros(2), new Normal(Tensor.of(new float[] {-1, 1}), Tensor.zeros(2)));
    double expected = -0.5 * 999 * 999 - Math.log(2) - 0.5 * Math.log(2 * Math.PI);
    assertClose(expected, p.logProbability(Tensor.scalar(1000)), 1e-6);
    assertTrue(Double.isFinite(p.logProbability(Tensor.scalar(1e6)).item()));
  }

  @Test
  void aMixtureOfClassesIsOneOfClasses() {
    Tensor parts = random(DType.F32, SEED, 3, 4);
    Tensor logits = random(DType.F32, SEED + 1, 3);
    Mixture p = new Mixture(logits, new Categorical(parts));
    Tensor mass = logits.softmax(-1).matmul(parts.softmax(-1)); // [4]
    assertClose(mass.toDoubleArray(), p.logProbability(Tensor.iota(4)).exp(), 1e-6);
    int n = 20_000;
    Tensor drawn = p.sample(n, Rng.of(SEED));
    assertEquals(DType.I32, drawn.dtype());
    assertClose(mass.toDoubleArray(), drawn.oneHot(4).mean(0), 4 * 0.5 / Math.sqrt(n));
  }

  @Test
  void axesThatDontExistCantBeIndependent() {
    refusal(() -> new Bernoulli(Tensor.zeros(3)).independent(2));
    Distribution p = new Bernoulli(Tensor.zeros(2, 3, 4)).independent(2);
    assertEquals(Shape.of(2), p.entropy().shape());
    assertClose(new double[] {12 * Math.log(2), 12 * Math.log(2)}, p.entropy(), 1e-5);
    assertEquals(Shape.of(7, 2, 3, 4), p.sample(7, Rng.of(1)).shape());
    assertClose(new double[14], Kl.of(p, p).unsqueeze(0).broadcastTo(Shape.of(7, 2)), 0);
  }
}
