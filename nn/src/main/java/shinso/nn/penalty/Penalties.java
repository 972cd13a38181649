package shinso.nn.penalty;

import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.tensor.Differentiable;
import shinso.core.tensor.Tensor;

/**
 * Penalties on parameters or other tensors, as scalars. They cover everything they are given: pass
 * the weights alone to leave biases free.
 */
public final class Penalties {
  private Penalties() {}

  /**
   * Weight decay as a loss, α/2 Σ w². Near a minimum w⁰ with curvature h it moves the minimum to h
   * / (h + α) · w⁰.
   *
   * @throws IllegalArgumentException if α is negative or there is nothing to penalise
   */
  public static Tensor l2(double alpha, List<? extends Differentiable> ws) {
    return total("l2", alpha, ws, w -> w.square().sum()).mul(alpha / 2);
  }

  /**
   * The lasso's penalty α Σ |w|, which makes weights exactly 0; its gradient at 0 is 0.
   *
   * @throws IllegalArgumentException if α is negative or there is nothing to penalise
   */
  public static Tensor l1(double alpha, List<? extends Differentiable> ws) {
    return total("l1", alpha, ws, w -> w.abs().sum()).mul(alpha);
  }

  private static Tensor total(
      String name, double alpha, List<? extends Differentiable> ws, UnaryOperator<Tensor> penalty) {
    if (!(alpha >= 0)) {
      throw new IllegalArgumentException(name + ": the strength is not negative: " + alpha);
    }
    return ws.stream()
        .map(Differentiable::asTensor)
        .map(penalty)
        .reduce(Tensor::add)
        .orElseThrow(() -> new IllegalArgumentException(name + ": there is nothing to penalise"));
  }
}
