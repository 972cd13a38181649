package shinso.nn.chain;

import java.util.function.UnaryOperator;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The log-pseudolikelihood of binary units, which needs no partition function:
 *
 * <pre>
 * log PL(v) = Σᵢ log p(vᵢ | v₋ᵢ),   log p(vᵢ | v₋ᵢ) = log σ(F(v with unit i flipped) − F(v))
 * </pre>
 *
 * <p>Both forms have gradients, so that a model can be learned by them. The maximum over parameters
 * is consistent for models without hidden units, and otherwise a quantity to look at while
 * learning.
 *
 * <p>Sources: Besag, "Statistical analysis of non-lattice data" (1975); Goodfellow, Bengio and
 * Courville, "Deep learning" (2016), section 18.3, equation 18.20.
 */
public final class PseudoLikelihood {
  private PseudoLikelihood() {}

  /**
   * Returns log PL(v) of each example, by n + 1 free energies: {@code [b, n] -> [b]}.
   *
   * @param freeEnergy F, {@code [b, n] -> [b]}
   */
  public static Tensor of(UnaryOperator<Tensor> freeEnergy, Tensor v) {
    int b = v.shape().dim(0);
    int n = v.shape().dim(1);
    Tensor eye = Tensor.eye(n).cast(v.dtype());
    // v + I − 2 v I: the unit on the diagonal is turned.
    Tensor each = v.unsqueeze(1).broadcastTo(Shape.of(b, n, n));
    Tensor flipped = each.add(eye).sub(each.mul(eye).mul(2)).reshape(b * n, n);
    Tensor gap = freeEnergy.apply(flipped).reshape(b, n).sub(freeEnergy.apply(v).unsqueeze(1));
    return gap.neg().softplus().sum(1).neg(); // [b]
  }

  /**
   * Returns an unbiased estimate of log PL(v) of each example, n log p(vᵢ | v₋ᵢ) of one unit i
   * drawn at random: {@code [b, n] -> [b]}.
   *
   * @param freeEnergy F, {@code [b, n] -> [b]}
   */
  public static Tensor estimate(UnaryOperator<Tensor> freeEnergy, Tensor v, Rng rng) {
    int n = v.shape().dim(1);
    Tensor i = Tensor.uniform(rng, v.shape().dim(0)).mul(n).cast(DType.I32); // [b]
    Tensor chosen = Tensor.iota(Shape.of(1, n), 1).equal(i.unsqueeze(1)); // [b, n]
    Tensor flipped = Tensor.select(chosen, v.rsub(1), v);
    Tensor gap = freeEnergy.apply(flipped).sub(freeEnergy.apply(v));
    return gap.neg().softplus().mul(-n);
  }
}
