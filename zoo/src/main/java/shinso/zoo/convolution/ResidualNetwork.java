package shinso.zoo.convolution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Residual;
import shinso.nn.layer.ZeroPadded;

/**
 * Residual network for small pictures: a convolution of 3 x 3, 6n more of them in blocks of two
 * beside a connection that goes past them, the mean of each map, and a dense layer to the classes.
 * The first third has so many maps of the full size, the second twice as many of half the size, the
 * last four times as many of a quarter.
 *
 * <p>Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2016), section
 * 4.2, with connections that have no parameters (option A).
 *
 * @param depth the layers with weights, 6n + 2
 * @param width the maps of the first third; 16 in the paper
 * @param norm what follows each convolution; batch normalisation in the paper
 * @param connections whether blocks have connections past them; the plain network has none
 */
public record ResidualNetwork(int depth, int width, Norm norm, boolean connections)
    implements PictureNetwork {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if the depth isn't 6n + 2 with n ≥ 1, or there are no maps
   */
  public ResidualNetwork {
    if (depth < 8 || depth % 6 != 2 || width < 1) {
      throw new IllegalArgumentException(
          "residual network: the depth is 6n + 2, such as 8, 14 and 20, and there is at least one"
              + " map; not %d layers of %d maps".formatted(depth, width));
    }
  }

  /** Returns the network of the paper for a depth, such as 20: 269,722 parameters for CIFAR-10. */
  public static ResidualNetwork of(int depth) {
    return new ResidualNetwork(depth, 16, Norm.BATCH, true);
  }

  /** Returns this with so many maps in the first third. */
  public ResidualNetwork width(int maps) {
    return new ResidualNetwork(depth, maps, norm, connections);
  }

  /** Returns this without the connections: the plain network of the paper. */
  public ResidualNetwork plain() {
    return new ResidualNetwork(depth, width, norm, false);
  }

  /** Returns this with something else after each convolution. */
  public ResidualNetwork with(Norm changed) {
    return new ResidualNetwork(depth, width, changed, connections);
  }

  @Override
  public Network build(Shape picture, int classes, Rng rng) {
    PictureNetwork.require("residual network", picture, classes, 4);
    Network.Builder net = norm.after(Network.of(picture.dims()), width).relu();
    int n = (depth - 2) / 6;
    for (int third = 0; third < 3; third++) {
      int maps = width << third;
      for (int i = 0; i < n; i++) {
        int stride = third > 0 && i == 0 ? 2 : 1;
        net.fitted("block" + (third * n + i + 1), (in, key) -> block(in, maps, stride, key)).relu();
      }
    }
    return net.globalAveragePool().dense(classes).build(rng);
  }

  /** Two convolutions, with the second rectifier after what goes past them has been added. */
  private Layer block(Shape in, int maps, int stride, Rng rng) {
    Network.Builder layers = norm.after(Network.of(in.dims()), maps, stride).relu();
    Network f = norm.after(layers, maps).build(rng);
    if (!connections) {
      return f;
    }
    return new Residual(f, stride == 1 ? null : new ZeroPadded(stride, maps));
  }
}
