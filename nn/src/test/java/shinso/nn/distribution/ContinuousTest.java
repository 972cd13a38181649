package shinso.nn.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.estimator.Draw;
import shinso.nn.estimator.Reparameterized;

/** Densities of numbers against formulas in double, quadrature, and the draws. */
class ContinuousTest {
  private static final long SEED = 20_261_128;

  /** The families: parameters a and b are any numbers, made fit by the family. */
  enum Family {
    NORMAL((a, b) -> new Normal(a, b)),
    LAPLACE((a, b) -> new Laplace(a, b)),
    LOGISTIC((a, b) -> new Logistic(a, b)),
    STUDENT_T((a, b) -> new StudentT(a.square().add(2.75), a, b)),
    GAMMA((a, b) -> new Gamma(a.square().add(0.75), b.exp()));

    private final BiFunction<Tensor, Tensor, Distribution> maker;

    Family(BiFunction<Tensor, Tensor, Distribution> maker) {
      this.maker = maker;
    }

    Distribution make(Tensor a, Tensor b) {
      return maker.apply(a, b);
    }

    Distribution make(double a, double b) {
      return make(Tensor.of(new double[] {a}).squeeze(0), Tensor.of(new double[] {b}).squeeze(0));
    }

    /** A quadrature; the Laplace density has its kink at a point. */
    Quadrature quadrature(double a, double b) {
      return this == GAMMA ? Quadrature.positive() : Quadrature.line(a, Math.exp(b));
    }

    /** The kink of the Laplace density leaves an error of the square of the distance of points. */
    double tolerance() {
      return this == LAPLACE ? 1e-3 : 1e-9;
    }

    Tensor point(Tensor x) {
      return this == GAMMA ? x.square().add(0.1) : x;
    }
  }

