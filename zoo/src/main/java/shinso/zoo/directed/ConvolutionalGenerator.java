package shinso.zoo.directed;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Unpool;

/**
 * A network that draws a picture from what it shows and how it lies: who and style each go through
 * two dense layers, then both together through two more to small maps, which grow by unpooling and
 * convolution (Dosovitskiy, Springenberg and Brox, "Learning to generate chairs with convolutional
 * neural networks", 2015).
 *
 * <p>Unpooling puts each value into the upper left corner of a square of zeros: of max pooling that
 * always finds the maximum there it is the inverse. A convolution behind it is a transposed
 * convolution with stride 2 whose filters are turned by half a turn, to which zeros are no work.
 *
 * @param who layers of the one-hot code of what is shown
 * @param style layers of the code of how it is shown
 * @param picture from both outputs side by side to the logits of pixels
 */
public record ConvolutionalGenerator(Network who, Network style, Network picture) implements Layer {
  private static final int KERNEL = 5;
  private static final double SLOPE = 0.2;

  /** How maps become larger. */
  public enum Upsampling {
    /** Unpooling to the corner, then a convolution, as published. */
    UNPOOLED,
    /** A transposed convolution with stride 2. */
    TRANSPOSED,
    /** Every value four times, then a convolution: all pixels see as many filter weights. */
    REPEATED
  }

  /**
   * Returns an untrained network.
   *
   * @param identities the length of the one-hot code
   * @param styles the length of the code of the style
   * @param size rows and columns of a picture, a multiple of 4
   * @param maps of the larger maps; the smaller ones are twice as many
   * @param hidden units of the dense layers
   * @throws IllegalArgumentException if the size is no multiple of 4
   */
  public static ConvolutionalGenerator of(
      int identities, int styles, int size, int maps, int hidden, Upsampling upsampling, Rng rng) {
    if (size % 4 != 0) {
      throw new IllegalArgumentException(
          "convolutional generator: the size of pictures is a multiple of 4, not " + size);
    }
    Activation leaky = Activation.leakyRelu(SLOPE);
    Network.Builder draw =
        Network.of(2 * hidden)
            .dense(hidden)
            .activation(leaky)
            .dense(size / 4 * (size / 4) * 2 * maps)
            .activation(leaky)
            .reshape(size / 4, size / 4, 2 * maps); // [b, size / 4, size / 4, 2m]
    twice(draw, maps, upsampling).activation(leaky); // [b, size / 2, size / 2, m]
    return new ConvolutionalGenerator(
        code(identities, hidden, leaky, rng.split(0)),
        code(styles, hidden, leaky, rng.split(1)),
        twice(draw, 1, upsampling).build(rng.split(2))); // [b, size, size, 1]
  }

  private static Network code(int in, int hidden, Activation leaky, Rng rng) {
    return Network.of(in)
        .dense(hidden)
        .activation(leaky)
        .dense(hidden)
        .activation(leaky)
        .build(rng);
  }

  private static Network.Builder twice(Network.Builder net, int filters, Upsampling upsampling) {
    return switch (upsampling) {
      case UNPOOLED -> net.unpool(2).conv(filters, KERNEL, o -> o.same());
      case REPEATED -> net.unpool(2, Unpool.Filling.REPEATED).conv(filters, KERNEL, o -> o.same());
      // Cut off so that it is the first one, turned filters aside.
      case TRANSPOSED -> net.convTranspose(filters, KERNEL, o -> o.stride(2).padding(2, 1, 2, 1));
    };
  }

  /**
   * Returns the logits of pixels: {@code [b, identities + styles] -> [b, size, size, 1]}.
   *
   * @throws IllegalArgumentException if the codes have other lengths
   */
  @Override
  public Tensor forward(Tensor codes, Pass pass) {
    List<Tensor> parts = codes.split(1, who.input().dim(0), style.input().dim(0));
    Tensor what = who.forward(parts.get(0), pass);
    Tensor how = style.forward(parts.get(1), pass);
    return picture.forward(Tensor.concat(1, List.of(what, how)), pass);
  }

  @Override
  public Shape outputShape(Shape input) {
    return Shape.of(input.dim(0)).concat(picture.output());
  }
}
