package shinso.zoo.linear;

import shinso.core.program.Param;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.model.Regressor;

/**
 * Linear regression, ŷ(x) = Wᵀ x + b, by least squares or with a ridge (Bishop, "Pattern
 * recognition and machine learning", section 3.1; Hoerl and Kennard 1970).
 *
 * <pre>
 * E(W, b) = ½ Σₙ ‖Wᵀ xₙ + b − tₙ‖² + λ/2 ‖W‖²
 * W = (Xᵀ X + λ I)⁻¹ Xᵀ T,   b = t̄ − Wᵀ x̄        (3.28), X and T less their means x̄ and t̄
 * </pre>
 *
 * <p>As a layer it can be trained by any optimiser: with {@code Proximal.l1(α)} it is the lasso.
 *
 * @param weight W, {@code [d, k]}
 * @param bias b, {@code [k]}, not penalised
 */
public record LinearRegression(Param weight, Param bias) implements Layer, Regressor {
  /** Returns a model of d inputs and k outputs with zeros, from which descent may begin. */
  public static LinearRegression of(int d, int k) {
    return of(d, k, DType.F32);
  }

  /** Returns a model whose parameters, inputs and outputs have a type. */
  public static LinearRegression of(int d, int k, DType type) {
    return new LinearRegression(
        Param.of(Tensor.zeros(d, k).cast(type)), Param.of(Tensor.zeros(k).cast(type)));
  }

  /**
   * Gives the parameters the values that make the error smallest, in closed form; where several do,
   * the shortest W.
   *
   * @param x X, {@code [n, d]}
   * @param t T, {@code [n, k]}
   * @param lambda λ, 0 for least squares
   * @return this
   * @throws IllegalArgumentException if the shapes don't fit or λ is negative
   */
  public LinearRegression fit(Tensor x, Tensor t, double lambda) {
    Check.rank("linear regression", x.shape(), 2, "[n, d]");
    Check.rank("linear regression", t.shape(), 2, "[n, k]");
    Tensor x64 = x.cast(DType.F64);
    Tensor t64 = t.cast(DType.F64);
    Tensor xBar = x64.meanKeep(0); // [1, d]
    Tensor tBar = t64.meanKeep(0); // [1, k]
    Tensor w = LinearAlgebra.leastSquares(x64.sub(xBar), t64.sub(tBar), lambda); // [d, k]
    weight.assign(w.cast(weight.dtype()));
    bias.assign(tBar.sub(xBar.matmul(w)).squeeze(0).cast(bias.dtype()));
    return this;
  }

  /** Returns ŷ: {@code [n, d] -> [n, k]}. */
  @Override
  public Tensor predict(Tensor x) {
    return x.matmul(weight.value()).add(bias.value());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return predict(x);
  }
}