  private static double formula(Family family, double x, double a, double b) {
    double s = Math.exp(b);
    double z = (x - a) / s;
    return switch (family) {
      case NORMAL -> -z * z / 2 - Math.log(s * Math.sqrt(2 * Math.PI));
      case LAPLACE -> -Math.abs(z) - Math.log(2 * s);
      case LOGISTIC -> Math.log(Math.exp(-z) / (s * Math.pow(1 + Math.exp(-z), 2)));
      // For three degrees of freedom.
      case STUDENT_T -> Math.log(6 * Math.sqrt(3) / (Math.PI * Math.pow(3 + z * z, 2)) / s);
      // For α = 3.
      case GAMMA -> Math.log(s * s * s / 2 * x * x) - s * x;
    };
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void densitiesAreThoseOfTheFormulas(Family family) {
    RandomGenerator g = Rng.of(SEED).generator();
    for (int i = 0; i < 20; i++) {
      double a =
          switch (family) {
            case STUDENT_T -> 0.5;
            case GAMMA -> 1.5;
            default -> g.nextDouble(-2, 2);
          };
      double b = g.nextDouble(-1, 1);
      double x = family == Family.GAMMA ? g.nextDouble(0.01, 5) : g.nextDouble(-5, 5);
      Tensor log = family.make(a, b).logProbability(Tensor.of(new double[] {x}));
      assertClose(formula(family, x, a, b), log, 1e-12);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void momentsAndEntropyAreThoseOfTheDensity(Family family) {
    RandomGenerator g = Rng.of(SEED + 1).generator();
    for (int i = 0; i < 5; i++) {
      double a = g.nextDouble(-2, 2);
      double b = g.nextDouble(-1, 1);
      Distribution p = family.make(a, b);
      Quadrature q = family.quadrature(a, b);
      double mean = p.mean().item();
      double tolerance = family.tolerance();
      assertEquals(1, q.mean(p, x -> 1), tolerance);
      assertEquals(mean, q.mean(p, x -> x), tolerance * Math.max(1, mean));
      double variance = p.variance().item();
      assertEquals(
          variance, q.mean(p, x -> (x - mean) * (x - mean)), tolerance * Math.max(1, variance));
      assertEquals(p.entropy().item(), q.entropy(p), 3 * tolerance);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void drawsFollowTheDensity(Family family) {
    for (double a : new double[] {-1.5, 0.2}) {
      double b = 0.4;
      Tensor location = Tensor.scalar(a);
      Distribution p = family.make(location, Tensor.scalar(b));
      Tensor draws = p.sample(20_000, Rng.of(SEED));
      assertEquals(Shape.of(20_000), draws.shape());
      double distance =
          family
              .quadrature(a, b)
              .distance(family.make((float) a, (float) b), draws.toDoubleArray());
      assertTrue(distance < 1.95, family + ": " + distance);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void derivativesOfBothOrdersAgreeWithDifferences(Family family) {
    Tensor a = random(DType.F64, SEED, 3);
    Tensor b = random(DType.F64, SEED + 1, 3);
    Tensor x = random(DType.F64, SEED + 2, 4, 3);
    GradientCheck.run(
            in -> family.make(in.get(1), in.get(2)).logProbability(family.point(in.get(0))),
            List.of(x, a, b),
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
    GradientCheck.run(
            in -> family.make(in.get(0), in.get(1)).entropy(), List.of(a, b), 2, Rng.of(SEED))
        .requireBelow(1e-6);
  }

  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"NORMAL", "LAPLACE", "GAMMA"})
  void divergencesAreThoseOfTheDensities(Family family) {
    RandomGenerator g = Rng.of(SEED + 2).generator();
    for (int i = 0; i < 5; i++) {
      double a = g.nextDouble(-2, 2);
      double b = g.nextDouble(-1, 1);
      Distribution p = family.make(a, b);
      Distribution q = family.make(g.nextDouble(-2, 2), g.nextDouble(-1, 1));
      double kl = Kl.of(p, q).item();
      assertEquals(
          family.quadrature(a, b).logRatio(p, q), kl, family.tolerance() * Math.max(1, kl));
      assertEquals(0, Kl.of(p, p).item(), 1e-12);
    }
    List<Tensor> points =
        List.of(
            random(DType.F64, 1, 3),
            random(DType.F64, 2, 3),
            random(DType.F64, 3, 3),
            random(DType.F64, 4, 3));
    GradientCheck.run(
            in -> Kl.of(family.make(in.get(0), in.get(1)), family.make(in.get(2), in.get(3))),
            points,
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
  }

  /** At a fixed key a draw is μ + s z: its slopes by μ and log s are 1 and s z. */
  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"NORMAL", "LAPLACE", "LOGISTIC"})
  void gradientsFlowThroughDraws(Family family) {
    Tensor a = random(DType.F64, SEED, 50);
    Tensor b = random(DType.F64, SEED + 1, 50);
    Tensor draw = family.make(a, b).sample(Rng.of(SEED));
    assertClose(Tensor.ones(50).toDoubleArray(), Autodiff.gradient(draw.sum(), a), 1e-15);
    assertClose(draw.sub(a).toDoubleArray(), Autodiff.gradient(draw.sum(), b), 1e-12);
  }

  @Test
  void studentsDrawsCarryGradientsToLocationAndScale() {
    Tensor nu = random(DType.F64, SEED, 50).square().add(1).evaluate();
    Tensor a = random(DType.F64, SEED + 1, 50);
    Tensor b = random(DType.F64, SEED + 2, 50);
    Tensor draw = new StudentT(nu, a, b).sample(Rng.of(SEED));
    assertClose(Tensor.ones(50).toDoubleArray(), Autodiff.gradient(draw.sum(), a), 1e-15);
    assertClose(draw.sub(a).toDoubleArray(), Autodiff.gradient(draw.sum(), b), 1e-12);
    Tensor rate = random(DType.F64, SEED, 50).exp().evaluate();
    Tensor gamma = new Gamma(nu, rate).sample(Rng.of(SEED));
    assertClose(gamma.div(rate).neg().toDoubleArray(), Autodiff.gradient(gamma.sum(), rate), 1e-12);
  }

  @Test
  void scalesMayBeGivenAsTheyAre() {
    Tensor m = random(DType.F64, SEED, 4);
    Tensor s = random(DType.F64, SEED + 1, 4).exp().evaluate();
    Tensor x = random(DType.F64, SEED + 2, 4);
    List<List<Distribution>> pairs =
        List.of(
            List.of(Normal.ofScale(m, s), new Normal(m, s.log())),
            List.of(Laplace.ofScale(m, s), new Laplace(m, s.log())),
            List.of(Logistic.ofScale(m, s), new Logistic(m, s.log())),
            List.of(StudentT.ofScale(s, m, s), new StudentT(s, m, s.log())));
    for (List<Distribution> pair : pairs) {
      assertClose(
          pair.getFirst().logProbability(x).toDoubleArray(),
          pair.getLast().logProbability(x),
          1e-14);
    }
  }

  /** A box from −1 to 3, its ends included: density ¼, mean 1, variance 4/3, entropy log 4. */
  @Test
  void theUniformDensityIsConstantInsideOfItsEnds() {
    Uniform box = new Uniform(Tensor.of(new double[] {-1}), Tensor.of(new double[] {3}));
    Tensor points = Tensor.of(new double[] {-1.001, -1, 0.3, 3, 3.001}, 5, 1);
    double log = -Math.log(4);
    double none = Double.NEGATIVE_INFINITY;
    assertArrayEquals(
        new double[] {none, log, log, log, none}, box.logProbability(points).toDoubleArray(), 0);
    assertEquals(1, box.mean().item(), 0);
    assertEquals(4.0 / 3, box.variance().item(), 1e-15);
    assertEquals(Math.log(4), box.entropy().item(), 1e-15);
    int n = 20_000;
    Tensor draws = box.sample(n, Rng.of(SEED)).evaluate();
    assertTrue(draws.min().item() >= -1 && draws.max().item() <= 3);
    assertEquals(1, draws.mean().item(), 4.5 * Math.sqrt(4.0 / 3 / n));
    // Var (x − μ)² = L⁴ / 180.
    assertEquals(4.0 / 3, draws.sub(1).square().mean().item(), 4.5 * Math.sqrt(256.0 / 180 / n));
  }

  /** A draw is low + (high − low) u, and E x² has the slopes (2 low + high) / 3 and its mirror. */
  @Test
  void drawsOfTheUniformDistributionFollowItsEnds() {
    int n = 20_000;
    Tensor low = Tensor.full(Shape.of(n), -1);
    Tensor high = Tensor.full(Shape.of(n), 3);
    Draw x = new Reparameterized().draw(new Uniform(low, high), Rng.of(13));
    List<Tensor> g = Autodiff.gradients(x.value().square().sum(), List.of(low, high));
    checkMean(1 / 3.0, g.getFirst());
    checkMean(5 / 3.0, g.getLast());
  }

  @Test
  void theDivergenceOfUniformsIsThatOfTheirLengths() {
    Uniform p = new Uniform(Tensor.of(new double[] {0, 0, -1}), Tensor.of(new double[] {1, 1, 2}));
    Uniform q = new Uniform(Tensor.of(new double[] {-1, 0, 0}), Tensor.of(new double[] {4, 1, 2}));
    double never = Double.POSITIVE_INFINITY;
    assertArrayEquals(new double[] {Math.log(5), 0, never}, Kl.of(p, q).toDoubleArray(), 1e-15);
    // By the densities, on a grid of the first.
    Tensor x = Tensor.of(new double[] {0.1, 0.5, 0.9}, 3, 1);
    Tensor ratio = p.logProbability(x).sub(q.logProbability(x)).at(1, 0);
    assertClose(Math.log(5), ratio.mean(), 1e-15);
  }

  @Test
  void heavyTailsHaveNoMoments() {
    StudentT t =
        StudentT.ofScale(
            Tensor.of(new double[] {0.5, 1.5, 4}),
            Tensor.of(new double[] {1, 1, 1}),
            Tensor.of(new double[] {3, 3, 3}));
    double[] mean = t.mean().toDoubleArray();
    double[] variance = t.variance().toDoubleArray();
    assertTrue(Double.isNaN(mean[0]) && mean[1] == 1);
    assertTrue(Double.isNaN(variance[0]) && variance[1] == Double.POSITIVE_INFINITY);
    assertEquals(18, variance[2], 1e-12);
  }

  /** The bins of the discretised logistic distribution share the whole mass. */
  @Test
  void theMassesOfBinsAddUpToOne() {
    Tensor x = Tensor.iota(256).cast(DType.F32).unsqueeze(1);
    float[] locations = {-40, 0, 100.3f, 127.5f, 255, 290};
    for (double logScale : new double[] {-9, -2, 0, 2, 5, 9}) {
      Logistic p =
          new Logistic(Tensor.of(locations), Tensor.full(Shape.of(locations.length), logScale));
      Tensor log = p.logMass(x, 1, 0, 255);
      for (double v : log.toDoubleArray()) {
        assertTrue(Double.isFinite(v), "log-mass " + v + " at log-scale " + logScale);
      }
      assertClose(Tensor.ones(6).toDoubleArray(), log.exp().sum(0), 3e-5);
    }
  }

  @Test
  void theMassOfABinIsADifferenceOfTheDistributionFunction() {
    double m = 3.2;
    double s = 1.7;
    Logistic p = Logistic.ofScale(Tensor.of(new double[] {m}), Tensor.of(new double[] {s}));
    for (int i = 0; i < 8; i++) {
      double above = i == 7 ? 1 : 1 / (1 + Math.exp(-(i + 0.5 - m) / s));
      double below = i == 0 ? 0 : 1 / (1 + Math.exp(-(i - 0.5 - m) / s));
      Tensor log = p.logMass(Tensor.of(new double[] {i}), 1, 0, 7);
      assertClose(Math.log(above - below), log, 1e-12);
    }
    Tensor x = Tensor.of(new double[] {0, 1, 4, 6, 7});
    GradientCheck.run(
            in -> new Logistic(in.get(0), in.get(1)).logMass(x, 1, 0, 7),
            List.of(random(DType.F64, 1, 5), random(DType.F64, 2, 5)),
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
    refusal(() -> p.logMass(x, 0, 0, 7));
    refusal(() -> p.logMass(x, 1, 7, 7));
  }

  @Test
  void parametersThatDontFitAreErrors() {
    refusal(() -> new Normal(Tensor.zeros(3), Tensor.zeros(4)));
    refusal(() -> new Normal(Tensor.zeros(3), Tensor.of(new double[3])));
    refusal(() -> new Gamma(Tensor.of(new int[] {1}), Tensor.of(new int[] {1})));
  }

  /** ∂ E x / ∂α = 1 / β, estimated by draws that follow their parameter. */
  @Test
  void drawsOfGammaFollowTheirConcentration() {
    int n = 20_000;
    Tensor alpha = Tensor.zeros(n).add(1.7);
    Tensor x = new Gamma(alpha, Tensor.scalar(2.5)).sample(Rng.of(11));
    checkMean(1 / 2.5, Autodiff.gradient(x.sum(), alpha));
  }

  /** E x² = ν / (ν − 2), so that its derivative by ν is −2 / (ν − 2)². */
  @Test
  void drawsOfStudentTFollowTheirFreedom() {
    int n = 20_000;
    Tensor nu = Tensor.zeros(n).add(9);
    Tensor x = new StudentT(nu, Tensor.scalar(0), Tensor.scalar(0)).sample(Rng.of(12));
    checkMean(-2.0 / 49, Autodiff.gradient(x.square().sum(), nu));
  }

  /** Within four standard errors. */
  private static void checkMean(double expected, Tensor each) {
    double[] values = each.toDoubleArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
    assertEquals(expected, mean, 4 * Math.sqrt(variance / values.length));
  }

  @Test
  void theGammaFunction() {
    double[] x = {1e-3, 0.5, 1, 1.5, 2, 4, 7.999, 8, 8.001, 11, 171};
    double euler = 0.57721566490153286;
    double[] log = Tensor.of(x).lgamma().toDoubleArray();
    assertEquals(6.90717888538385, log[0], 1e-12);
    assertEquals(Math.log(Math.sqrt(Math.PI)), log[1], 1e-12);
    assertEquals(0, log[2], 1e-12);
    assertEquals(Math.log(Math.sqrt(Math.PI) / 2), log[3], 1e-12);
    assertEquals(0, log[4], 1e-12);
    assertEquals(Math.log(6), log[5], 1e-12);
    assertEquals(Math.log(5040), log[7], 1e-12);
    assertEquals(Math.log(3_628_800), log[9], 1e-12);
    assertEquals(706.5730622457874, log[10], 1e-10);
    double[] psi = Tensor.of(x).digamma().toDoubleArray();
    assertEquals(-euler - 2 * Math.log(2), psi[1], 1e-12);
    assertEquals(-euler, psi[2], 1e-12);
    assertEquals(1 - euler, psi[4], 1e-12);
    // The derivative of the one is the other, on both sides of the border at 8 and at it.
    Tensor points = Tensor.of(x);
    assertClose(psi, Autodiff.gradient(points.lgamma().sum(), points), 1e-11);
    float[] single = points.cast(DType.F32).lgamma().toFloatArray();
    for (int i = 0; i < x.length; i++) {
      assertEquals(log[i], single[i], 3e-6 * Math.max(1, Math.abs(log[i])), "at " + x[i]);
    }
    assertTrue(Float.isFinite(Tensor.scalar(1e30).lgamma().toFloatArray()[0]));
    Tensor big = Tensor.scalar(1e30);
    assertTrue(Float.isFinite(Autodiff.gradient(big.lgamma(), big).toFloatArray()[0]));
  }
}
