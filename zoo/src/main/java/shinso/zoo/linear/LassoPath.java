package shinso.zoo.linear;

import java.util.ArrayList;
import java.util.List;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Proximal;
import shinso.nn.optim.Sgd;

/**
 * The weights of the lasso for penalties of decreasing strength α, each fitted from where the one
 * before ended (Tibshirani 1996; Friedman, Hastie and Tibshirani 2010, section 2.5).
 *
 * <pre>
 * E(w, b) = 1/2N Σₙ (wᵀ xₙ + b − tₙ)² + α ‖w‖₁
 * α_max = maxⱼ |Σₙ xₙⱼ (tₙ − t̄)| / N:   from there on all weights are 0
 * </pre>
 *
 * @param alphas the strengths α, {@code [k]}
 * @param weights the weights at each of them, {@code [k, d]}
 */
public record LassoPath(double[] alphas, Tensor weights) {
  /**
   * Follows the path from α_max down by proximal gradient descent, to which only the d x d moments
   * of the data matter.
   *
   * @param x inputs of mean 0, as a rule standardised, {@code [n, d]}
   * @param t targets, {@code [n, 1]}
   * @param count how many α are in a geometric series
   * @param least the smallest α, in proportion to α_max
   * @param steps of descent at each α
   */
  public static LassoPath of(Tensor x, Tensor t, int count, double least, int steps) {
    int n = x.shape().dim(0);
    Tensor c = x.transpose().matmul(x).div(n).evaluate(); // [d, d]
    Tensor r = x.transpose().matmul(t.sub(t.mean())).div(n).evaluate(); // [d, 1]
    double rate = 1 / LinearAlgebra.symmetricEigen(c).values().max().item();
    double most = r.abs().max().item();
    Param w = Param.of(r.zerosLike());
    Param alpha = Param.of(r.abs().max());
    Optimizer rule = Sgd.of(rate).proximal(rate, p -> true, Proximal.l1(alpha));
    Program step =
        Program.compile((Tensor squares, Tensor products) -> {
          Tensor loss =
              w.value().mul(squares.matmul(w.value()).mul(0.5).sub(products)).sum(); // E + constant
          return Step.of(rule.update(List.of(w), List.of(Autodiff.gradient(loss, w))));
        });
    double[] alphas = new double[count];
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      alphas[i] = most * Math.pow(least, i / Math.max(1.0, count - 1));
      alpha.assign(Tensor.constant(alphas[i], alpha.dtype()));
      for (int k = 0; k < steps; k++) {
        step.run(c, r);
      }
      weights.add(w.value().squeeze(1));
    }
    return new LassoPath(alphas, Tensor.stack(0, weights).evaluate());
  }

  /** Returns the weights at the i-th α. */
  public double[] weights(int i) {
    return weights.at(0, i).toDoubleArray();
  }
}
