package shinso.spark.model;

import java.util.Arrays;
import shinso.core.random.Rng;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.spark.distributed.DistributionException;

/**
 * A feed-forward network of rectifiers: the sizes are the number of inputs, of the units of each
 * hidden layer, and of outputs.
 */
public final class DenseNetwork implements Architecture {
  private final int[] sizes;

  /**
   * Creates the network's architecture.
   *
   * @throws DistributionException if there are fewer than two sizes, or one is not positive
   */
  public DenseNetwork(int[] sizes) {
    if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(s -> s < 1)) {
      throw new DistributionException(
          "a network has one or more inputs, units and outputs, not " + Arrays.toString(sizes));
    }
    this.sizes = sizes.clone();
  }

  @Override
  public Layer network(Rng rng) {
    var network = Network.of(sizes[0]);
    for (int i = 1; i < sizes.length - 1; i++) {
      network = network.dense(sizes[i]).relu();
    }
    return network.dense(sizes[sizes.length - 1]).build(rng);
  }
}
