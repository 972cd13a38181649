package shinso.nn.layer;

import static shinso.nn.Numbers.f32;
import static shinso.nn.Numbers.f64;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.penalty.ActivationPenalty;
import shinso.nn.penalty.Sparsity;

/** One row a layer: {@link LayerSpecsTest} puts every row through the same checks. */
final class LayerSpecs {
  private LayerSpecs() {}

  /** Makes the layer with parameters of a type, other ones for another seed. */
  interface Maker {
    Layer make(DType type, long seed);
  }

  /** A layer and an input for which the output is known. */
  record Golden(Layer layer, Tensor x, Tensor y) {}

  /**
   * What is known of a layer.
   *
   * @param name for messages
   * @param maker makes it
   * @param input a shape, with the batch
   * @param output the output's shape
   * @param names the parameters, in order
   * @param varies whether the output has a derivative by the input that is not 0
   * @param golden known values
   * @param symbols how many symbols there are in the input if it is integer, or 0
   */
  record Spec(
      String name,
      Maker maker,
      Shape input,
      Shape output,
      List<String> names,
      boolean varies,
      List<Golden> golden,
      int symbols) {
    Spec(
        String name,
        Maker maker,
        Shape input,
        Shape output,
        List<String> names,
        boolean varies,
        List<Golden> golden) {
      this(name, maker, input, output, names, varies, golden, 0);
    }

    /** An input: numbers in (−2, 2) of a type, or all symbols in turn. */
    Tensor input(DType type, long seed) {
      if (symbols == 0) {
        return random(type, seed, input.dims());
      }
      int[] values = new int[input.size()];
      Arrays.setAll(values, i -> (int) ((i + seed) % symbols));
      return Tensor.of(values, input.dims());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Tensor ROW = f32(new double[] {-2, -0.5, 0, 1.5}, 1, 4);
  private static final Tensor IMAGE = f32(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 3, 3, 1);
  private static final Tensor PATCH =
      f32(new double[] {1, 3, 2, 8, 6, 3, 1, 3, 2, 4, 1, 4, 3, 5, 9, 1}, 1, 4, 4, 1);

  static List<Spec> all() {
    List<Spec> specs = new ArrayList<>();
    dense(specs);
    convolution(specs);
    pooling(specs);
    activations(specs);
    recurrent(specs);
    normalization(specs);
    standardization(specs);
    others(specs);
    wrappers(specs);
    specs.addAll(ImageLayerSpecs.rows());
    return specs;
  }

  private static void dense(List<Spec> specs) {
    Dense small = new Dense(param(new double[] {1, 2, 3, 4}, 2, 2), param(new double[] {10, 20}));
    Tensor x = f32(new double[] {1, 1, 0, -1}, 2, 2);
    specs.add(
        new Spec(
            "dense",
            (t, s) -> new Dense(param(t, s, 3, 4), param(t, s + 1, 4)),
            Shape.of(2, 3),
            Shape.of(2, 4),
            List.of("weight", "bias"),
            true,
            List.of(new Golden(small, x, f64(14, 26, 7, 16)))));
    specs.add(
        new Spec(
            "dense on sequences, no bias",
            (t, s) -> new Dense(param(t, s, 3, 4), null),
            Shape.of(2, 5, 3),
            Shape.of(2, 5, 4),
            List.of("weight"),
            true,
            List.of(new Golden(new Dense(small.weight(), null), x, f64(4, 6, -3, -4)))));
  }

  private static Conv2d conv(double[] filter, int[] dims, ConvSpec spec, boolean same) {
    return new Conv2d(param(filter, dims), null, spec, same);
  }

  private static void convolution(List<Spec> specs) {
    double[] ramp = {1, 2, 3, 4};
    int[] square = {2, 2, 1, 1};
    Conv2d biased =
        new Conv2d(param(ramp, square), param(new double[] {0.5}), ConvSpec.VALID, false);
    specs.add(
        new Spec(
            "conv2d",
            (t, s) ->
                new Conv2d(param(t, s, 3, 2, 2, 3), param(t, s + 1, 3), ConvSpec.VALID, false),
            Shape.of(2, 5, 4, 2),
            Shape.of(2, 3, 3, 3),
            List.of("weight", "bias"),
            true,
            List.of(new Golden(biased, IMAGE, f64(37.5, 47.5, 67.5, 77.5)))));
    specs.add(
        new Spec(
            "conv2d, same, stride 2",
            (t, s) ->
                new Conv2d(
                    param(t, s, 3, 2, 2, 3),
                    param(t, s + 1, 3),
                    ConvSpec.VALID.withStride(2),
                    true),
            Shape.of(1, 5, 4, 2),
            Shape.of(1, 3, 2, 3),
            List.of("weight", "bias"),
            true,
            List.of(
                new Golden(
                    conv(ramp, square, ConvSpec.VALID.withStride(2), true),
                    IMAGE,
                    f64(37, 21, 23, 9)))));
    specs.add(
        new Spec(
            "conv2d, dilation 2, 2 groups, padding, no bias",
            (t, s) ->
                new Conv2d(
                    param(t, s, 2, 2, 1, 4),
                    null,
                    ConvSpec.VALID.withDilation(2).withGroups(2).withPadding(1, 0, 2, 0),
                    false),
            Shape.of(1, 4, 3, 2),
            Shape.of(1, 3, 3, 4),
            List.of("weight"),
            true,
            List.of(
                new Golden(
                    conv(ramp, square, ConvSpec.VALID.withDilation(2), false), IMAGE, f64(64)),
                new Golden(
                    conv(ramp, new int[] {1, 1, 1, 4}, ConvSpec.VALID.withGroups(2), false),
                    f32(new double[] {2, 3}, 1, 1, 1, 2),
                    f64(2, 4, 9, 12)),
                new Golden(
                    conv(ramp, square, ConvSpec.VALID.withPadding(1, 0, 0, 0), false),
                    IMAGE,
                    f64(11, 18, 37, 47, 67, 77)))));
  }

  private static void pooling(List<Spec> specs) {
    specs.add(
        new Spec(
            "maxPool",
            (t, s) -> new MaxPool(PoolSpec.of(2)),
            Shape.of(2, 4, 5, 3),
            Shape.of(2, 2, 2, 3),
            List.of(),
            true,
            List.of(new Golden(new MaxPool(PoolSpec.of(2)), PATCH, f64(6, 8, 5, 9)))));
    specs.add(
        new Spec(
            "averagePool",
            (t, s) -> new AveragePool(PoolSpec.of(3, 2), false),
            Shape.of(2, 5, 6, 3),
            Shape.of(2, 2, 2, 3),
            List.of(),
            true,
            List.of(
                new Golden(
                    new AveragePool(PoolSpec.of(2), false), PATCH, f64(3.25, 3.5, 3.5, 3.75)))));
    PoolSpec padded = new PoolSpec(2, 2, 3, 3, 1, 0, 1, 0);
    specs.add(
        new Spec(
            "averagePool, counting padding",
            (t, s) -> new AveragePool(padded, true),
            Shape.of(2, 4, 4, 1),
            Shape.of(2, 2, 2, 1),
            List.of(),
            true,
            List.of(
                new Golden(new AveragePool(padded, true), PATCH, f64(0.25, 2.5, 1.25, 3.75)),
                new Golden(new AveragePool(padded, false), PATCH, f64(1, 5, 2.5, 3.75)))));
  }

  private static void activations(List<Spec> specs) {
    double e2 = Math.exp(-2);
    double e05 = Math.exp(-0.5);
    double e15 = Math.exp(1.5);
    double sum = e2 + e05 + 1 + e15;
    activation(specs, Activation.IDENTITY, -2, -0.5, 0, 1.5);
    activation(specs, Activation.STEP, 0, 0, 1, 1);
    activation(specs, Activation.RELU, 0, 0, 0, 1.5);
    activation(specs, Activation.leakyRelu(0.1), -0.2, -0.05, 0, 1.5);
    activation(specs, Activation.elu(2), 2 * (e2 - 1), 2 * (e05 - 1), 0, 1.5);
    activation(specs, Activation.TANH, Math.tanh(-2), Math.tanh(-0.5), 0, Math.tanh(1.5));
    activation(specs, Activation.SIGMOID, e2 / (1 + e2), e05 / (1 + e05), 0.5, e15 / (1 + e15));
    activation(
        specs,
        Activation.SOFTPLUS,
        Math.log(1 + e2),
        Math.log(1 + e05),
        Math.log(2),
        Math.log(1 + e15));
    // x times the normal distribution function, from tables.
    activation(
        specs,
        Activation.GELU,
        -2 * 0.0227501319482,
        -0.5 * 0.3085375387260,
        0,
        1.5 * 0.9331927987311);
    activation(
        specs,
        Activation.SILU,
        -2 * e2 / (1 + e2),
        -0.5 * e05 / (1 + e05),
        0,
        1.5 * e15 / (1 + e15));
    activation(specs, Activation.SOFTMAX, e2 / sum, e05 / sum, 1 / sum, e15 / sum);
  }

  private static void activation(List<Spec> specs, Activation a, double... y) {
    specs.add(
        new Spec(
            a.toString(),
            (t, s) -> a,
            Shape.of(2, 3),
            Shape.of(2, 3),
            List.of(),
            a.kind() != Activation.Kind.STEP,
            List.of(new Golden(a, ROW, f64(y)))));
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** One feature and one hidden unit, so that the formulas can be written out. */
  private static void recurrent(List<Spec> specs) {
    Tensor x = f32(new double[] {0.5, -2}, 1, 2, 1);
    double h1 = Math.tanh(0.5 * 0.5 + 0.1);
    double h2 = Math.tanh(0.5 * -2 - 1.5 * h1 + 0.1);
    specs.add(
        new Spec(
            "simpleRnn",
            (t, s) -> new SimpleRnn(param(t, s, 3, 4), param(t, s + 1, 4, 4), param(t, s + 2, 4)),
            Shape.of(2, 5, 3),
            Shape.of(2, 5, 4),
            List.of("inputWeight", "hiddenWeight", "bias"),
            true,
            List.of(
                new Golden(
                    new SimpleRnn(
                        param(new double[] {0.5}, 1, 1),
                        param(new double[] {-1.5}, 1, 1),
                        param(new double[] {0.1})),
                    x,
                    f64(h1, h2)))));

    double c1 = sigmoid(0.5 * 0.5 + 0.1) * Math.tanh(0.5 * 1.5 + 0.3);
    double o1 = sigmoid(0.5 * 2 + 0.4) * Math.tanh(c1);
    double i2 = sigmoid(-2 * 0.5 + o1 * 0.6 + 0.1);
    double f2 = sigmoid(-2 * -1 + o1 * 0.7 + 0.2);
    double g2 = Math.tanh(-2 * 1.5 + o1 * 0.8 + 0.3);
    double c2 = f2 * c1 + i2 * g2;
    double o2 = sigmoid(-2 * 2 + o1 * 0.9 + 0.4) * Math.tanh(c2);
    specs.add(
        new Spec(
            "lstm",
            (t, s) -> new Lstm(param(t, s, 3, 16), param(t, s + 1, 4, 16), param(t, s + 2, 16)),
            Shape.of(2, 5, 3),
            Shape.of(2, 5, 4),
            List.of("inputWeight", "hiddenWeight", "bias"),
            true,
            List.of(
                new Golden(
                    new Lstm(
                        param(new double[] {0.5, -1, 1.5, 2}, 1, 4),
                        param(new double[] {0.6, 0.7, 0.8, 0.9}, 1, 4),
                        param(new double[] {0.1, 0.2, 0.3, 0.4})),
                    x,
                    f64(o1, o2)))));

    double r1 = sigmoid(0.5 * -1 + 0.2);
    double n1 = Math.tanh(0.5 * 0.5 + 0.1 + r1 * 0.7);
    double s1 = (1 - sigmoid(0.5 * 1.5 + 0.3)) * n1;
    double r2 = sigmoid(-2 * -1 + s1 * 0.4 + 0.2);
    double z2 = sigmoid(-2 * 1.5 + s1 * 0.5 + 0.3);
    double n2 = Math.tanh(-2 * 0.5 + 0.1 + r2 * (s1 * 0.6 + 0.7));
    double s2 = (1 - z2) * n2 + z2 * s1;
    specs.add(
        new Spec(
            "gru",
            (t, s) ->
                new Gru(
                    param(t, s, 3, 12),
                    param(t, s + 1, 4, 12),
                    param(t, s + 2, 12),
                    param(t, s + 3, 4)),
            Shape.of(2, 5, 3),
            Shape.of(2, 5, 4),
            List.of("inputWeight", "hiddenWeight", "bias", "candidateBias"),
            true,
            List.of(
                new Golden(
                    new Gru(
                        param(new double[] {0.5, -1, 1.5}, 1, 3),
                        param(new double[] {0.4, 0.5, 0.6}, 1, 3),
                        param(new double[] {0.1, 0.2, 0.3}),
                        param(new double[] {0.7})),
                    x,
                    f64(s1, s2)))));
    double ci1 = sigmoid(0.5 * 0.5 + 0.1) * Math.tanh(0.5 * 1.5 + 0.3);
    double p1 = sigmoid(0.5 * 2 + 0.4 + 0.9 * ci1) * Math.tanh(ci1);
    double pi2 = sigmoid(-2 * 0.5 + p1 * 0.6 + 0.1 - 0.7 * ci1);
    double pf2 = sigmoid(-2 * -1 + p1 * 0.7 + 0.2 + 0.8 * ci1);
    double ci2 = pf2 * ci1 + pi2 * Math.tanh(-2 * 1.5 + p1 * 0.8 + 0.3);
    double p2 = sigmoid(-2 * 2 + p1 * 0.9 + 0.4 + 0.9 * ci2) * Math.tanh(ci2);
    specs.add(
        new Spec(
            "lstm with peepholes",
            (t, s) ->
                new Lstm(
                    param(t, s, 3, 16),
                    param(t, s + 1, 4, 16),
                    param(t, s + 2, 16),
                    param(t, s + 3, 3, 4)),
            Shape.of(2, 5, 3),
            Shape.of(2, 5, 4),
            List.of("inputWeight", "hiddenWeight", "bias", "peephole"),
            true,
            List.of(
                new Golden(
                    new Lstm(
                        param(new double[] {0.5, -1, 1.5, 2}, 1, 4),
                        param(new double[] {0.6, 0.7, 0.8, 0.9}, 1, 4),
                        param(new double[] {0.1, 0.2, 0.3, 0.4}),
                        param(new double[] {-0.7, 0.8, 0.9}, 3, 1)),
                    x,
                    f64(p1, p2)))));

    double b1 = (1 - sigmoid(0.5 * 1.5 + 0.3)) * Math.tanh(0.5 * 0.5 + 0.1);
    double br2 = sigmoid(-2 * -1 + b1 * 0.4 + 0.2);
    double bz2 = sigmoid(-2 * 1.5 + b1 * 0.5 + 0.3);
    double bn2 = Math.tanh(-2 * 0.5 + 0.1 + br2 * b1 * 0.6);
    specs.add(
        new Spec(
            "gru that resets before",
            (t, s) ->
                new Gru(param(t, s, 3, 12), param(t, s + 1, 4, 12), param(t, s + 2, 12), null),
            Shape.of(2, 5, 3),
            Shape.of(2, 5, 4),
            List.of("inputWeight", "hiddenWeight", "bias"),
            true,
            List.of(
                new Golden(
                    new Gru(
                        param(new double[] {0.5, -1, 1.5}, 1, 3),
                        param(new double[] {0.4, 0.5, 0.6}, 1, 3),
                        param(new double[] {0.1, 0.2, 0.3}),
                        null),
                    x,
                    f64(b1, (1 - bz2) * bn2 + bz2 * b1)))));

    double y1 = sigmoid(0.7 * h1 - 0.2);
    double y2 = sigmoid(0.7 * Math.tanh(0.5 * -2 - 1.5 * h1 + 0.9 * y1 + 0.1) - 0.2);
    specs.add(
        new Spec(
            "feedbackRnn",
            (t, s) ->
                new FeedbackRnn(
                    param(t, s, 3, 4),
                    param(t, s + 1, 4, 4),
                    param(t, s + 2, 2, 4),
                    param(t, s + 3, 4),
                    param(t, s + 4, 4, 2),
                    param(t, s + 5, 2),
                    Activation.TANH,
                    Activation.IDENTITY),
            Shape.of(2, 5, 3),
            Shape.of(2, 5, 2),
            List.of(
                "inputWeight",
                "hiddenWeight",
                "feedbackWeight",
                "bias",
                "outputWeight",
                "outputBias"),
            true,
            List.of(
                new Golden(
                    new FeedbackRnn(
                        param(new double[] {0.5}, 1, 1),
                        param(new double[] {-1.5}, 1, 1),
                        param(new double[] {0.9}, 1, 1),
                        param(new double[] {0.1}),
                        param(new double[] {0.7}, 1, 1),
                        param(new double[] {-0.2}),
                        Activation.TANH,
                        Activation.SIGMOID),
                    x,
                    f64(y1, y2)))));

    SimpleRnn elman =
        new SimpleRnn(
            param(new double[] {0.5}, 1, 1),
            param(new double[] {-1.5}, 1, 1),
            param(new double[] {0.1}));
    double last = Math.tanh(0.5 * -2 + 0.1);
    specs.add(
        new Spec(
            "bidirectional",
            (t, s) ->
                new Bidirectional(
                    new SimpleRnn(param(t, s, 3, 4), param(t, s + 1, 4, 4), param(t, s + 2, 4)),
                    new Gru(
                        param(t, s + 3, 3, 6), param(t, s + 4, 2, 6), param(t, s + 5, 6), null)),
            Shape.of(2, 5, 3),
            Shape.of(2, 5, 6),
            List.of(
                "forward.inputWeight",
                "forward.hiddenWeight",
                "forward.bias",
                "backward.inputWeight",
                "backward.hiddenWeight",
                "backward.bias"),
            true,
            List.of(
                new Golden(
                    new Bidirectional(elman, elman),
                    x,
                    f64(h1, Math.tanh(0.5 * 0.5 - 1.5 * last + 0.1), h2, last)))));
    Tensor image = f32(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 2, 2);
    specs.add(
        new Spec(
            "rows",
            (t, s) -> new Rows(),
            Shape.of(2, 3, 4, 2),
            Shape.of(2, 3, 8),
            List.of(),
            true,
            List.of(new Golden(new Rows(), image, f64(1, 2, 3, 4, 5, 6, 7, 8)))));
    specs.add(
        new Spec(
            "variationalDropout",
            (t, s) -> new VariationalDropout(0.5),
            Shape.of(2, 3, 4),
            Shape.of(2, 3, 4),
            List.of(),
            true,
            List.of(new Golden(new VariationalDropout(0.5), x, f64(0.5, -2)))));
    specs.add(
        new Spec(
            "last",
            (t, s) -> new Last(),
            Shape.of(2, 3, 4),
            Shape.of(2, 4),
            List.of(),
            true,
            List.of(new Golden(new Last(), x, f64(-2)))));
  }

  private static void normalization(List<Spec> specs) {
    BatchNorm running =
        new BatchNorm(
            param(new double[] {2, 3}),
            param(new double[] {1, -1}),
            param(new double[] {0.5, -2}),
            param(new double[] {3.5, 0.5}),
            0.1,
            0.5);
    // (x − mean) / √(variance + 0.5) is (x − 0.5) / 2 and x + 2.
    specs.add(
        new Spec(
            "batchNorm",
            (t, s) -> batchNorm(t, s, 3),
            Shape.of(5, 3),
            Shape.of(5, 3),
            List.of("gain", "bias"),
            true,
            List.of(
                new Golden(running, f32(new double[] {2.5, 1, 0.5, -3}, 2, 2), f64(3, 8, 1, -4)))));
    specs.add(
        new Spec(
            "batchNorm of images",
            (t, s) -> batchNorm(t, s, 2),
            Shape.of(2, 3, 2, 2),
            Shape.of(2, 3, 2, 2),
            List.of("gain", "bias"),
            true,
            List.of(
                new Golden(
                    running, f32(new double[] {2.5, 1, 0.5, -3}, 1, 2, 1, 2), f64(3, 8, 1, -4)))));
    // Deviations ±1 and ±3 with ε = 3 and 7: variances 1 and 9, roots 2 and 4.
    LayerNorm rows = new LayerNorm(param(new double[] {2, 4}), param(new double[] {1, -1}), 3);
    specs.add(
        new Spec(
            "layerNorm",
            (t, s) -> new LayerNorm(param(t, s, 4), param(t, s + 1, 4), 1e-5),
            Shape.of(2, 3, 4),
            Shape.of(2, 3, 4),
            List.of("gain", "bias"),
            true,
            List.of(new Golden(rows, f32(new double[] {4, 6}, 1, 2), f64(0, 1)))));
    specs.add(
        new Spec(
            "layerNorm over two axes",
            (t, s) -> new LayerNorm(param(t, s, 2, 3), param(t, s + 1, 2, 3), 1e-5),
            Shape.of(4, 2, 3),
            Shape.of(4, 2, 3),
            List.of("gain", "bias"),
            true,
            List.of(
                new Golden(
                    new LayerNorm(
                        param(new double[] {1, 1, 1, 4}, 2, 2),
                        param(new double[] {0, 0, 0, 1}, 2, 2),
                        7),
                    f32(new double[] {-3, 3, 3, -3}, 1, 2, 2),
                    f64(-0.75, 0.75, 0.75, -2)))));
    specs.add(
        new Spec(
            "groupNorm",
            (t, s) -> new GroupNorm(param(t, s, 6), param(t, s + 1, 6), 2, 1e-5),
            Shape.of(2, 3, 2, 6),
            Shape.of(2, 3, 2, 6),
            List.of("gain", "bias"),
            true,
            List.of(
                // Groups of one feature at two positions: 1 and 3, and −1 and 5 with ε = 3.
                new Golden(
                    new GroupNorm(param(new double[] {2, 1}), param(new double[] {0.5, 0}), 2, 3),
                    f32(new double[] {1, -1, 3, 5}, 1, 2, 2),
                    f64(-0.5, -3 / Math.sqrt(12), 1.5, 3 / Math.sqrt(12))),
                new Golden(
                    new GroupNorm(param(new double[] {1, 1}), param(new double[] {0, 0}), 1, 3),
                    f32(new double[] {4, 6}, 1, 2),
                    f64(-0.5, 0.5)))));
  }

  private static void standardization(List<Spec> specs) {
    Standardization small =
        Standardization.of(f32(new double[] {1, -2}, 2), f32(new double[] {2, 0.5}, 2));
    specs.add(
        new Spec(
            "standardization",
            (t, s) -> Standardization.of(random(t, s, 6), random(t, s + 1, 6).square().add(0.5)),
            Shape.of(4, 2, 3),
            Shape.of(4, 2, 3),
            List.of(),
            true,
            List.of(new Golden(small, f32(new double[] {3, -2, 1, -1}, 2, 2), f64(1, 0, 0, 2)))));
  }

  private static BatchNorm batchNorm(DType t, long s, int features) {
    return new BatchNorm(
        param(t, s, features),
        param(t, s + 1, features),
        param(t, s + 2, features),
        Param.of(random(t, s + 3, features).square().add(0.5)),
        0.1,
        1e-5);
  }

  private static void wrappers(List<Spec> specs) {
    Dense twice = new Dense(param(new double[] {2, 0, 0, 2}, 2, 2), null);
    Tensor x = f32(new double[] {3, -1}, 1, 2);
    specs.add(
        new Spec(
            "embedding",
            (t, s) -> new Embedding(param(t, s, 4, 3)),
            Shape.of(2, 5),
            Shape.of(2, 5, 3),
            List.of("weight"),
            false,
            List.of(
                new Golden(
                    new Embedding(param(new double[] {1, 2, 3, 4, 5, 6}, 3, 2)),
                    Tensor.of(new int[] {2, 0, 2}, 1, 3),
                    f64(5, 6, 1, 2, 5, 6))),
            4));
    specs.add(
        new Spec(
            "frozen",
            (t, s) ->
                Frozen.of(Sequential.of(new Dense(param(t, 7, 3, 3), null), batchNorm(t, 8, 3))),
            Shape.of(4, 3),
            Shape.of(4, 3),
            List.of(),
            true,
            List.of(new Golden(Frozen.of(twice), x, f64(6, -2)))));
    specs.add(
        new Spec(
            "residual",
            (t, s) ->
                Residual.of(Sequential.of(new Dense(param(t, s, 3, 3), null), Activation.TANH)),
            Shape.of(2, 3),
            Shape.of(2, 3),
            List.of("layer.layers.0.weight"),
            true,
            List.of(new Golden(Residual.of(twice), x, f64(9, -3)))));
    specs.add(
        new Spec(
            "residual with a shortcut",
            (t, s) ->
                new Residual(
                    new Dense(param(t, s, 3, 2), null), new Dense(param(t, s + 1, 3, 2), null)),
            Shape.of(2, 3),
            Shape.of(2, 2),
            List.of("layer.weight", "shortcut.weight"),
            true,
            List.of(new Golden(new Residual(twice, twice), x, f64(12, -4)))));
  }

  private static Network network(Layer... layers) {
    SequencedMap<String, Layer> named = new LinkedHashMap<>();
    for (Layer layer : layers) {
      named.put(Integer.toString(named.size()), layer);
    }
    return new Network(Shape.of(3), named);
  }

  private static void others(List<Spec> specs) {
    // In inference it is the network, whose dense layer takes all that dropout leaves.
    specs.add(
        new Spec(
            "fast dropout",
            (t, s) ->
                new FastDropout(network(new Dropout(0.5), new Dense(param(t, s, 3, 2), null))),
            Shape.of(4, 3),
            Shape.of(4, 2),
            List.of("network.layers.1.weight"),
            true,
            List.of(
                new Golden(
                    new FastDropout(
                        network(
                            new Dropout(0.5),
                            new Dense(param(new double[] {1, 2, 3, 4}, 4, 1), null))),
                    ROW,
                    f32(new double[] {3}, 1, 1)))));
    Prelu prelu = new Prelu(param(new double[] {0.1, 0.2, 0.3, 0.4}));
    specs.add(
        new Spec(
            "prelu",
            (t, s) -> new Prelu(param(t, s, 3)),
            Shape.of(4, 3),
            Shape.of(4, 3),
            List.of("slope"),
            true,
            List.of(new Golden(prelu, ROW, f64(-0.2, -0.1, 0, 1.5)))));
    specs.add(
        new Spec(
            "maxout",
            (t, s) -> new Maxout(3),
            Shape.of(2, 6),
            Shape.of(2, 2),
            List.of(),
            true,
            List.of(new Golden(new Maxout(2), ROW, f64(-0.5, 1.5)))));
    specs.add(
        new Spec(
            "flatten",
            (t, s) -> new Flatten(),
            Shape.of(2, 3, 2, 2),
            Shape.of(2, 12),
            List.of(),
            true,
            List.of(new Golden(new Flatten(), IMAGE, f64(1, 2, 3, 4, 5, 6, 7, 8, 9)))));
    specs.add(
        new Spec(
            "reshape",
            (t, s) -> new Reshape(Shape.of(3, 2)),
            Shape.of(2, 6),
            Shape.of(2, 3, 2),
            List.of(),
            true,
            List.of(new Golden(new Reshape(Shape.of(9)), IMAGE, f64(1, 2, 3, 4, 5, 6, 7, 8, 9)))));
    specs.add(
        new Spec(
            "dropout",
            (t, s) -> new Dropout(0.4),
            Shape.of(3, 4),
            Shape.of(3, 4),
            List.of(),
            true,
            List.of(new Golden(new Dropout(0.4), ROW, f64(-2, -0.5, 0, 1.5)))));
    specs.add(
        new Spec(
            "activation penalty",
            (t, s) -> new ActivationPenalty(0.4, Sparsity::l1),
            Shape.of(3, 4),
            Shape.of(3, 4),
            List.of(),
            true,
            List.of(
                new Golden(new ActivationPenalty(0.4, Sparsity::l1), ROW, f64(-2, -0.5, 0, 1.5)))));
    Dense twice = new Dense(param(new double[] {2, 0, 0, 2}, 2, 2), null);
    specs.add(
        new Spec(
            "sequential",
            (t, s) ->
                Sequential.of(
                    new Dense(param(t, s, 3, 4), null),
                    Activation.TANH,
                    new Dense(param(t, s + 1, 4, 2), param(t, s + 2, 2))),
            Shape.of(2, 3),
            Shape.of(2, 2),
            List.of("layers.0.weight", "layers.2.weight", "layers.2.bias"),
            true,
            List.of(
                new Golden(
                    Sequential.of(twice, Activation.RELU, twice),
                    f32(new double[] {3, -1}, 1, 2),
                    f64(12, 0)))));
    specs.add(
        new Spec(
            "network",
            (t, s) ->
                network(
                    "first", new Dense(param(t, s, 3, 4), null),
                    "second", new Dense(param(t, s + 1, 4, 2), param(t, s + 2, 2))),
            Shape.of(2, 3),
            Shape.of(2, 2),
            List.of("layers.first.weight", "layers.second.weight", "layers.second.bias"),
            true,
            List.of(
                new Golden(
                    network("a", twice, "b", twice),
                    f32(new double[] {3, -1}, 1, 2),
                    f64(12, -4)))));
  }

  private static Network network(String a, Layer first, String b, Layer second) {
    SequencedMap<String, Layer> layers = new LinkedHashMap<>();
    layers.put(a, first);
    layers.put(b, second);
    return new Network(Shape.of(2), layers);
  }
}
