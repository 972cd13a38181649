package shinso.zoo.autoregressive;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.model.Completer;
import shinso.nn.model.DensityModel;
import shinso.nn.model.Sampler;

/**
 * A model of units in an order, each of which has a distribution given those before it (Goodfellow,
 * Bengio and Courville, "Deep learning", section 20.10.7):
 *
 * <pre>
 * p(x) = Πᵢ p(xᵢ | x₁ … xᵢ₋₁)
 * </pre>
 *
 * <p>What a unit has to know of those before it is kept in a state that grows by one unit at a
 * time, so that drawing all of them costs no more than the likelihood does.
 */
public interface OneByOne extends DensityModel, Sampler, Completer {
  /** How many particles look for values that go well with what is given further on. */
  int PARTICLES = 30;

  /** Returns the number of units, d. */
  int units();

  /** Returns the state before the first unit: {@code [k]}. */
  Tensor start();

  /**
   * Returns p(xᵢ | x₁ … xᵢ₋₁), a batch of n distributions of numbers.
   *
   * @param state what is known of the units before it: {@code [n, k]}
   * @param i the unit, {@code [1]}
   */
  Distribution given(Tensor state, Tensor i);

  /**
   * Returns the state after one more unit: {@code [n, k]}.
   *
   * @param state {@code [n, k]}
   * @param i the unit, {@code [1]}
   * @param x its values, {@code [n, 1]}
   */
  Tensor with(Tensor state, Tensor i, Tensor x);

  /** Draws one unit after the other: {@code [count, d]}. */
  @Override
  default Tensor sample(int count, Rng rng) {
    return Ancestral.sample(this, count, rng);
  }

  /**
   * Draws what is missing by {@link #PARTICLES} particles an example, which draw one unit after the
   * other and are chosen anew by the probabilities of the given units wherever they come to one.
   * That is exact where all given units come before all missing ones, as the upper half of a
   * picture does.
   */
  @Override
  default Tensor complete(Tensor x, Tensor known, Rng rng) {
    return Ancestral.complete(this, x, known, PARTICLES, rng);
  }
}
