package shinso.zoo.autoregressive;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Mixture;
import shinso.nn.distribution.Normal;
import shinso.nn.init.Initializer;

/**
 * Real-valued neural autoregressive density estimator: each unit has a mixture of K Gaussians given
 * those before it (Uria, Murray and Larochelle, "RNADE: the real-valued neural autoregressive
 * density-estimator", 2013, section 3).
 *
 * <pre>
 * aᵢ = c + Σ_{j&lt;i} xⱼ W_j
 * hᵢ = max(0, ρᵢ aᵢ)
 * p(xᵢ | x₁ … xᵢ₋₁) = Σₖ πᵢₖ N(xᵢ | μᵢₖ, σᵢₖ²)
 * πᵢ = softmax(bᵢᵖ + hᵢ Vᵢᵖ),  μᵢ = bᵢᵐ + hᵢ Vᵢᵐ,  log σᵢ = bᵢˢ + hᵢ Vᵢˢ
 * </pre>
 *
 * <p>The factors ρ keep the hidden units of late units, whose sums have many terms, from being
 * saturated or huge. Examples may have any shape; they are flattened.
 *
 * @param encoder W, {@code [d, hidden]}
 * @param hiddenBias c, {@code [hidden]}
 * @param scale ρ, {@code [d, 1]}
 * @param decoder V, the outputs being Vᵖ, Vᵐ and Vˢ side by side: {@code [d, hidden, 3 K]}
 * @param bias b, in the same order: {@code [d, 3 K]}
 */
public record Rnade(Param encoder, Param hiddenBias, Param scale, Param decoder, Param bias)
    implements OneByOne {
  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Rnade {
    Shape v = decoder.shape();
    boolean fits =
        v.rank() == 3
            && v.dim(2) % 3 == 0
            && encoder.shape().equals(Shape.of(v.dim(0), v.dim(1)))
            && hiddenBias.shape().equals(Shape.of(v.dim(1)))
            && scale.shape().equals(Shape.of(v.dim(0), 1))
            && bias.shape().equals(Shape.of(v.dim(0), v.dim(2)));
    if (!fits) {
      throw new IllegalArgumentException(
          "rnade: [d, hidden], [hidden], [d, 1], [d, hidden, 3 K] and [d, 3 K], not %s, %s, %s, %s"
                  .formatted(encoder.shape(), hiddenBias.shape(), scale.shape(), v)
              + " and "
              + bias.shape());
    }
  }

  /**
   * Returns an estimator with random weights, whose components have deviation 1 and means spread
   * between −1 and 1; it is meant for standardised data. Hidden biases are drawn, too, so that not
   * all units have their kink at 0. The factors begin at ρᵢ = 1 / √i.
   */
  public static Rnade of(int units, int hidden, int components, Rng rng) {
    Initializer in = Initializer.normal(1 / Math.sqrt(units));
    Tensor out = Tensor.normal(rng.split(1), units, hidden, 3 * components);
    Tensor weights = Tensor.zeros(units, components);
    Tensor means = Tensor.uniform(rng.split(2), units, components).mul(2).sub(1);
    float[] rho = new float[units];
    for (int i = 0; i < units; i++) {
      rho[i] = (float) (1 / Math.sqrt(i + 1));
    }
    return new Rnade(
        Param.of(in.draw(Shape.of(units, hidden), rng.split(0))),
        Param.of(Tensor.normal(rng.split(3), hidden)),
        Param.of(Tensor.of(rho, units, 1)),
        Param.of(out.mul(0.1 / Math.sqrt(hidden))),
        Param.of(Tensor.concat(1, List.of(weights, means, weights))));
  }

  @Override
  public int units() {
    return encoder.shape().dim(0);
  }

  private int components() {
    return bias.shape().dim(1) / 3;
  }

  /** The mixtures that outputs {@code [.., 3 K]} stand for. */
  private Mixture mixture(Tensor outputs) {
    int k = components();
    List<Tensor> parts = outputs.split(outputs.shape().rank() - 1, k, k, k);
    return new Mixture(parts.get(0), new Normal(parts.get(1), parts.get(2)));
  }

  /** Returns Σᵢ log p(xᵢ | x₁ … xᵢ₋₁). */
  @Override
  public Tensor logProbability(Tensor examples) {
    Tensor x = examples.flatten(1); // [b, d]
    Tensor each = x.unsqueeze(2).mul(encoder.value()); // [b, d, hidden]
    Tensor a = hiddenBias.value().add(each.cumulativeSum(1, false, true));
    Tensor h = a.mul(scale.value()).relu(); // [b, d, hidden]
    Tensor outputs = h.swapAxes(0, 1).matmul(decoder.value()).swapAxes(0, 1).add(bias.value());
    return mixture(outputs).logProbability(x).sum(1);
  }

  /** The state is aᵢ. */
  @Override
  public Tensor start() {
    return hiddenBias.value();
  }

  @Override
  public Distribution given(Tensor state, Tensor i) {
    Tensor h = state.mul(scale.value().gather(0, i)).relu(); // [n, hidden]
    Tensor v = decoder.value().gather(0, i).squeeze(0); // [hidden, 3 K]
    return mixture(h.matmul(v).add(bias.value().gather(0, i)));
  }

  @Override
  public Tensor with(Tensor state, Tensor i, Tensor x) {
    return state.add(x.mul(encoder.value().gather(0, i)));
  }
}
