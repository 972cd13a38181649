package shinso.core.tensor;

/** What a derivative can be taken by: a tensor, or the value of a parameter. */
public interface Differentiable {
  /** Returns the tensor that stands for this in a graph. */
  Tensor asTensor();
}
