package shinso.zoo.autoregressive;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Distribution;
import shinso.nn.init.Initializer;

/**
 * Neural autoregressive network of binary units with one hidden layer that goes from left to right:
 * group k of its units sees the first k visible units, and all visible units further to the right
 * see it (Bengio and Bengio, "Modeling high-dimensional discrete data with multi-layer neural
 * networks", 2000; Goodfellow, Bengio and Courville, "Deep learning", section 20.10.9).
 *
 * <pre>
 * hₖ = tanh(cₖ + Σ_{j≤k} vⱼ U_jk),   k = 1 … d − 1
 * p(vᵢ = 1 | v₁ … vᵢ₋₁) = σ(bᵢ + Σ_{k&lt;i} hₖ V_ki + Σ_{j&lt;i} vⱼ W_ji)
 * </pre>
 *
 * <p>Without V it is a {@link Fvbn}. Examples may have any shape; they are flattened.
 *
 * @param input U, {@code [d, (d − 1) m]} for groups of m hidden units
 * @param hiddenBias c, {@code [(d − 1) m]}
 * @param output V, {@code [(d − 1) m, d]}
 * @param direct W, {@code [d, d]}
 * @param visibleBias b, {@code [d]}
 */
public record AutoregressiveNetwork(
    Param input, Param hiddenBias, Param output, Param direct, Param visibleBias)
    implements OneByOne {
  /**
   * Returns a network with small random weights and no biases.
   *
   * @param group hidden units in a group, m
   * @throws IllegalArgumentException for fewer than two visible units or empty groups
   */
  public static AutoregressiveNetwork of(int visible, int group, Rng rng) {
    if (visible < 2 || group < 1) {
      throw new IllegalArgumentException(
          "autoregressive network: at least 2 visible units and 1 hidden unit in a group, not %d"
                  .formatted(visible)
              + " and "
              + group);
    }
    int hidden = (visible - 1) * group;
    Initializer in = Initializer.normal(1 / Math.sqrt(visible));
    Initializer out = Initializer.normal(1 / Math.sqrt(hidden));
    return new AutoregressiveNetwork(
        Param.of(in.draw(Shape.of(visible, hidden), rng.split(0))),
        Param.of(Tensor.zeros(hidden)),
        Param.of(out.draw(Shape.of(hidden, visible), rng.split(1))),
        Param.of(Tensor.zeros(visible, visible)),
        Param.of(Tensor.zeros(visible)));
  }

  @Override
  public int units() {
    return visibleBias.shape().dim(0);
  }

  private int hidden() {
    return hiddenBias.shape().dim(0);
  }

  /** Returns the number of the group, from 0, of each hidden unit: {@code [(d − 1) m]}. */
  private Tensor group() {
    return Tensor.iota(hidden()).div(Tensor.of(new int[] {hidden() / (units() - 1)}));
  }

  private Tensor position() {
    return Tensor.iota(units());
  }

  private static Tensor masked(Tensor weight, Tensor mask) {
    return weight.mul(mask.cast(weight.dtype()));
  }

  /** Returns rows i of U with zeros where a group would see a unit to its right. */
  private Tensor u(Tensor rows, Tensor i) {
    return masked(rows, i.unsqueeze(1).lessEqual(group()));
  }

  /** Returns columns i of V with zeros where a unit would see a group that sees the unit itself. */
  private Tensor v(Tensor columns, Tensor i) {
    return masked(columns, group().unsqueeze(1).less(i));
  }

  /** Returns rows i of W with zeros where a unit would see one to its right, or itself. */
  private Tensor w(Tensor rows, Tensor i) {
    return masked(rows, i.unsqueeze(1).less(position()));
  }

  /** Returns Σᵢ log p(vᵢ | v₁ … vᵢ₋₁). */
  @Override
  public Tensor logProbability(Tensor x) {
    Tensor v = x.flatten(1); // [b, d]
    Tensor all = position();
    Tensor in = v.matmul(u(input.value(), all)); // [b, (d − 1) m]
    Tensor h = hiddenBias.value().add(in).tanh();
    Tensor straight = v.matmul(w(direct.value(), all)); // [b, d]
    Tensor logits = visibleBias.value().add(h.matmul(v(output.value(), all))).add(straight);
    return new Bernoulli(logits).logProbability(v).sum(1);
  }

  /** The state is c + Σ_{j&lt;i} vⱼ U_j, and beside it b + Σ_{j&lt;i} vⱼ W_j. */
  @Override
  public Tensor start() {
    return Tensor.concat(0, List.of(hiddenBias.value(), visibleBias.value()));
  }

  @Override
  public Distribution given(Tensor state, Tensor i) {
    Tensor h = state.slice(1, 0, hidden()).tanh(); // [n, (d − 1) m]
    Tensor straight = state.slice(1, hidden(), hidden() + units()).gather(1, i); // [n, 1]
    Tensor logit = h.matmul(v(output.value().gather(1, i), i)).add(straight); // [n, 1]
    return new Bernoulli(logit.squeeze(1));
  }

  @Override
  public Tensor with(Tensor state, Tensor i, Tensor v) {
    Tensor hidden = u(input.value().gather(0, i), i); // [1, (d − 1) m]
    Tensor straight = w(direct.value().gather(0, i), i); // [1, d]
    return state.add(v.mul(Tensor.concat(1, List.of(hidden, straight))));
  }
}
