package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.EnergyModel;

/** An energy-based model whose visible units can be drawn anew by way of its hidden units. */
public interface GibbsModel extends EnergyModel {
  /**
   * Returns a step of block Gibbs sampling, which leaves p(v) as it is: h ~ p(h | v), then v ~ p(v
   * | h). {@code [b, visible] -> [b, visible]}
   */
  Tensor gibbs(Tensor v, Rng rng);

  /** Returns E[v | h] for one draw of h ~ p(h | v): {@code [b, visible] -> [b, visible]}. */
  Tensor reconstruct(Tensor v, Rng rng);

  /**
   * Returns the values of the visible units for examples of the data: of binary units, draws with
   * the data's values as probabilities. {@code [b, *] -> [b, visible]}
   */
  default Tensor observed(Tensor x, Rng rng) {
    return x.flatten(1).bernoulli(rng);
  }

  /** Returns whether all visible units are 0 or 1, so that one of them can be flipped. */
  default boolean isBinary() {
    return true;
  }

  /**
   * Returns what is adapted to a batch before a step of learning, such as the offsets of a centred
   * machine; nothing by default.
   *
   * @param v {@code [b, visible]}
   */
  default List<Update> recentred(Tensor v) {
    return List.of();
  }
}
