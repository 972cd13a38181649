package shinso.zoo.mixture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;

final class MixtureDensityNetworkTest {
  /** The input is the outputs. */
  private record Identity() implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return x;
    }
  }

  private static MixtureDensityNetwork model(int k, int l) {
    return new MixtureDensityNetwork(new Identity(), k, l, 0);
  }

  private static Tensor normal(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate();
  }

  /** The parameters of one mixture, as the book has them. */
  private record Book(double[] pi, double[] sigma, double[][] mu) {
    static Book of(double[] a, int k, int l) {
      double[] pi = IntStream.range(0, k).mapToDouble(i -> Math.exp(a[i])).toArray();
      double sum = Arrays.stream(pi).sum();
      double[][] mu = new double[k][l];
      for (int i = 0; i < k * l; i++) {
        mu[i / l][i % l] = a[2 * k + i];
      }
      return new Book(
          Arrays.stream(pi).map(p -> p / sum).toArray(),
          IntStream.range(k, 2 * k).mapToDouble(i -> Math.exp(a[i])).toArray(),
          mu);
    }

    double distance(int k, double[] t) {
      return IntStream.range(0, t.length).mapToDouble(i -> t[i] - mu[k][i]).map(d -> d * d).sum();
    }

    double kernel(int k, double[] t) {
      double v = sigma[k] * sigma[k];
      return Math.pow(2 * Math.PI * v, -t.length / 2.0) * Math.exp(-distance(k, t) / 2 / v);
    }

    double density(double[] t) {
      return IntStream.range(0, pi.length).mapToDouble(k -> pi[k] * kernel(k, t)).sum();
    }

    /** Equations 5.155 to 5.157, the last with the L that the first printing lacks. */
    double[] gradient(double[] t) {
      int n = pi.length;
      double[] g = new double[n * (2 + t.length)];
      for (int k = 0; k < n; k++) {
        double gamma = pi[k] * kernel(k, t) / density(t);
        double v = sigma[k] * sigma[k];
        g[k] = pi[k] - gamma;
        g[n + k] = gamma * (t.length - distance(k, t) / v);
        for (int i = 0; i < t.length; i++) {
          g[2 * n + k * t.length + i] = gamma * (mu[k][i] - t[i]) / v;
        }
      }
      return g;
    }
  }

  @Tag("row-G1")
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "1, 4", "4, 3", "7, 2"})
  void likelihoodAndGradientsAreThoseOfTheBook(int k, int l) {
    int b = 5;
    Tensor a = normal(100 + k, b, (l + 2) * k);
    Tensor t = normal(200 + l, b, l);
    Tensor loss = model(k, l).negativeLogLikelihood(a, t);
    double[] g = Autodiff.gradients(loss, List.of(a)).getFirst().toDoubleArray();
    double nll = 0;
    for (int i = 0; i < b; i++) {
      double[] ai = a.at(0, i).toDoubleArray();
      double[] ti = t.at(0, i).toDoubleArray();
      Book book = Book.of(ai, k, l);
      nll -= Math.log(book.density(ti)) / b;
      double[] expected = Arrays.stream(book.gradient(ti)).map(v -> v / b).toArray();
      int width = ai.length;
      assertArrayEquals(expected, Arrays.copyOfRange(g, i * width, (i + 1) * width), 1e-12);
    }
    assertEquals(nll, loss.item(), 1e-12);
  }

  @Tag("row-G1")
  @Test
  void gradientsWithAFloorAreThoseOfFiniteDifferences() {
    MixtureDensityNetwork mdn = model(3, 2).withFloor(0.3);
    Tensor a = normal(1, 4, 12);
    Tensor t = normal(2, 4, 2);
    double[] g =
        Autodiff.gradients(mdn.negativeLogLikelihood(a, t), List.of(a)).getFirst().toDoubleArray();
    double[] values = a.toDoubleArray();
    double h = 1e-5;
    for (int i = 0; i < values.length; i++) {
      double[] up = values.clone();
      double[] down = values.clone();
      up[i] += h;
      down[i] -= h;
      double slope =
          (mdn.negativeLogLikelihood(Tensor.of(up, 4, 12), t).item()
                  - mdn.negativeLogLikelihood(Tensor.of(down, 4, 12), t).item())
              / (2 * h);
      assertEquals(slope, g[i], 1e-8, "output " + i);
    }
  }

  @Test
  void noSigmaIsBelowTheFloor() {
    Tensor a = Tensor.of(new double[] {0, -50, 0.5}, 1, 3);
    double v = model(1, 1).withFloor(0.1).given(a).components().variance().item();
    assertEquals(0.01, v, 1e-15);
    // Without one, a kernel on its target is as likely as it likes, and nothing overflows.
    double nll = model(1, 1).negativeLogLikelihood(a, Tensor.of(new double[] {0.5}, 1, 1)).item();
    assertEquals(-50 + 0.5 * Math.log(2 * Math.PI), nll, 1e-12);
  }

  @Test
  void farTargetsHaveFiniteLikelihoodsAndGradientsInSingle() {
    Tensor a = Tensor.of(new float[] {90, -90, -5, -5, 0, 1}, 1, 6);
    Tensor t = Tensor.of(new float[] {50}, 1, 1);
    Tensor loss = model(2, 1).negativeLogLikelihood(a, t);
    assertTrue(Double.isFinite(loss.item()), () -> "loss " + loss.item());
    for (double g : Autodiff.gradients(loss, List.of(a)).getFirst().toDoubleArray()) {
      assertTrue(Double.isFinite(g));
    }
  }

  @Test
  void meanAndVarianceAreThoseOfTheBook() {
    Tensor a = normal(3, 1, 3 * 4);
    Book p = Book.of(a.toDoubleArray(), 3, 2);
    double[] mean = new double[2];
    for (int k = 0; k < 3; k++) {
      mean[0] += p.pi[k] * p.mu[k][0];
      mean[1] += p.pi[k] * p.mu[k][1];
    }
    double variance = 0;
    for (int k = 0; k < 3; k++) {
      variance += p.pi[k] * (2 * p.sigma[k] * p.sigma[k] + p.distance(k, mean));
    }
    assertArrayEquals(mean, model(3, 2).predict(a).toDoubleArray(), 1e-12);
    assertEquals(variance, model(3, 2).variance(a).item(), 1e-12);
    int top = p.pi[0] > p.pi[1] ? (p.pi[0] > p.pi[2] ? 0 : 2) : (p.pi[1] > p.pi[2] ? 1 : 2);
    assertArrayEquals(p.mu[top], model(3, 2).approximateMode(a).toDoubleArray(), 1e-12);
  }

  /** No place of a fine grid is more probable than the mode, and its gradient there is zero. */
  @ParameterizedTest
  @CsvSource({"1, 5", "3, 6", "5, 7"})
  void theModeIsWhereTheDensityIsLargest(int k, long seed) {
    int b = 20;
    MixtureDensityNetwork mdn = model(k, 1);
    Tensor a = normal(seed, b, 3 * k);
    double[] mode = mdn.mode(a, 1e-12).toDoubleArray();
    for (int i = 0; i < b; i++) {
      Book p = Book.of(a.at(0, i).toDoubleArray(), k, 1);
      double at = p.density(new double[] {mode[i]});
      double best =
          IntStream.rangeClosed(-20_000, 20_000)
              .mapToDouble(j -> p.density(new double[] {j * 2.5e-4}))
              .max()
              .orElseThrow();
      assertTrue(
          at >= best * (1 - 1e-9),
          String.format(Locale.ROOT, "seed %d, mixture %d: %s < %s", seed, i, at, best));
    }
  }

  /** Two kernels that overlap have their one mode between the means. */
  @Test
  void theModeNeedNotBeAMean() {
    Tensor a = Tensor.of(new double[] {0, 0, 0, 0, -0.5, 0.5}, 1, 6);
    MixtureDensityNetwork mdn = model(2, 1);
    assertEquals(0, mdn.mode(a, 1e-13).item(), 1e-6);
    assertEquals(-0.5, mdn.approximateMode(a).item());
  }

  @Test
  void theFactoryAddsTheOutputs() {
    MixtureDensityNetwork mdn =
        MixtureDensityNetwork.of(Network.of(1).dense(5).tanh(), 3, 1, Rng.of(1));
    int parameters =
        Parameters.all(mdn).values().stream().mapToInt(p -> p.value().shape().size()).sum();
    assertEquals(5 + 5 + 5 * 9 + 9, parameters);
    assertEquals(7, mdn.predict(Tensor.zeros(7, 1)).shape().dim(0));
  }

  @Test
  void badNumbersAreNamed() {
    assertEquals(
        "mixture density network: 0 components and 1 targets; take at least 1 of each",
        assertThrows(IllegalArgumentException.class, () -> model(0, 1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> model(1, 1).withFloor(-1));
    assertThrows(IllegalArgumentException.class, () -> model(1, 1).withFloor(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> model(2, 1).density(Tensor.zeros(3, 5)));
    assertThrows(
        IllegalArgumentException.class,
        () -> model(2, 1).negativeLogLikelihood(Tensor.zeros(3, 6), Tensor.zeros(3, 2)));
  }
}
