package shinso.nn.layer;

import shinso.core.tensor.Tensor;

/** All features of an example on one axis: {@code [n, a, b, ..] -> [n, a · b · ..]}. */
public record Flatten() implements Layer {
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return x.shape().rank() == 1 ? x.unsqueeze(1) : x.flatten(1);
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "Flatten";
  }
}
