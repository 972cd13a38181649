package shinso.zoo.convolution;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Network;

/** Networks for pictures that have a name, in sizes for a processor. */
public enum Architecture implements PictureNetwork {
  /** Two convolutions of 5 x 5 and two dense layers: quick, for digits and other simple shapes. */
  LENET,
  /** Three convolutions of 5 x 5 with overlapping pooling. */
  CONVNET,
  /** Pairs of convolutions of 3 x 3 with batch normalisation. */
  VGG,
  /** Residual network of 14 layers. */
  RESNET;

  /**
   * Returns the architecture of a name, such as {@code vgg}.
   *
   * @throws IllegalArgumentException if there is none; it lists those that there are
   */
  public static Architecture named(String name) {
    return Arrays.stream(values())
        .filter(a -> a.label().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no network '%s'; choose %s".formatted(name, String.join(", ", names()))));
  }

  /** Returns the names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Architecture::label).toList();
  }

  /** Returns the name, in small letters. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Network build(Shape picture, int classes, Rng rng) {
    PictureNetwork network =
        switch (this) {
          case LENET -> Lenet.WIDE;
          case CONVNET -> CudaConvnet.PUBLISHED;
          case VGG -> Vgg.SMALL;
          case RESNET -> ResidualNetwork.of(14);
        };
    return network.build(picture, classes, rng);
  }
}
