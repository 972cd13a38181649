package shinso.zoo.energy;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/**
 * Σᵢⱼₖ Wᵢⱼₖ xᵢ yⱼ hₖ: weights between the units of three layers, by which each gates the
 * connections of the other two.
 */
public sealed interface ThreeWay {
  /** Returns Σⱼₖ Wᵢⱼₖ yⱼ hₖ: {@code [b, j], [b, k] -> [b, i]}. */
  Tensor toFirst(Tensor y, Tensor h);

  /** Returns Σᵢₖ Wᵢⱼₖ xᵢ hₖ: {@code [b, i], [b, k] -> [b, j]}. */
  Tensor toSecond(Tensor x, Tensor h);

  /** Returns Σᵢⱼ Wᵢⱼₖ xᵢ yⱼ: {@code [b, i], [b, j] -> [b, k]}. */
  Tensor toThird(Tensor x, Tensor y);

  /**
   * A weight for each triple (Memisevic and Hinton, "Unsupervised learning of image
   * transformations", 2007).
   *
   * @param weight W, {@code [i, j, k]}
   */
  record Full(Param weight) implements ThreeWay {
    /** Returns small random weights. */
    public static Full of(int first, int second, int third, Rng rng) {
      return new Full(Param.of(Tensor.normal(rng, first, second, third).mul(0.1)));
    }

    @Override
    public Tensor toFirst(Tensor y, Tensor h) {
      return gated(y, h, weight.value().permute(1, 2, 0));
    }

    @Override
    public Tensor toSecond(Tensor x, Tensor h) {
      return gated(x, h, weight.value().permute(0, 2, 1));
    }

    @Override
    public Tensor toThird(Tensor x, Tensor y) {
      return gated(x, y, weight.value());
    }

    private static Tensor gated(Tensor p, Tensor q, Tensor w) {
      int pairs = w.shape().dim(0) * w.shape().dim(1);
      Tensor products = p.outer(q).reshape(p.shape().dim(0), pairs); // [b, p q]
      return products.matmul(w.reshape(pairs, w.shape().dim(2)));
    }
  }

  /**
   * Weights that are a sum over factors, Wᵢⱼₖ = Σ_f A_if B_jf C_kf (Memisevic and Hinton, "Learning
   * to represent spatial transformations with factored higher-order Boltzmann machines", 2010,
   * equation 7).
   *
   * @param first A, {@code [i, f]}
   * @param second B, {@code [j, f]}
   * @param third C, {@code [k, f]}
   */
  record Factored(Param first, Param second, Param third) implements ThreeWay {
    /** Returns random factors. */
    public static Factored of(int first, int second, int third, int factors, Rng rng) {
      Initializer some = Initializer.normal(0.3);
      return new Factored(
          Param.of(some.draw(Shape.of(first, factors), rng.split(0))),
          Param.of(some.draw(Shape.of(second, factors), rng.split(1))),
          Param.of(some.draw(Shape.of(third, factors), rng.split(2))));
    }

    @Override
    public Tensor toFirst(Tensor y, Tensor h) {
      return gated(y, second, h, third, first);
    }

    @Override
    public Tensor toSecond(Tensor x, Tensor h) {
      return gated(x, first, h, third, second);
    }

    @Override
    public Tensor toThird(Tensor x, Tensor y) {
      return gated(x, first, y, second, third);
    }

    private static Tensor gated(Tensor p, Param ofP, Tensor q, Param ofQ, Param to) {
      Tensor factors = p.matmul(ofP.value()).mul(q.matmul(ofQ.value())); // [b, f]
      return factors.matmul(to.value().transpose());
    }
  }
}
