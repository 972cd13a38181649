package shinso.nn.layer;

import java.util.stream.IntStream;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * The largest element of each channel over all positions: {@code [n, *, c] -> [n, c]}, of images
 * {@code [n, h, w, c]}, sequences {@code [n, t, c]} or volumes.
 */
public record GlobalMaxPool() implements Layer {
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Check.rankAtLeast("globalMaxPool", x.shape(), 3);
    return x.max(IntStream.range(1, x.shape().rank() - 1).toArray());
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "GlobalMaxPool";
  }
}
