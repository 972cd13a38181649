package shinso.zoo.convolution;

import shinso.nn.init.Initializer;
import shinso.nn.layer.Conv2d;
import shinso.nn.layer.Network;

/** What brings the outputs of a convolution to a common scale. */
public enum Norm {
  /** Nothing; the convolution has a bias. */
  NONE,
  /** Mean and variance of a map over the batch and all positions: Ioffe and Szegedy (2015). */
  BATCH,
  /**
   * Mean and variance of an example over all maps and positions: layer normalisation of Ba, Kiros
   * and Hinton (2016) as Wu and He (2018), figure 2, put it for pictures.
   */
  LAYER;

  /** Appends a convolution of 3 x 3 that keeps the size, and what normalises its outputs. */
  Network.Builder after(Network.Builder net, int maps) {
    return after(net, maps, 1);
  }

  /** Appends a convolution of 3 x 3 with a stride, and what normalises its outputs. */
  Network.Builder after(Network.Builder net, int maps, int stride) {
    net.conv(maps, 3, o -> options(o.padding(1).stride(stride)));
    return switch (this) {
      case NONE -> net;
      case BATCH -> net.batchNorm();
      case LAYER -> net.groupNorm(1);
    };
  }

  private Conv2d.Options options(Conv2d.Options o) {
    // Rectifiers follow, if behind the end of a block; and a bias would be subtracted again.
    Conv2d.Options he = o.init(Initializer.heNormal());
    return this == NONE ? he : he.noBias();
  }
}
