package shinso.zoo.autoregressive;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Normal;
import shinso.nn.linear.LinearAlgebra;

/**
 * Fully visible belief network of real units: each is a linear regression on those before it, whose
 * parameters of greatest likelihood have a closed form (Goodfellow, Bengio and Courville, "Deep
 * learning", section 20.10.8).
 *
 * <pre>
 * p(xᵢ | x₁ … xᵢ₋₁) = N(xᵢ | bᵢ + Σ_{j&lt;i} xⱼ W_ji, σᵢ²)
 * </pre>
 *
 * <p>That is any multivariate normal distribution, in other parameters. Examples may have any
 * shape; they are flattened.
 *
 * @param weight W, of which what lies above the diagonal counts: {@code [d, d]}
 * @param bias b, {@code [d]}
 * @param logScale log σ, {@code [d]}
 */
public record GaussianFvbn(Param weight, Param bias, Param logScale) implements OneByOne {
  /** Returns independent standard normal units. */
  public static GaussianFvbn of(int units) {
    return new GaussianFvbn(
        Param.of(Tensor.zeros(units, units)),
        Param.of(Tensor.zeros(units)),
        Param.of(Tensor.zeros(units)));
  }

  /**
   * Gives the parameters the values of greatest likelihood, by least squares for each unit.
   *
   * @param examples {@code [n, d]} of more than d examples
   * @return this
   * @throws IllegalArgumentException if there are no more examples than units
   */
  public GaussianFvbn fit(Tensor examples) {
    Check.rank("gaussian fvbn", examples.shape(), 2, "[n, d]");
    int n = examples.shape().dim(0);
    int d = units();
    if (n <= d) {
      throw new IllegalArgumentException(
          "gaussian fvbn: %d examples are too few for %d units".formatted(n, d));
    }
    Tensor x = examples.cast(DType.F64).evaluate();
    List<Tensor> weights = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    List<Tensor> scales = new ArrayList<>();
    for (int i = 0; i < d; i++) {
      Tensor before = x.slice(1, 0, i).pad(1, 1, 0, 1).evaluate(); // 1 and x₁ … xᵢ₋₁, [n, 1 + i]
      Tensor own = x.slice(1, i, i + 1).evaluate(); // [n, 1]
      Tensor fitted = LinearAlgebra.leastSquares(before, own, 0); // [1 + i, 1]
      Tensor rest = own.sub(before.matmul(fitted));
      biases.add(fitted.at(1, 0).slice(0, 0, 1));
      weights.add(fitted.slice(0, 1, i + 1).pad(0, 0, d - i, 0)); // [d, 1]
      scales.add(rest.square().mean().sqrt().log().reshape(1));
    }
    weight.assign(Tensor.concat(1, weights).cast(weight.dtype()));
    bias.assign(Tensor.concat(0, biases).cast(bias.dtype()));
    logScale.assign(Tensor.concat(0, scales).cast(logScale.dtype()));
    return this;
  }

  @Override
  public int units() {
    return bias.shape().dim(0);
  }

  /** Returns Σᵢ log p(xᵢ | x₁ … xᵢ₋₁). */
  @Override
  public Tensor logProbability(Tensor examples) {
    Tensor x = examples.flatten(1); // [b, d]
    Tensor after = Tensor.upperTriangle(units(), units(), 1).cast(weight.dtype());
    Tensor mean = bias.value().add(x.matmul(weight.value().mul(after)));
    return new Normal(mean, logScale.value()).logProbability(x).sum(1);
  }

  /** The state is b + Σ_{j&lt;i} xⱼ W_j. */
  @Override
  public Tensor start() {
    return bias.value();
  }

  @Override
  public Distribution given(Tensor state, Tensor i) {
    return new Normal(state.gather(1, i).squeeze(1), logScale.value().gather(0, i));
  }

  @Override
  public Tensor with(Tensor state, Tensor i, Tensor x) {
    Tensor after = Tensor.iota(units()).greater(i).cast(weight.dtype()); // [d]
    return state.add(x.mul(weight.value().gather(0, i).mul(after)));
  }
}
