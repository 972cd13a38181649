package shinso.core.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Gradients of draws in their parameters: those of gamma draws against finite differences of the
 * quantile function, those of all against derivatives of expectations.
 */
final class ReparameterisationTest {
  private static final double[] PROBABILITIES = {1e-4, 0.01, 0.1, 0.4, 0.6, 0.9, 0.99, 0.9999};

  // ---- the gamma distribution in double

  /** Returns P(a, z) for z below a + 1, by its series, else −Q(a, z), by its continued fraction. */
  private static double tail(double a, double z) {
    double front = Math.exp(a * Math.log(z) - z - logGamma(a));
    if (z < a + 1) {
      double term = 1 / a;
      double sum = term;
      for (int n = 1; term > sum * 1e-18; n++) {
        term *= z / (a + n);
        sum += term;
      }
      return front * sum;
    }
    double b = z + 1 - a;
    double c = 1e300;
    double d = 1 / b;
    double h = d;
    for (int i = 1; i < 100_000; i++) {
      double an = -i * (i - a);
      b += 2;
      d = 1 / (an * d + b);
      c = b + an / c;
      h *= d * c;
      if (Math.abs(d * c - 1) < 1e-16) {
        break;
      }
    }
    return -front * h;
  }

  private static double logGamma(double a) {
    double shift = 0;
    double x = a;
    for (; x < 20; x++) {
      shift += Math.log(x);
    }
    double r = 1 / (x * x);
    double rest = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r / 1680))) / x;
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + rest - shift;
  }

  /** The z at which the tail has a value, from a point nearby. */
  private static double quantile(double a, double tail, double near) {
    double z = near;
    for (int i = 0; i < 50; i++) {
      double density = Math.exp((a - 1) * Math.log(z) - z - logGamma(a));
      double now = tail(a, z);
      // The tail may be written from the other end.
      double difference =
          (now < 0) == (tail < 0) ? now - tail : now < 0 ? 1 + now - tail : now - (1 + tail);
      double step = difference / density;
      z = step < z ? Math.max(z / 4, z - step) : z / 4;
      if (Math.abs(step) < 1e-16 * z) {
        break;
      }
    }
    return z;
  }

  private static double at(double a, double probability) {
    double low = -745;
    double high = Math.log(a + 60 + 12 * Math.sqrt(a));
    for (int i = 0; i < 80; i++) {
      double middle = (low + high) / 2;
      double t = tail(a, Math.exp(middle));
      if ((t < 0 ? 1 + t : t) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(low);
  }

  private static double derivative(double a, double z) {
    double tail = tail(a, z);
    double h = a * 1e-3;
    double[] slope = new double[2];
    for (int i = 0; i < 2; i++) {
      slope[i] = (quantile(a + h, tail, z) - quantile(a - h, tail, z)) / (2 * h);
      h /= 2;
    }
    return (4 * slope[1] - slope[0]) / 3;
  }

  @ParameterizedTest(name = "alpha {0}")
  @ValueSource(doubles = {0.03, 0.1, 0.3, 0.7, 1, 1.5, 3, 8, 20, 100, 1000, 30000})
  void isTheDerivativeOfTheQuantileFunction(double alpha) {
    for (double p : PROBABILITIES) {
      double z = at(alpha, p);
      if (z < 1e-30) {
        continue;
      }
      double expected = derivative(alpha, z);
      Tensor a = Tensor.of(new double[] {alpha});
      double actual = GammaDerivative.of(a, Tensor.of(new double[] {z})).item();
      String where = "alpha %s, probability %s, z %s: ".formatted(alpha, p, z);
      assertEquals(1, actual / expected, 2e-7, where + actual + " instead of " + expected);
      double single =
          GammaDerivative.of(
                  Tensor.of(new float[] {(float) alpha}), Tensor.of(new float[] {(float) z}))
              .item();
      assertEquals(1, single / expected, 1e-4, where + single + " instead of " + expected);
    }
  }

  /** d²z/dα², of which the derivative by z is a part. */
  @ParameterizedTest(name = "alpha {0}")
  @ValueSource(doubles = {0.3, 1, 3, 20})
  void secondDerivative(double alpha) {
    for (double p : new double[] {0.1, 0.4, 0.6, 0.9}) {
      double z = at(alpha, p);
      double tail = tail(alpha, z);
      double h = alpha * 1e-3;
      double above = derivative(alpha + h, quantile(alpha + h, tail, z));
      double below = derivative(alpha - h, quantile(alpha - h, tail, z));
      Tensor a = Tensor.of(new double[] {alpha});
      Tensor draw = Tensor.of(new double[] {z});
      Tensor first = GammaDerivative.of(a, draw);
      List<Tensor> parts = Autodiff.gradients(first, List.of(a, draw));
      double second = parts.get(0).item() + parts.get(1).item() * first.item();
      assertEquals((above - below) / (2 * h), second, 1e-4 * Math.max(1e-2, Math.abs(second)));
    }
  }

  @Test
  void ofNothingIsNothing() {
    Tensor a = Tensor.of(new float[] {0.01f, 2});
    Tensor z = Tensor.of(new float[] {0, 0});
    assertEquals(0, GammaDerivative.of(a, z).abs().sum().item());
  }

  // ---- expectations

  /**
   * An expectation over draws.
   *
   * @param sample a statistic of draws, whose mean is looked at
   * @param mean what it is expected to be, as a function of the parameters
   */
  private record Expectation(
      String name,
      List<Double> parameters,
      Function<List<Tensor>, Tensor> sample,
      Function<List<Tensor>, Tensor> mean) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Rng KEY = Rng.of(77);

  static Stream<Expectation> expectations() {
    return Stream.of(
        new Expectation("mean of gamma", List.of(0.4), in -> in.get(0).gamma(KEY), in -> in.get(0)),
        new Expectation(
            "square of gamma",
            List.of(3.0),
            in -> in.get(0).gamma(KEY).square(),
            in -> in.get(0).mul(in.get(0).add(1))),
        new Expectation(
            "logarithm of gamma",
            List.of(1.7),
            in -> in.get(0).gamma(KEY).log(),
            in -> in.get(0).digamma()),
        new Expectation(
            "mean of beta",
            List.of(0.6, 2.0),
            in -> in.get(0).beta(in.get(1), KEY),
            in -> in.get(0).div(in.get(0).add(in.get(1)))),
        new Expectation(
            "square of beta",
            List.of(2.0, 0.05),
            in -> in.get(0).beta(in.get(1), KEY).square(),
            in -> {
              Tensor sum = in.get(0).add(in.get(1));
              return in.get(0).mul(in.get(0).add(1)).div(sum.mul(sum.add(1)));
            }),
        new Expectation(
            "mean of dirichlet",
            List.of(0.3, 1.0, 4.0),
            in -> Tensor.stack(-1, in).dirichlet(KEY).at(-1, 0),
            in -> in.get(0).div(in.get(0).add(in.get(1)).add(in.get(2)))),
        new Expectation(
            "square of studentT",
            List.of(12.0),
            in -> in.get(0).studentT(KEY).square(),
            in -> in.get(0).div(in.get(0).sub(2))));
  }

  /** Means of draws and of their derivatives are within five standard errors. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("expectations")
  void derivativesOfExpectations(Expectation e) {
    int n = 6000;
    List<Tensor> draws =
        e.parameters.stream()
            .map(v -> Tensor.full(Shape.of(n), v).cast(DType.F64).evaluate())
            .toList();
    List<Tensor> exact =
        e.parameters.stream().map(v -> Tensor.of(new double[] {v}).evaluate()).toList();
    Tensor sample = e.sample.apply(draws);
    Tensor mean = e.mean.apply(exact);
    near("mean", sample, mean.item());
    List<Tensor> each = Autodiff.gradients(sample.sum(), draws);
    List<Tensor> expected = Autodiff.gradients(mean.sum(), exact);
    for (int i = 0; i < each.size(); i++) {
      near("gradient " + i, each.get(i), expected.get(i).item());
    }
  }

  private static void near(String what, Tensor sample, double expected) {
    double mean = sample.mean().item();
    double error = Math.sqrt(sample.variance().item() / sample.shape().size());
    assertTrue(
        Math.abs(mean - expected) < 5 * error,
        "%s: %s ± %s instead of %s".formatted(what, mean, error, expected));
  }

  @Test
  void smallParametersGiveNumbers() {
    Tensor a = Tensor.full(Shape.of(1000, 3), 1e-3);
    Tensor draws = a.dirichlet(KEY);
    assertEquals(1000, draws.sum().item(), 1e-2);
    Tensor gradient = Autodiff.gradient(draws.square().sum(), a);
    assertTrue(Double.isFinite(gradient.abs().sum().item()));
  }
}
