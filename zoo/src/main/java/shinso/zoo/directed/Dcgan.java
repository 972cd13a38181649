package shinso.zoo.directed;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Conv2d;
import shinso.nn.layer.Network;
import shinso.nn.layer.Standardization;

/**
 * The networks of deep convolutional generative adversarial networks (Radford, Metz and Chintala,
 * "Unsupervised representation learning with deep convolutional generative adversarial networks",
 * 2016), by the rules of section 3 and the details of section 4:
 *
 * <ul>
 *   <li>strided convolutions in D and transposed ones in G, in the place of pooling;
 *   <li>batch normalisation in both, but not at the output of G and the input of D;
 *   <li>no hidden layers without convolution: z is projected and reshaped, and the last maps of D
 *       are flattened into one sigmoid;
 *   <li>rectifiers in G and tanh at its end, leaky ones of slope 0.2 in D;
 *   <li>weights from N(0, 0.02²), and z uniform.
 * </ul>
 *
 * <p>G doubles rows and columns twice, where the paper's for 64 x 64 does so four times. Pictures
 * go from 0 to 1; the networks see them from −1 to 1, where tanh ends.
 *
 * @param maps of the layers next to the picture; those further in have twice as many
 * @param noise numbers in z
 */
public record Dcgan(int maps, int noise) {
  private static final Initializer NARROW = Initializer.normal(0.02);
  private static final int KERNEL = 5;

  /**
   * Returns untrained networks.
   *
   * @param picture {@code [height, width, channels]}
   * @throws IllegalArgumentException if height and width aren't multiples of 4
   */
  public Gan build(Shape picture, Rng rng) {
    int h = picture.dim(0);
    int w = picture.dim(1);
    if (h % 4 != 0 || w % 4 != 0) {
      throw new IllegalArgumentException(
          "dcgan: height and width are multiples of 4, not those of %s".formatted(picture));
    }
    int inner = 2 * maps;
    Network generator =
        Network.of(noise)
            .dense(h / 4 * (w / 4) * inner, o -> o.noBias().init(NARROW))
            .reshape(h / 4, w / 4, inner) // [b, h/4, w/4, 2m]
            .batchNorm()
            .relu()
            .convTranspose(maps, KERNEL, o -> strided(o).noBias()) // [b, h/2, w/2, m]
            .batchNorm()
            .relu()
            .convTranspose(picture.dim(2), KERNEL, Dcgan::strided) // [b, h, w, c]
            .tanh()
            .layer("fromTanh", scale(-1, 2))
            .build(rng.split(0));
    Network discriminator =
        Network.of(picture.dims())
            .layer("centred", centred())
            .conv(maps, KERNEL, Dcgan::strided) // [b, h/2, w/2, m]
            .activation(Activation.leakyRelu(0.2))
            .conv(inner, KERNEL, o -> strided(o).noBias()) // [b, h/4, w/4, 2m]
            .batchNorm()
            .activation(Activation.leakyRelu(0.2))
            .flatten()
            .dense(1, o -> o.init(NARROW))
            .build(rng.split(1));
    return new Gan(generator, discriminator, Noise.uniform(noise));
  }

  private static Conv2d.Options strided(Conv2d.Options options) {
    return options.stride(2).same().init(NARROW);
  }

  /** From 0 to 1 to −1 to 1. */
  static Standardization centred() {
    return scale(0.5, 0.5);
  }

  /** (x − shift) / unit. */
  private static Standardization scale(double shift, double unit) {
    return Standardization.of(
        Tensor.of(new float[] {(float) shift}, 1), Tensor.of(new float[] {(float) unit}, 1));
  }
}
