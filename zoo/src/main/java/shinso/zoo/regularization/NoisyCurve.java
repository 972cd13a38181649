package shinso.zoo.regularization;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

/** Points of a curve with noise, for regression that one can look at. */
final class NoisyCurve {
  private NoisyCurve() {}

  /** Returns points whose x are spread over an interval, one in each n-th of it. */
  static Dataset draw(
      int n, double from, double to, DoubleUnaryOperator curve, double noise, Rng rng) {
    RandomGenerator random = rng.generator();
    float[] x = new float[n];
    float[] t = new float[n];
    for (int i = 0; i < n; i++) {
      double at = from + (to - from) * (i + random.nextDouble()) / n;
      x[i] = (float) at;
      t[i] = (float) (curve.applyAsDouble(at) + noise * random.nextGaussian());
    }
    return InMemoryDataset.of(
        n + " points of a curve",
        List.of(Column.floats("x", Shape.of(1), x), Column.floats("t", Shape.of(1), t)));
  }

  /** Returns n numbers from the one to the other at equal distances. */
  static double[] grid(int n, double from, double to) {
    double[] x = new double[n];
    Arrays.setAll(x, i -> from + (to - from) * i / (n - 1));
    return x;
  }

  /** Returns a network's outputs at some points. */
  static double[] at(Layer network, double[] x) {
    Tensor in = Tensor.of(x, x.length, 1).cast(DType.F32);
    return network.forward(in, Pass.inference()).toDoubleArray();
  }

  /** Returns the mean squared error of a network on points. */
  static Tensor error(Layer network, Dataset points) {
    List<Tensor> all = points.whole();
    return Losses.mse(network.forward(all.getFirst(), Pass.inference()), all.getLast());
  }

  /** Returns the numbers of a field. */
  static double[] values(Dataset points, int field) {
    return points.whole().get(field).toDoubleArray();
  }
}
