package shinso.nn.penalty;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.tensor.Check;
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

  /**
   * What keeps two models near each other, α Σ (a − b)²: for tasks that are alike but not the same.
   * The gradient moves both; with {@code stopGradient} on one side, only the other.
   *
   * <p>Source: Goodfellow, Bengio and Courville, "Deep learning" (2016), section 7.9.
   *
   * @param as parameters of the one
   * @param bs those of the other, of the same shapes in the same order
   * @throws IllegalArgumentException if α is negative, there is nothing to penalise, or numbers or
   *     shapes differ
   */
  public static Tensor distance(
      double alpha, List<? extends Differentiable> as, List<? extends Differentiable> bs) {
    if (as.size() != bs.size()) {
      throw new IllegalArgumentException(
          "distance: %d parameters of one model, but %d of the other"
              .formatted(as.size(), bs.size()));
    }
    List<Tensor> differences = new ArrayList<>();
    for (int i = 0; i < as.size(); i++) {
      Tensor a = as.get(i).asTensor();
      Tensor b = bs.get(i).asTensor();
      Check.sameShape("distance", a.shape(), b.shape());
      differences.add(a.sub(b));
    }
    return total("distance", alpha, differences, d -> d.square().sum()).mul(alpha);
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
