package shinso.zoo.convolution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;

/**
 * A network without convolution for a comparison: two hidden layers of rectifiers, as wide as
 * brings the number of parameters next to a given one.
 *
 * @param parameters how many there should be
 */
public record DenseNetwork(long parameters) implements PictureNetwork {
  /** Returns one with about as many parameters as a network has that are trained. */
  public static DenseNetwork asLargeAs(Network network) {
    return new DenseNetwork(Parameters.count(Parameters.trainable(network).values()));
  }

  @Override
  public Network build(Shape picture, int classes, Rng rng) {
    PictureNetwork.require("dense network", picture, classes, 1);
    int units = units(picture.size(), classes);
    return Network.of(picture.dims())
        .flatten()
        .dense(units)
        .relu()
        .dense(units)
        .relu()
        .dense(classes)
        .build(rng);
  }

  /** The positive root of h² + (inputs + classes + 2) h + classes − parameters, rounded. */
  private int units(int inputs, int classes) {
    double half = (inputs + classes + 2) / 2.0;
    double root = Math.sqrt(half * half + parameters - classes) - half;
    return Math.toIntExact(Math.max(1, Math.round(root)));
  }
}
