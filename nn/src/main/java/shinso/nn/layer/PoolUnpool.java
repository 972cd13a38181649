package shinso.nn.layer;

import shinso.core.op.PoolSpec;
import shinso.core.tensor.Tensor;

/**
 * Max pooling, layers on the small images, and unpooling with switches, {@code [n, h, w, c] -> [n,
 * h, w, c]}: what comes out of the layers goes to where the maxima were, the rest is zeros.
 *
 * <p>Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014),
 * section 2.1; Badrinarayanan, Kendall and Cipolla, "SegNet" (2017), in which these lie one in
 * another.
 *
 * @param spec the windows
 * @param layer what is done in between; it keeps the shape
 */
public record PoolUnpool(PoolSpec spec, Layer layer) implements Layer {
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor pooled = x.maxPool(spec); // [n, oh, ow, c]
    Tensor y = layer.forward(pooled, pass);
    if (!y.shape().equals(pooled.shape())) {
      throw new IllegalArgumentException(
          "poolUnpool: the layers make %s of %s; there is a switch for each of the latter"
              .formatted(y.shape(), pooled.shape()));
    }
    return x.maxUnpool(y, spec);
  }

  /** Returns the window and the layers. */
  @Override
  public String toString() {
    return "PoolUnpool(" + MaxPool.describe(spec) + ", " + layer + ")";
  }
}
