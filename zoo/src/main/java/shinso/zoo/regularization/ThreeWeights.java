package shinso.zoo.regularization;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * What a network makes of normal inputs, with noise. It has ten inputs and four hidden units, and
 * its weights take three values: −1, 0 and 1, half of them 0.
 */
final class ThreeWeights {
  private static final int INPUTS = 10;
  private static final int UNITS = 4;
  private static final double NOISE = 0.2;

  private ThreeWeights() {}

  static DataSource source() {
    return DataSource.generated(
        "three-weights",
        () -> new Split(draw(120, Rng.of(8)), draw(60, Rng.of(9)), draw(2_000, Rng.of(10))));
  }

  private static Dataset draw(int n, Rng rng) {
    Tensor x = Tensor.normal(rng.split(0), n, INPUTS);
    Tensor h = x.matmul(weights(0, INPUTS, UNITS)).tanh(); // [n, 4]
    Tensor t =
        h.matmul(weights(1, UNITS, 1)).add(Tensor.normal(rng.split(1), n, 1).mul(NOISE)); // [n, 1]
    return InMemoryDataset.of(
        "a network whose weights take three values, with noise",
        List.of(
            Column.floats("x", Shape.of(INPUTS), x.toFloatArray()),
            Column.floats("t", Shape.of(1), t.toFloatArray())));
  }

  private static Tensor weights(int layer, int in, int out) {
    Tensor u = Tensor.uniform(Rng.of(6).split(layer), in, out);
    return u.greater(0.75).cast(DType.F32).sub(u.less(0.25).cast(DType.F32));
  }
}
