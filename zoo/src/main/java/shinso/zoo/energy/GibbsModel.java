package shinso.zoo.energy;

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
}
