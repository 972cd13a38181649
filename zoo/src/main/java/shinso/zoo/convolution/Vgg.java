package shinso.zoo.convolution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Network;

/**
 * Blocks of convolutions of 3 x 3, each followed by max pooling, with twice the maps after each
 * block, and a dense layer with dropout. There are as many blocks as leave maps of 4 x 4 or a
 * little more, at most five: 7 x 7 of pictures of 224 x 224, as in the paper.
 *
 * <p>Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image
 * recognition" (2015), section 2; the normalisation came later.
 *
 * @param convolutions of a block
 * @param width maps of the first block
 * @param widest maps of a block at most
 * @param hidden units of the dense layer before the classes
 * @param dropout the share of these that is dropped
 * @param norm what follows each convolution
 */
public record Vgg(int convolutions, int width, int widest, int hidden, double dropout, Norm norm)
    implements PictureNetwork {
  /** Small enough for a processor: 16, 32 and 64 maps on pictures of 32 x 32. */
  public static final Vgg SMALL = new Vgg(2, 16, 128, 128, 0.3, Norm.BATCH);

  private static final int MOST_BLOCKS = 5;

  /** Returns this with something else after each convolution. */
  public Vgg with(Norm changed) {
    return new Vgg(convolutions, width, widest, hidden, dropout, changed);
  }

  @Override
  public Network build(Shape picture, int classes, Rng rng) {
    PictureNetwork.require("VGG", picture, classes, 8);
    Network.Builder net = Network.of(picture.dims());
    int maps = width;
    for (int block = 0; block < blocks(picture); block++) {
      for (int i = 0; i < convolutions; i++) {
        norm.after(net, maps).relu();
      }
      net.maxPool(2);
      maps = Math.min(2 * maps, widest);
    }
    return net.flatten().dense(hidden).relu().dropout(dropout).dense(classes).build(rng);
  }

  private static int blocks(Shape picture) {
    int side = Math.min(picture.dim(0), picture.dim(1));
    int blocks = 0;
    while (blocks < MOST_BLOCKS && side >= 8) {
      side /= 2;
      blocks++;
    }
    return blocks;
  }
}
