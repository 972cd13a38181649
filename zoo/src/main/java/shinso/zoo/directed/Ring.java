package shinso.zoo.directed;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * Eight narrow Gaussians on a circle: centres at radius 2, standard deviation 0.02 (Metz, Poole,
 * Pfau and Sohl-Dickstein, "Unrolled generative adversarial networks", 2017, section 3.1).
 */
final class Ring {
  static final int MODES = 8;
  private static final double RADIUS = 2;
  private static final double DEVIATION = 0.02;

  private Ring() {}

  static DataSource source() {
    return DataSource.generated(
        "ring-8", () -> Split.of(draws(10_000, Rng.of(8)), draws(2_500, Rng.of(9))));
  }

  private static Dataset draws(int count, Rng rng) {
    Tensor mode = Tensor.uniform(rng.split(0), count, 1).mul(MODES).floor(); // [n, 1]
    Tensor points = centre(mode).add(Tensor.normal(rng.split(1), count, 2).mul(DEVIATION));
    Column xy = Column.floats("point", Shape.of(2), points.toFloatArray());
    return InMemoryDataset.of("eight Gaussians on a circle", List.of(xy));
  }

  /** Returns the centres of modes: {@code [n, 1] -> [n, 2]}. */
  private static Tensor centre(Tensor mode) {
    Tensor angle = mode.mul(2 * Math.PI / MODES);
    return Tensor.concat(1, List.of(angle.cos(), angle.sin())).mul(RADIUS);
  }

  /**
   * How samples cover the ring.
   *
   * @param modes modes with a sample within three standard deviations
   * @param share the share of samples that are so near to a mode
   * @param distance the mean distance of samples from their nearest modes
   */
  record Coverage(double modes, double share, double distance) {
    /** Measures samples {@code [n, 2]}. */
    static Coverage of(Tensor samples) {
      int n = samples.shape().dim(0);
      Tensor centres = centre(Tensor.iota(Shape.of(MODES, 1), 0).cast(samples.dtype())); // [8, 2]
      Tensor distance = samples.unsqueeze(1).sub(centres.unsqueeze(0)).square().sum(2).sqrt();
      Tensor near = distance.lessEqual(3 * DEVIATION); // [n, 8]
      return new Coverage(
          near.max(0).sum().item(), near.max(1).sum().item() / n, distance.min(1).mean().item());
    }
  }
}
