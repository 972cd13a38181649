package shinso.nn.layer;

import static shinso.nn.Numbers.f32;
import static shinso.nn.Numbers.f64;
import static shinso.nn.Numbers.param;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.LayerSpecs.Golden;
import shinso.nn.layer.LayerSpecs.Spec;

/** The rows of layers for images and sequences but convolution and pooling by windows. */
final class ImageLayerSpecs {
  private static final double[] RAMP = {1, 2, 3, 4};
  private static final Tensor SQUARE = f32(RAMP, 1, 2, 2, 1);

  private ImageLayerSpecs() {}

  static List<Spec> rows() {
    List<Spec> specs = new ArrayList<>();
    transposed(specs);
    sequences(specs);
    separable(specs);
    windows(specs);
    unpooling(specs);
    contrast(specs);
    responses(specs);
    global(specs);
    return specs;
  }

  private static Spec spec(String name, Layer layer, Shape in, Shape out, Golden... golden) {
    return new Spec(name, (t, s) -> layer, in, out, List.of(), true, List.of(golden));
  }

  private static ConvTranspose2d transposed(double[] w, int[] dims, ConvSpec spec, boolean same) {
    return new ConvTranspose2d(param(w, dims), null, spec, same);
  }

  private static void transposed(List<Spec> specs) {
    int[] square = {2, 2, 1, 1};
    ConvSpec two = ConvSpec.VALID.withStride(2);
    Tensor doubled = f64(1, 2, 2, 4, 3, 4, 6, 8, 3, 6, 4, 8, 9, 12, 12, 16);
    ConvTranspose2d biased =
        new ConvTranspose2d(
            param(RAMP, square), param(new double[] {0.5}), ConvSpec.VALID.withPadding(1), false);
    specs.add(
        new Spec(
            "convTranspose2d",
            (t, s) ->
                new ConvTranspose2d(
                    param(t, s, 3, 2, 3, 2),
                    param(t, s + 1, 3),
                    ConvSpec.VALID.withStride(2).withPadding(1, 0, 0, 1).withDilation(2),
                    false),
            Shape.of(2, 4, 3, 2),
            Shape.of(2, 10, 6, 3),
            List.of("weight", "bias"),
            true,
            List.of(
                new Golden(
                    transposed(RAMP, square, ConvSpec.VALID, false),
                    SQUARE,
                    f64(1, 4, 4, 6, 20, 16, 9, 24, 16)),
                new Golden(biased, SQUARE, f64(20.5)),
                new Golden(transposed(RAMP, square, two, false), SQUARE, doubled))));
    specs.add(
        new Spec(
            "convTranspose2d, same, 2 groups, no bias",
            (t, s) ->
                new ConvTranspose2d(
                    param(t, s, 3, 3, 3, 4), null, two.withStride(2, 3).withGroups(2), true),
            Shape.of(1, 3, 2, 4),
            Shape.of(1, 6, 6, 6),
            List.of("weight"),
            true,
            List.of(
                new Golden(transposed(RAMP, square, two, true), SQUARE, doubled),
                new Golden(
                    transposed(
                        new double[] {2, 3}, new int[] {1, 1, 1, 2}, two.withGroups(2), false),
                    f32(new double[] {5, 7}, 1, 1, 1, 2),
                    f64(10, 21)))));
  }

