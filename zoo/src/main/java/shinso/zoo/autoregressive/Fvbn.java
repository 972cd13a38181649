package shinso.zoo.autoregressive;

import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Distribution;

/**
 * Fully visible belief network of binary units: each is a logistic regression on those before it
 * (Neal 1992; Frey, "Graphical models for machine learning and digital communication", 1998;
 * Goodfellow, Bengio and Courville, "Deep learning", section 20.10.8).
 *
 * <pre>
 * p(vᵢ = 1 | v₁ … vᵢ₋₁) = σ(bᵢ + Σ_{j&lt;i} vⱼ W_ji)
 * </pre>
 *
 * <p>The likelihood is concave in the parameters. Examples may have any shape; they are flattened.
 *
 * @param weight W, of which what lies above the diagonal counts: {@code [d, d]}
 * @param bias b, {@code [d]}
 */
public record Fvbn(Param weight, Param bias) implements OneByOne {
  /** Returns a network in which no unit knows of another one and all are fair. */
  public static Fvbn of(int units) {
    return new Fvbn(Param.of(Tensor.zeros(units, units)), Param.of(Tensor.zeros(units)));
  }

  @Override
  public int units() {
    return bias.shape().dim(0);
  }

  /** Returns W with zeros where a unit would give to itself or to one before it. */
  private Tensor w() {
    Tensor after = Tensor.upperTriangle(units(), units(), 1).cast(weight.dtype());
    return weight.value().mul(after);
  }

  /** Returns Σᵢ log p(vᵢ | v₁ … vᵢ₋₁). */
  @Override
  public Tensor logProbability(Tensor x) {
    Tensor v = x.flatten(1); // [b, d]
    Tensor logits = bias.value().add(v.matmul(w()));
    return new Bernoulli(logits).logProbability(v).sum(1);
  }

  /** The state is b + Σ_{j&lt;i} vⱼ W_j. */
  @Override
  public Tensor start() {
    return bias.value();
  }

  @Override
  public Distribution given(Tensor state, Tensor i) {
    return new Bernoulli(state.gather(1, i).squeeze(1));
  }

  @Override
  public Tensor with(Tensor state, Tensor i, Tensor v) {
    Tensor after = Tensor.iota(units()).greater(i).cast(weight.dtype()); // [d]
    return state.add(v.mul(weight.value().gather(0, i).mul(after)));
  }
}
