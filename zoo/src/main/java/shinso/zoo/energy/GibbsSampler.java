package shinso.zoo.energy;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.ChainSampler;

/** An energy-based model that makes examples up by Gibbs sampling of its visible units. */
public interface GibbsSampler extends GibbsModel, ChainSampler {
  @Override
  default Tensor chainFrom(Tensor x, Rng rng) {
    return observed(x, rng);
  }

  @Override
  default Tensor chainStep(Tensor states, Rng rng) {
    return gibbs(states, rng);
  }

  @Override
  default Tensor chainShown(Tensor states, Rng rng) {
    return reconstruct(states, rng);
  }
}
