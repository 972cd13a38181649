package shinso.zoo.autoregressive;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Mixture;
import shinso.nn.distribution.Normal;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * Points on two waves that cross, one of them blurred, with a density that is known:
 *
 * <pre>
 * x₁ ~ ½ N(−1.5, 0.5²) + ½ N(1.5, 0.5²)
 * x₂ | x₁ ~ ½ N(sin 2x₁, 0.15²) + ½ N(−sin 2x₁, 0.3²)
 * </pre>
 */
final class Waves {
  static final DataSource SOURCE =
      DataSource.generated("waves-2", () -> Split.of(draws(10_000, 1), draws(5_000, 2)));

  private Waves() {}

  private static Distribution first() {
    Tensor centres = Tensor.of(new float[] {-1.5f, 1.5f}, 2);
    return new Mixture(Tensor.zeros(2), Normal.ofScale(centres, Tensor.full(Shape.of(2), 0.5)));
  }

  /** The second value given first ones {@code [n]}. */
  private static Distribution second(Tensor x) {
    Tensor wave = x.mul(2).sin();
    Tensor centres = Tensor.stack(1, List.of(wave, wave.neg())); // [n, 2]
    Tensor widths = Tensor.of(new float[] {0.15f, 0.3f}, 2);
    return new Mixture(centres.mul(0), Normal.ofScale(centres, widths));
  }

  private static Dataset draws(int count, long seed) {
    Rng rng = Rng.of(seed);
    Tensor x = first().sample(count, rng.split(0)).evaluate();
    Tensor y = second(x).sample(rng.split(1));
    float[] points = Tensor.stack(1, List.of(x, y)).toFloatArray();
    return InMemoryDataset.of("two waves", List.of(Column.floats("point", Shape.of(2), points)));
  }

  /** Returns the logarithm of the density: {@code [n, 2] -> [n]}. */
  static Tensor logDensity(Tensor points) {
    Tensor x = points.at(1, 0);
    return first().logProbability(x).add(second(x).logProbability(points.at(1, 1)));
  }
}
