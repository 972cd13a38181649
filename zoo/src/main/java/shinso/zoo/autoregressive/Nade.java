package shinso.zoo.autoregressive;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Distribution;
import shinso.nn.init.Initializer;

/**
 * Neural autoregressive distribution estimator (Larochelle and Murray, "The neural autoregressive
 * distribution estimator", 2011; Goodfellow, Bengio and Courville, "Deep learning", section
 * 20.10.10).
 *
 * <pre>
 * p(v) = Πᵢ p(vᵢ | v₁ … vᵢ₋₁)
 * hᵢ = σ(c + Σ_{j&lt;i} W_j vⱼ)
 * p(vᵢ = 1 | v₁ … vᵢ₋₁) = σ(bᵢ + Vᵢ · hᵢ)
 * </pre>
 *
 * <p>Examples may have any shape; they are flattened.
 *
 * @param encoder W, the row W_j being what unit j gives to the hidden units: {@code [d, hidden]}
 * @param decoder V, {@code [d, hidden]}
 * @param visibleBias b, {@code [d]}
 * @param hiddenBias c, {@code [hidden]}
 */
public record Nade(Param encoder, Param decoder, Param visibleBias, Param hiddenBias)
    implements OneByOne {
  /** Returns an estimator with small random weights and no biases. */
  public static Nade of(int visible, int hidden, Rng rng) {
    Initializer small = Initializer.uniform(-1 / Math.sqrt(visible), 1 / Math.sqrt(visible));
    return new Nade(
        Param.of(small.draw(Shape.of(visible, hidden), rng.split(0))),
        Param.of(small.draw(Shape.of(visible, hidden), rng.split(1))),
        Param.of(Tensor.zeros(visible)),
        Param.of(Tensor.zeros(hidden)));
  }

  @Override
  public int units() {
    return visibleBias.shape().dim(0);
  }

  /**
   * Returns bᵢ + Vᵢ · hᵢ for all i at once, the logits of the units given those before them: {@code
   * [b, d] -> [b, d]}.
   */
  private Tensor logits(Tensor v) {
    Tensor given = v.unsqueeze(2).mul(encoder.value()); // [b, d, hidden]
    Tensor before = given.cumulativeSum(1, false, true); // Σ_{j<i} W_j vⱼ
    Tensor h = hiddenBias.value().add(before).sigmoid(); // [b, d, hidden]
    return h.mul(decoder.value()).sum(2).add(visibleBias.value());
  }

  /** Returns Σᵢ log p(vᵢ | v₁ … vᵢ₋₁), with log σ(a) = −softplus(−a). */
  @Override
  public Tensor logProbability(Tensor x) {
    Tensor v = x.flatten(1); // [b, d]
    Tensor a = logits(v);
    return v.mul(a).sub(a.softplus()).sum(1);
  }

  /** The state is c + Σ_{j&lt;i} W_j vⱼ. */
  @Override
  public Tensor start() {
    return hiddenBias.value();
  }

  @Override
  public Distribution given(Tensor state, Tensor i) {
    Tensor h = state.sigmoid(); // [n, hidden]
    Tensor logit = h.mul(decoder.value().gather(0, i)).sum(1); // [n]
    return new Bernoulli(logit.add(visibleBias.value().gather(0, i)));
  }

  @Override
  public Tensor with(Tensor state, Tensor i, Tensor v) {
    return state.add(v.mul(encoder.value().gather(0, i)));
  }
}
