package shinso.zoo.energy;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * Max pooling that is a random variable: maps are cut into blocks of C x C detection units, of
 * which at most one is on, and a pooling unit is on if one of its block is. A block is in one of C²
 * + 1 states:
 *
 * <pre>
 * P(hᵢ = 1) = exp(Iᵢ) / (1 + Σⱼ exp(Iⱼ)),   P(p = 0) = 1 / (1 + Σⱼ exp(Iⱼ))
 * </pre>
 *
 * <p>Source: Lee, Grosse, Ranganath and Ng, "Convolutional deep belief networks for scalable
 * unsupervised learning of hierarchical representations" (2009), section 3.3.
 *
 * @param size C, rows and columns of a block
 */
public record ProbabilisticMaxPooling(int size) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ProbabilisticMaxPooling {
    if (size < 1) {
      throw new IllegalArgumentException(
          "probabilistic max pooling: the size of a block is positive, not " + size);
    }
  }

  /**
   * Fails if maps can't be cut into blocks.
   *
   * @throws IllegalArgumentException that says so
   */
  void require(int height, int width) {
    if (height < size || width < size || height % size != 0 || width % size != 0) {
      throw new IllegalArgumentException(
          ("probabilistic max pooling: maps of %d x %d can't be cut into blocks of %d x %d; choose"
                  + " filters whose maps have multiples of %d rows and columns, or another size")
              .formatted(height, width, size, size, size));
    }
  }

  /**
   * Returns P(h = 1) of each detection unit: {@code [b, h, w, k] -> [b, h, w, k]}.
   *
   * @param input I, what the units are told
   * @throws IllegalArgumentException if h or w is no multiple of C
   */
  public Tensor detection(Tensor input) {
    return maps(withOff(input).softmax(4).slice(4, 0, size * size));
  }

  /** Returns P(p = 1) of each pooling unit: {@code [b, h, w, k] -> [b, h / C, w / C, k]}. */
  public Tensor pooling(Tensor input) {
    return withOff(input).softmax(4).at(4, size * size).rsub(1);
  }

  /** Draws the detection units: {@code [b, h, w, k] -> [b, h, w, k]}. */
  public Tensor draw(Tensor input, Rng rng) {
    Tensor on = withOff(input).categorical(rng); // [b, h/C, w/C, k]
    return maps(on.oneHot(size * size + 1).slice(4, 0, size * size).cast(input.dtype()));
  }

  /** Returns the pooling units of detection units, the largest of each block. */
  public Tensor pooled(Tensor detection) {
    return blocks(detection).max(4);
  }

  /** Returns what pooling units are told to each of their detection units: the inverse shapes. */
  Tensor spread(Tensor pooling) {
    return pooling.resizeNearest(pooling.shape().dim(1) * size, pooling.shape().dim(2) * size);
  }

  /** Returns Σ over blocks of log (1 + Σⱼ exp(Iⱼ)): {@code [b, h, w, k] -> [b]}. */
  public Tensor logPartition(Tensor input) {
    return withOff(input).logSumExp(4).sum(1, 2, 3);
  }

  /** Returns which examples have at most one unit on in each block: {@code [b]}, 1 or 0. */
  Tensor allowed(Tensor detection) {
    return blocks(detection).sum(4).max(1, 2, 3).lessEqual(1);
  }

  /** The inputs of a block's units, and 0 for the state in which all are off. */
  private Tensor withOff(Tensor input) {
    Tensor blocks = blocks(input);
    return Tensor.concat(4, List.of(blocks, blocks.slice(4, 0, 1).zerosLike()));
  }

  /** {@code [b, h, w, k] -> [b, h / C, w / C, k, C²]}. */
  private Tensor blocks(Tensor maps) {
    Check.rank("probabilistic max pooling", maps.shape(), 4, "[b, h, w, k]");
    int h = maps.shape().dim(1);
    int w = maps.shape().dim(2);
    require(h, w);
    int b = maps.shape().dim(0);
    int k = maps.shape().dim(3);
    return maps.reshape(b, h / size, size, w / size, size, k)
        .permute(0, 1, 3, 5, 2, 4)
        .reshape(b, h / size, w / size, k, size * size);
  }

  /** The inverse of {@link #blocks}. */
  private Tensor maps(Tensor blocks) {
    int b = blocks.shape().dim(0);
    int h = blocks.shape().dim(1);
    int w = blocks.shape().dim(2);
    int k = blocks.shape().dim(3);
    return blocks
        .reshape(b, h, w, k, size, size)
        .permute(0, 1, 4, 2, 5, 3)
        .reshape(b, h * size, w * size, k);
  }
}
