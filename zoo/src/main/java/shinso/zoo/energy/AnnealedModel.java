package shinso.zoo.energy;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.model.Sampler;

/**
 * A model whose log Z can be estimated by annealing from independent visible units, which have the
 * shares that they have in the data.
 */
public interface AnnealedModel extends Sampler {
  /**
   * Returns the distributions between one of independent units and this model.
   *
   * @param rates the shares of the visible units in the data: {@code [visible]}
   */
  Ais.Path annealing(Tensor rates);

  /**
   * Returns draws of this model by long chains, at which annealing back begins: {@code [chains,
   * units]}, the units of the path.
   */
  default Tensor reverseStart(int chains, Rng rng) {
    return sample(chains, rng);
  }
}
