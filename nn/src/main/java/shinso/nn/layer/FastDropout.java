package shinso.nn.layer;

import java.util.Map;
import shinso.core.tensor.Tensor;

/**
 * Dropout without masks: in a random pass a network's output is drawn from the normal distribution
 * whose mean and variance its dropout layers bring about, one number for each output instead of one
 * for each unit that may be dropped. In another pass this is the network.
 *
 * <p>The network consists of dropout, affine maps, rectifiers, sigmoids and {@link Flatten}.
 *
 * <p>Source: Wang and Manning, "Fast dropout training" (2013), sections 2.3 and 4.
 *
 * @param network with dropout where masks would be drawn
 */
public record FastDropout(Network network) implements Layer {
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return pass.isRandom() ? moments(x).sample(pass.rng()) : network.forward(x, pass);
  }

  /**
   * Returns mean and variance of the output over all masks, approximately: {@code [b, *input] ->
   * [b, out]}.
   *
   * @throws IllegalArgumentException if the network has a layer of another kind
   */
  public Moments moments(Tensor x) {
    Moments m = Moments.exactly(x);
    for (Map.Entry<String, Layer> e : network.layers().entrySet()) {
      m = through(e.getKey(), e.getValue(), m);
    }
    return m;
  }

  private static Moments through(String name, Layer layer, Moments m) {
    return switch (layer) {
      case Dropout(double rate) -> m.dropout(rate);
      case Dense map -> m.affine(map);
      case Flatten flat ->
          new Moments(
              flat.forward(m.mean(), Pass.inference()),
              flat.forward(m.variance(), Pass.inference()));
      case Activation(Activation.Kind kind, _) when kind == Activation.Kind.RELU -> m.relu();
      case Activation(Activation.Kind kind, _) when kind == Activation.Kind.SIGMOID -> m.sigmoid();
      case Activation(Activation.Kind kind, _) when kind == Activation.Kind.IDENTITY -> m;
      default ->
          throw new IllegalArgumentException(
              ("fast dropout: no moments are known of the layer '%s', %s; use dropout, dense, relu,"
                      + " sigmoid and flatten, or ordinary dropout")
                  .formatted(name, layer));
    };
  }
}
