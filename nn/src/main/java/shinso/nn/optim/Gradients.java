package shinso.nn.optim;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;

/** Functions of gradient lists, between differentiation and the optimiser. */
public final class Gradients {
  private Gradients() {}

  /** Returns the Euclidean norm of all elements of all tensors together. */
  public static Tensor norm(List<Tensor> gradients) {
    return gradients.stream()
        .map(g -> g.square().sum())
        .reduce(Tensor::add)
        .orElseThrow(() -> new IllegalArgumentException("norm: there are no gradients"))
        .sqrt();
  }

  /**
   * Returns the gradients times min(1, limit / norm), so that their norm together is at most the
   * limit: Pascanu et al., "On the difficulty of training recurrent neural networks" (2013),
   * algorithm 1. Where one number is not finite, the gradients that have such numbers become NaN in
   * them and everything else 0: what is wrong stays where it is and can be found.
   *
   * @throws IllegalArgumentException if the limit is not positive
   */
  public static List<Tensor> clipByNorm(List<Tensor> gradients, double limit) {
    requireLimit("clipByNorm", limit);
    Tensor norm = norm(gradients);
    Tensor scale = norm.reciprocal().mul(limit).minimum(1);
    // 0 for a norm that is NaN, as it is for an infinite one: 0 times NaN or ∞ is NaN.
    Tensor known = Tensor.select(norm.greaterEqual(0), scale, 0);
    return gradients.stream().map(known::mul).toList();
  }

  /**
   * Returns the gradients with every element brought into [−limit, limit].
   *
   * @throws IllegalArgumentException if the limit is not positive
   */
  public static List<Tensor> clipByValue(List<Tensor> gradients, double limit) {
    requireLimit("clipByValue", limit);
    return gradients.stream().map(g -> g.clip(-limit, limit)).toList();
  }

  /**
   * Returns g + λ w, the gradients with those of the penalty λ/2 Σ w².
   *
   * @throws IllegalArgumentException if λ is negative or the numbers differ
   */
  public static List<Tensor> weightDecay(
      List<Param> params, List<Tensor> gradients, double lambda) {
    if (!(lambda >= 0) || params.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "weightDecay: λ ≥ 0 and one gradient a parameter, not λ = %s, %d parameters and %d gradients"
              .formatted(lambda, params.size(), gradients.size()));
    }
    List<Tensor> decayed = new ArrayList<>();
    for (int i = 0; i < params.size(); i++) {
      decayed.add(gradients.get(i).add(params.get(i).value().mul(lambda)));
    }
    return List.copyOf(decayed);
  }

  private static void requireLimit(String name, double limit) {
    if (!(limit > 0)) {
      throw new IllegalArgumentException(name + ": the limit is positive, not " + limit);
    }
  }
}
