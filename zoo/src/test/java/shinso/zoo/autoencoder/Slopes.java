package shinso.zoo.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;

/** Gradients by all parameters of a model in double against finite differences. */
final class Slopes {
  private static final double H = 1e-5;

  private Slopes() {}

  /** Returns values in double, uniform on [−1, 1). */
  static Tensor random(long seed, int... dims) {
    RandomGenerator g = Rng.of(seed).generator();
    int size = Shape.of(dims).size();
    return Tensor.of(DoubleStream.generate(() -> g.nextDouble(-1, 1)).limit(size).toArray(), dims);
  }

  /** Returns a parameter with such values. */
  static Param param(long seed, int... dims) {
    return Param.of(random(seed, dims));
  }

  /** Compares all partial derivatives of a sum of losses that draw with a fixed key. */
  static void check(Record model, Supplier<Tensor> losses) {
    List<Param> theta = List.copyOf(Parameters.all(model).values());
    List<Tensor> slopes = Tensor.evaluate(Autodiff.gradients(losses.get().sum(), theta));
    double largest = 0;
    for (int p = 0; p < theta.size(); p++) {
      Param param = theta.get(p);
      double[] values = param.value().toDoubleArray();
      double[] slope = slopes.get(p).toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        double difference =
            (at(param, values, i, H, losses) - at(param, values, i, -H, losses)) / (2 * H);
        assertEquals(difference, slope[i], 1e-6 * (1 + Math.abs(difference)), param + ", " + i);
        largest = Math.max(largest, Math.abs(slope[i]));
      }
    }
    assertTrue(largest > 1e-3, "all gradients vanish");
  }

  private static double at(Param param, double[] values, int i, double h, Supplier<Tensor> losses) {
    Tensor before = param.value();
    double[] moved = values.clone();
    moved[i] += h;
    param.assign(Tensor.of(moved, before.shape().dims()));
    double loss = losses.get().sum().item();
    param.assign(before);
    return loss;
  }
}
