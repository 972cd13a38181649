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
 * Two half circles of radius 1 that reach into each other, with normal noise of deviation 0.1. Its
 * density is an integral over the angle.
 */
final class Moons {
  private static final double DEVIATION = 0.1;

  /** Angles of the midpoint rule, three to a deviation. */
  private static final int ANGLES = 100;

  private Moons() {}

  static DataSource source() {
    return DataSource.generated(
        "two-moons", () -> Split.of(draws(20_000, Rng.of(10)), draws(5_000, Rng.of(11))));
  }

  private static Dataset draws(int count, Rng rng) {
    Tensor angle = Tensor.uniform(rng.split(0), count, 1).mul(Math.PI);
    Tensor lower = Tensor.uniform(rng.split(1), count, 1).less(0.5);
    Tensor points =
        Tensor.select(lower, lower(angle), upper(angle))
            .add(Tensor.normal(rng.split(2), count, 2).mul(DEVIATION));
    Column xy = Column.floats("point", Shape.of(2), points.toFloatArray());
    return InMemoryDataset.of("two half circles", List.of(xy));
  }

  /** Returns the points of the upper half circle: {@code [n, 1] -> [n, 2]}. */
  private static Tensor upper(Tensor angle) {
    return Tensor.concat(1, List.of(angle.cos(), angle.sin()));
  }

  private static Tensor lower(Tensor angle) {
    return Tensor.concat(1, List.of(angle.cos().rsub(1), angle.sin().rsub(0.5)));
  }

  /** Returns log p of points, by the midpoint rule over the angle: {@code [n, 2] -> [n]}. */
  static Tensor logDensity(Tensor xy) {
    Tensor angle = Tensor.iota(ANGLES).cast(xy.dtype()).add(0.5).mul(Math.PI / ANGLES).unsqueeze(1);
    Tensor centres = Tensor.concat(0, List.of(upper(angle), lower(angle))); // [m, 2]
    Tensor distance = xy.unsqueeze(1).sub(centres.unsqueeze(0)).div(DEVIATION).square().sum(2);
    double constant = Math.log(2 * Math.PI * DEVIATION * DEVIATION * 2 * ANGLES);
    return distance.mul(-0.5).logSumExp(1).sub(constant);
  }
}
