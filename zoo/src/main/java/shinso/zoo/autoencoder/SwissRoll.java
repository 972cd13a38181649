package shinso.zoo.autoencoder;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.DensityModel;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * A spiral with noise: (θ cos θ, θ sin θ) / 7 for θ uniform from 1.5 π to 4.5 π, and a normal
 * deviation of 0.05; both coordinates have variances near 1.
 */
record SwissRoll() implements DensityModel {
  private static final double DEVIATION = 0.05;
  private static final int NODES = 2_000;

  static DataSource source() {
    return DataSource.generated(
        "swiss-roll", () -> Split.of(draws(20_000, Rng.of(1)), draws(2_000, Rng.of(2))));
  }

  private static Dataset draws(int count, Rng rng) {
    Tensor noise = Tensor.normal(rng.split(1), count, 2).mul(DEVIATION);
    Tensor points = spiral(Tensor.uniform(rng.split(0), count, 1)).add(noise);
    Column xy = Column.floats("point", Shape.of(2), points.toFloatArray());
    return InMemoryDataset.of("a spiral with noise", List.of(xy));
  }

  /** {@code [n, 1] -> [n, 2]}, for u from 0 to 1. */
  private static Tensor spiral(Tensor u) {
    Tensor theta = u.mul(3 * Math.PI).add(1.5 * Math.PI);
    return Tensor.concat(1, List.of(theta.cos(), theta.sin())).mul(theta.div(7));
  }

  /** The density as an integral over the spiral, by the midpoint rule. */
  @Override
  public Tensor logProbability(Tensor x) {
    Tensor u = Tensor.iota(Shape.of(NODES, 1), 0).cast(x.dtype()).add(0.5).div(NODES);
    Tensor distance = x.unsqueeze(1).sub(spiral(u).unsqueeze(0)).square().sum(2); // [b, nodes]
    double constant = Math.log(2 * Math.PI * DEVIATION * DEVIATION * NODES);
    return distance.mul(-0.5 / (DEVIATION * DEVIATION)).logSumExp(1).sub(constant);
  }
}
