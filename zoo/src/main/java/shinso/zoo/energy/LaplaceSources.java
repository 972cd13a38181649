package shinso.zoo.energy;

import java.util.List;
import java.util.random.RandomGenerator;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * Two independent Laplace sources of variance 1, turned by 30°: white data that independent
 * components tell from a normal distribution (Melchior, Wang and Wiskott 2017).
 */
final class LaplaceSources {
  /** The entropy in nats, which no model's mean can fall below: 2 (1 + log √2). */
  static final double ENTROPY = 2 + Math.log(2);

  /** The data. */
  static final DataSource SOURCE =
      DataSource.generated("laplace-2", () -> Split.of(draws(20_000, 1), draws(20_000, 2)));

  private static final double COS = Math.cos(Math.PI / 6);
  private static final double SIN = Math.sin(Math.PI / 6);

  private LaplaceSources() {}

  private static Dataset draws(int count, long seed) {
    RandomGenerator uniform = Rng.of(seed).generator();
    float[] x = new float[2 * count];
    for (int i = 0; i < count; i++) {
      double a = laplace(uniform.nextDouble());
      double b = laplace(uniform.nextDouble());
      x[2 * i] = (float) (COS * a - SIN * b);
      x[2 * i + 1] = (float) (SIN * a + COS * b);
    }
    return InMemoryDataset.of(
        "two Laplace sources", List.of(Column.floats("mixture", Shape.of(2), x)));
  }

  /** The quantile of a Laplace distribution of variance 1. */
  private static double laplace(double u) {
    double d = u - 0.5;
    double tail = Math.max(1 - 2 * Math.abs(d), Double.MIN_NORMAL);
    return -Math.signum(d) * Math.log(tail) / Math.sqrt(2);
  }

  /** Returns the density's logarithm: {@code [n, 2] -> [n]}. */
  static Tensor logDensity(Tensor x) {
    Tensor a = x.at(1, 0);
    Tensor b = x.at(1, 1);
    Tensor first = a.mul(COS).add(b.mul(SIN)).abs();
    Tensor second = b.mul(COS).sub(a.mul(SIN)).abs();
    return first.add(second).mul(-Math.sqrt(2)).sub(Math.log(2));
  }
}
