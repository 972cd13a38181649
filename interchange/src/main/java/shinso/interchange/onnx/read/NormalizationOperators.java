package shinso.interchange.onnx.read;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.BatchNorm;
import shinso.nn.layer.LocalResponseNorm;

/** Operators that normalise. */
final class NormalizationOperators {
  private NormalizationOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("InstanceNormalization", Operator.of(NormalizationOperators::instance));
    all.put("LayerNormalization", Operator.of(NormalizationOperators::layer));
    all.put("LRN", Operator.of(NormalizationOperators::responses));
  }

  /**
   * Normalises by statistics: in training by those of the batch, which are averaged, as the layers
   * of {@code nn} do it.
   *
   * @param layer the parameters as a layer, null if they are none
   */
  static Operand batch(Call c, @Nullable BatchNorm layer) {
    c.require("training_mode", 0);
    c.require("spatial", 1);
    Operand x = c.in(0);
    int rank = x.shape().rank();
    if (rank < 2) {
      throw c.bad("normalises %s, which has no features".formatted(x.shape()));
    }
    boolean images = rank == 4;
    Tensor t = images ? x.images() : x.tensor().swapAxes(1, rank - 1);
    Tensor y;
    if (layer == null) {
      Tensor factor = c.tensor(1).div(c.tensor(4).add(c.number("epsilon", 1e-5)).sqrt());
      y = t.sub(c.tensor(3)).mul(factor).add(c.tensor(2));
    } else {
      y = layer.forward(t, c.pass());
    }
    return images ? Operand.images(y) : Operand.of(y.swapAxes(1, rank - 1));
  }

  /** Returns a layer of parameters. */
  static BatchNorm layer(Call c, Param gain, Param bias, Param mean, Param variance) {
    // What is kept of the running mean there is what is taken of the new one here.
    return new BatchNorm(
        gain, bias, mean, variance, 1 - c.number("momentum", 0.9), c.number("epsilon", 1e-5));
  }

  private static Operand instance(Call c) {
    Tensor x = c.tensor(0);
    int[] axes = IntStream.range(2, x.shape().rank()).toArray();
    int[] dims = new int[x.shape().rank()];
    Arrays.fill(dims, 1);
    dims[1] = x.shape().dim(1);
    Tensor rest = x.sub(x.meanKeep(axes));
    Tensor variance = rest.square().meanKeep(axes);
    Tensor normal = rest.div(variance.add(c.number("epsilon", 1e-5)).sqrt());
    return Operand.of(normal.mul(c.tensor(1).reshape(dims)).add(c.tensor(2).reshape(dims)));
  }

  private static Operand layer(Call c) {
    Tensor x = c.tensor(0);
    int rank = x.shape().rank();
    int[] axes = IntStream.range(c.axis(c.integer("axis", -1), rank), rank).toArray();
    Tensor rest = x.sub(x.meanKeep(axes));
    Tensor variance = rest.square().meanKeep(axes);
    Tensor normal = rest.div(variance.add(c.number("epsilon", 1e-5)).sqrt());
    Tensor y = normal.mul(c.tensor(1));
    return Operand.of(c.optional(2) == null ? y : y.add(c.tensor(2)));
  }

  private static Operand responses(Call c) {
    Operand x = c.in(0);
    Shape s = x.shape();
    if (s.rank() != 4) {
      throw c.bad("normalises %s; images are supported".formatted(s));
    }
    int size = c.count("size", 0);
    LocalResponseNorm layer =
        LocalResponseNorm.of(
            size, c.number("bias", 1), c.number("alpha", 1e-4) / size, c.number("beta", 0.75));
    return Operand.images(layer.forward(x.images(), c.pass()));
  }
}