  private static void sequences(List<Spec> specs) {
    Tensor x = f32(RAMP, 1, 4, 1);
    Param w = param(new double[] {1, 2}, 2, 1, 1);
    Param bias = param(new double[] {0.5});
    ConvSpec causal = ConvSpec.VALID.withPadding(0, 0, 1, 0);
    specs.add(
        new Spec(
            "conv1d",
            (t, s) ->
                new Conv1d(
                    param(t, s, 3, 2, 4),
                    param(t, s + 1, 4),
                    ConvSpec.VALID.withDilation(2).withStride(2).withPadding(2),
                    false),
            Shape.of(2, 7, 2),
            Shape.of(2, 4, 4),
            List.of("weight", "bias"),
            true,
            List.of(
                new Golden(new Conv1d(w, bias, ConvSpec.VALID, false), x, f64(5.5, 8.5, 11.5)),
                new Golden(new Conv1d(w, bias, causal, false), x, f64(2.5, 5.5, 8.5, 11.5)))));
    specs.add(
        new Spec(
            "conv1d, same, 2 groups, no bias",
            (t, s) ->
                new Conv1d(
                    param(t, s, 3, 1, 4), null, ConvSpec.VALID.withGroups(2).withStride(3), true),
            Shape.of(2, 7, 2),
            Shape.of(2, 3, 4),
            List.of("weight"),
            true,
            List.of(new Golden(new Conv1d(w, null, ConvSpec.VALID, true), x, f64(5, 8, 11, 4)))));
    Golden max = new Golden(new MaxPool(PoolSpec.of(2)), x, f64(2, 4));
    specs.add(spec("maxPool of sequences", max.layer(), Shape.of(2, 7, 3), Shape.of(2, 3, 3), max));
    Golden mean = new Golden(new AveragePool(PoolSpec.of(2), false), x, f64(1.5, 3.5));
    specs.add(
        spec("averagePool of sequences", mean.layer(), Shape.of(2, 7, 3), Shape.of(2, 3, 3), mean));
    Golden lp = new Golden(new LpPool(PoolSpec.of(2), 2), x, f64(Math.sqrt(2.5), Math.sqrt(12.5)));
    specs.add(spec("lpPool of sequences", lp.layer(), Shape.of(2, 7, 3), Shape.of(2, 3, 3), lp));
  }

  private static SeparableConv2d separable(Param depthwise, Param pointwise, @Nullable Param bias) {
    ConvSpec apart = ConvSpec.VALID.withGroups(2);
    return new SeparableConv2d(
        new Conv2d(depthwise, null, apart, false),
        new Conv2d(pointwise, bias, ConvSpec.VALID, false));
  }

  private static void separable(List<Spec> specs) {
    SeparableConv2d small =
        separable(
            param(new double[] {2, 3}, 1, 1, 1, 2), param(new double[] {10, 1}, 1, 1, 2, 1), null);
    specs.add(
        new Spec(
            "separableConv2d",
            (t, s) ->
                separable(param(t, s, 3, 2, 1, 2), param(t, s + 1, 1, 1, 2, 3), param(t, s + 2, 3)),
            Shape.of(2, 4, 4, 2),
            Shape.of(2, 2, 3, 3),
            List.of("depthwise.weight", "pointwise.weight", "pointwise.bias"),
            true,
            List.of(new Golden(small, f32(new double[] {1, 2}, 1, 1, 1, 2), f64(26)))));
  }

  private static void windows(List<Spec> specs) {
    LpPool layer = new LpPool(PoolSpec.of(2), 2);
    specs.add(
        spec(
            "lpPool",
            new LpPool(PoolSpec.of(3, 2), 2.5),
            Shape.of(2, 5, 6, 3),
            Shape.of(2, 2, 2, 3),
            new Golden(layer, SQUARE.neg(), f64(Math.sqrt(7.5))),
            new Golden(new LpPool(PoolSpec.of(2), 1), SQUARE, f64(2.5))));
  }

  private static void unpooling(List<Spec> specs) {
    Unpool corner = new Unpool(2, Unpool.Filling.CORNER);
    specs.add(
        spec(
            "unpool",
            corner,
            Shape.of(2, 3, 2, 2),
            Shape.of(2, 6, 4, 2),
            new Golden(corner, SQUARE, f64(1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0))));
    Unpool repeated = new Unpool(2, Unpool.Filling.REPEATED);
    specs.add(
        spec(
            "unpool, repeated",
            repeated,
            Shape.of(2, 3, 2, 2),
            Shape.of(2, 6, 4, 2),
            new Golden(repeated, SQUARE, f64(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4))));
    PoolUnpool squares =
        new PoolUnpool(
            PoolSpec.of(2),
            new Conv2d(param(new double[] {2}, 1, 1, 1, 1), null, ConvSpec.VALID, false));
    specs.add(
        new Spec(
            "poolUnpool",
            (t, s) -> new PoolUnpool(PoolSpec.of(2), new Dense(param(t, s, 3, 3), null)),
            Shape.of(2, 4, 5, 3),
            Shape.of(2, 4, 5, 3),
            List.of("layer.weight"),
            true,
            List.of(new Golden(squares, SQUARE, f64(0, 0, 0, 8)))));
  }

