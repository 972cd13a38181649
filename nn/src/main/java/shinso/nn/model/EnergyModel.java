package shinso.nn.model;

import shinso.core.tensor.Tensor;

/** Knows p(v, h) = exp(−E(v, h)) / Z up to the partition function Z. */
public interface EnergyModel {
  /**
   * Returns the energy E(v, h) of each pair in nats: {@code [b]}.
   *
   * @param visible v, {@code [b, visible]}
   * @param hidden h, {@code [b, hidden]}
   */
  Tensor energy(Tensor visible, Tensor hidden);

  /**
   * Returns the free energy F(v) = −log Σₕ exp(−E(v, h)) of each example in nats: {@code [b,
   * visible] -> [b]}.
   */
  Tensor freeEnergy(Tensor visible);
}
