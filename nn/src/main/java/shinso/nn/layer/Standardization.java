package shinso.nn.layer;

import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Standardised inputs, {@code (x − mean) / deviation}, with numbers that were fitted before
 * training and are saved with the model: {@code [*, ..] -> [*, ..]}.
 *
 * <p>Source: Taki, "Introduction to deep learning", equations 4.52 and 4.53.
 *
 * @param mean of the training examples, {@code [n]}, for the n elements of the last axes
 * @param deviation of the training examples, {@code [n]}, positive
 */
public record Standardization(@State Param mean, @State Param deviation) implements Layer {
  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they differ
   */
  public Standardization {
    if (mean.shape().rank() != 1 || !mean.shape().equals(deviation.shape())) {
      throw new IllegalArgumentException(
          "standardization: mean and deviation are [n], not %s and %s"
              .formatted(mean.shape(), deviation.shape()));
    }
  }

  /** Returns a layer with these numbers. */
  public static Standardization of(Tensor mean, Tensor deviation) {
    return new Standardization(Param.of(mean), Param.of(deviation));
  }

  /**
   * Returns the standardised batch.
   *
   * @throws IllegalArgumentException if its last axes are not those that were fitted
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape last = fitted(x.shape());
    return x.sub(mean.value().reshape(last)).div(deviation.value().reshape(last));
  }

  /**
   * Returns what was standardised in its own units again: {@code y · deviation + mean}.
   *
   * @throws IllegalArgumentException if the last axes are not those that were fitted
   */
  public Tensor inverse(Tensor y) {
    Shape last = fitted(y.shape());
    return y.mul(deviation.value().reshape(last)).add(mean.value().reshape(last));
  }

  /** Returns the last axes of a batch, of which there is a mean for each element. */
  private Shape fitted(Shape batch) {
    for (int axis = batch.rank(); axis >= 1; axis--) {
      Shape last = batch.slice(axis, batch.rank());
      if (last.size() == mean.shape().size()) {
        return last;
      }
    }
    throw new IllegalArgumentException(
        "standardization: fitted to %d elements, which are not the last axes of a batch of shape %s"
            .formatted(mean.shape().size(), batch));
  }

  /** Returns the name and what was fitted. */
  @Override
  public String toString() {
    return "Standardization" + mean.shape();
  }
}