  private static LocalContrastNorm contrast(int size, LocalContrastNorm.Division division) {
    return new LocalContrastNorm(size, 1, LocalContrastNorm.Channels.ALL, division);
  }

  private static void contrast(List<Spec> specs) {
    // Two pixels of two channels in windows of one pixel: means 2 and 7, deviations 1 and 3.
    Tensor x = f32(new double[] {3, 1, 10, 4}, 1, 1, 2, 2);
    for (LocalContrastNorm.Division d : LocalContrastNorm.Division.values()) {
      Tensor golden =
          switch (d) {
            case NONE -> f64(1, -1, 3, -3);
            case OWN_MEANS -> f64(0.5, -0.5, 1, -1);
            case CENTRE_MEAN -> f64(1, -1, 1, -1);
          };
      specs.add(
          spec(
              "localContrastNorm, " + d,
              contrast(3, d),
              Shape.of(2, 5, 4, 2),
              Shape.of(2, 5, 4, 2),
              new Golden(contrast(1, d), x, golden)));
    }
  }

  private static void responses(List<Spec> specs) {
    LocalResponseNorm channels = LocalResponseNorm.of(3, 2, 0.5, 2);
    Tensor row = f32(new double[] {1, 2, -3, 4}, 1, 4);
    // Sums of the neighbours' squares: 5, 14, 29, 25.
    specs.add(
        spec(
            "localResponseNorm",
            channels,
            Shape.of(2, 3, 2, 6),
            Shape.of(2, 3, 2, 6),
            new Golden(
                channels, row, f64(1 / 4.5 / 4.5, 2.0 / 81, -3 / 16.5 / 16.5, 4 / 14.5 / 14.5))));
    LocalResponseNorm places =
        new LocalResponseNorm(LocalResponseNorm.Region.WITHIN_CHANNEL, 3, 1, 0.5, 1);
    // Of 2 x 2 positions each sees all: 1 + 4 + 9 + 16 = 30.
    specs.add(
        spec(
            "localResponseNorm within a channel",
            places,
            Shape.of(2, 4, 5, 3),
            Shape.of(2, 4, 5, 3),
            new Golden(
                places,
                f32(new double[] {1, 2, 3, -4}, 1, 2, 2, 1),
                f64(1.0 / 16, 2.0 / 16, 3.0 / 16, -4.0 / 16))));
  }

  private static void global(List<Spec> specs) {
    Tensor image = f32(new double[] {1, 10, 2, -20, 3, 30, 6, 0}, 1, 2, 2, 2);
    specs.add(
        spec(
            "globalAveragePool",
            new GlobalAveragePool(),
            Shape.of(2, 3, 4, 5),
            Shape.of(2, 5),
            new Golden(new GlobalAveragePool(), image, f64(3, 5)),
            new Golden(new GlobalAveragePool(), image.reshape(1, 4, 2), f64(3, 5))));
    specs.add(
        spec(
            "globalMaxPool",
            new GlobalMaxPool(),
            Shape.of(2, 3, 4, 5),
            Shape.of(2, 5),
            new Golden(new GlobalMaxPool(), image, f64(6, 30))));
    ZeroPadded half = new ZeroPadded(2, 3);
    specs.add(
        spec(
            "zeroPadded",
            half,
            Shape.of(2, 5, 4, 2),
            Shape.of(2, 3, 2, 3),
            new Golden(half, image, f64(1, 10, 0))));
  }
}
