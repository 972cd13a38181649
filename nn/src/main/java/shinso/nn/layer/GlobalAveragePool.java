package shinso.nn.layer;

import java.util.stream.IntStream;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * The mean of each channel over all positions: {@code [n, *, c] -> [n, c]}, of images {@code [n, h,
 * w, c]}, sequences {@code [n, t, c]} or volumes.
 *
 * <p>Source: Lin, Chen and Yan, "Network in network" (2014), section 3.2.
 */
public record GlobalAveragePool() implements Layer {
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Check.rankAtLeast("globalAveragePool", x.shape(), 3);
    return x.mean(IntStream.range(1, x.shape().rank() - 1).toArray());
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "GlobalAveragePool";
  }
}
