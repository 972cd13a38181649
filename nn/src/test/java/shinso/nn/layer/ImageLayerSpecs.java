package shinso.nn.layer;

import static shinso.nn.Numbers.f32;
import static shinso.nn.Numbers.f64;

import java.util.ArrayList;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.LayerSpecs.Golden;
import shinso.nn.layer.LayerSpecs.Spec;

/** The rows of layers for images and sequences but convolution and pooling by windows. */
final class ImageLayerSpecs {
  private ImageLayerSpecs() {}

  static List<Spec> rows() {
    List<Spec> specs = new ArrayList<>();
    responses(specs);
    global(specs);
    return specs;
  }

  private static Spec spec(String name, Layer layer, Shape in, Shape out, Golden... golden) {
    return new Spec(name, (t, s) -> layer, in, out, List.of(), true, List.of(golden));
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
                channels,
                row,
                f64(1 / 4.5 / 4.5, 2.0 / 81, -3 / 16.5 / 16.5, 4 / 14.5 / 14.5))));
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
