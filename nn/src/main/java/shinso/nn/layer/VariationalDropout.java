package shinso.nn.layer;

import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Dropout of features for a whole sequence: as {@link Dropout}, but what is dropped is the same at
 * all steps. {@code [batch, time, features] -> [batch, time, features]}
 *
 * <p>Source: Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent
 * neural networks" (2016), for the inputs and outputs of recurrent layers.
 *
 * @param rate probability of dropping, at least 0 and below 1
 */
public record VariationalDropout(double rate) implements Layer {
  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public VariationalDropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("variationalDropout: the rate is in [0, 1), not " + rate);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the input is no sequences
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape s = x.shape();
    if (s.rank() != 3) {
      throw new IllegalArgumentException(
          "variationalDropout: sequences [batch, time, features], not " + s);
    }
    if (!pass.isRandom() || rate == 0) {
      return x;
    }
    Tensor drawn = Tensor.uniform(pass.rng(), s.dim(0), 1, s.dim(2));
    return Tensor.select(drawn.greaterEqual(rate), x.div(1 - rate), 0);
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }

  /** Returns the name and the rate. */
  @Override
  public String toString() {
    return "VariationalDropout(" + rate + ")";
  }
}
