package shinso.zoo.energy;

import java.util.Collections;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;

/**
 * Restricted Boltzmann machine in which each visible or each hidden unit stands several times, with
 * the same weights: the part of a deep Boltzmann machine before its layers are joined. The lowest
 * part has two copies of its visible units and the highest two of its hidden ones, in place of the
 * input that the layer between them will have from the other side.
 *
 * <pre>
 * E(v¹ … vᴬ, h¹ … hᴮ) = −Σₐ bᵀvᵃ − Σ_b cᵀhᵇ − Σₐ Σ_b vᵃᵀW hᵇ
 * p(hᵇ = 1 | v) = σ(c + Wᵀ Σₐ vᵃ),   p(vᵃ = 1 | h) = σ(b + W Σ_b hᵇ)
 * </pre>
 *
 * <p>A state of the visible units has the copies one after the other, {@code [n, A · visible]}.
 *
 * <p>Source: Salakhutdinov and Hinton, "Deep Boltzmann machines" (2009), section 3.3.
 *
 * @param weight W, {@code [visible, hidden]}
 * @param visibleBias b, {@code [visible]}
 * @param hiddenBias c, {@code [hidden]}
 * @param visibleCopies A
 * @param hiddenCopies B
 */
public record ReplicatedRbm(
    Param weight, Param visibleBias, Param hiddenBias, int visibleCopies, int hiddenCopies)
    implements GibbsModel {
  /**
   * Checks the copies.
   *
   * @throws IllegalArgumentException if there is none of a unit
   */
  public ReplicatedRbm {
    if (visibleCopies < 1 || hiddenCopies < 1) {
      throw new IllegalArgumentException(
          "replicated machine: 1 copy of each unit or more, not %d and %d"
              .formatted(visibleCopies, hiddenCopies));
    }
  }

  /** Returns the lowest part of a deep machine: two copies of the visible units. */
  public static ReplicatedRbm lowest(int visible, int hidden, Rng rng) {
    return of(visible, hidden, 2, 1, rng);
  }

  /** Returns a part between others: an ordinary machine, whose weights will be halved. */
  public static ReplicatedRbm between(int visible, int hidden, Rng rng) {
    return of(visible, hidden, 1, 1, rng);
  }

  /** Returns the highest part of a deep machine: two copies of the hidden units. */
  public static ReplicatedRbm highest(int visible, int hidden, Rng rng) {
    return of(visible, hidden, 1, 2, rng);
  }

  private static ReplicatedRbm of(int visible, int hidden, int below, int above, Rng rng) {
    return new ReplicatedRbm(
        Param.of(Initializer.normal(0.01).draw(Shape.of(visible, hidden), rng)),
        Param.of(Tensor.zeros(visible)),
        Param.of(Tensor.zeros(hidden)),
        below,
        above);
  }

  /** Returns this machine with visible biases that give each unit its share in the data. */
  public ReplicatedRbm withBaseRates(Tensor rates) {
    visibleBias.assign(Bernoulli.ofRates(rates).logits());
    return this;
  }

  /** Σₐ vᵃ: {@code [n, A · visible] -> [n, visible]}. */
  private Tensor summed(Tensor copies) {
    return copies.reshape(copies.shape().dim(0), visibleCopies, -1).sum(1);
  }

  private Tensor repeated(Tensor v) {
    return visibleCopies == 1 ? v : Tensor.concat(1, Collections.nCopies(visibleCopies, v));
  }

  /** c + Wᵀ Σₐ vᵃ: {@code [n, hidden]}. */
  private Tensor input(Tensor copies) {
    return hiddenBias.value().add(summed(copies).matmul(weight.value()));
  }

  /**
   * Returns p(h = 1 | v) for examples, all copies of which are alike: {@code [n, *] -> [n,
   * hidden]}.
   */
  public Tensor hidden(Tensor v) {
    return input(repeated(v.flatten(1))).sigmoid();
  }

  @Override
  public Tensor observed(Tensor x, Rng rng) {
    return repeated(x.flatten(1).bernoulli(rng));
  }

  @Override
  public Tensor reconstruct(Tensor copies, Rng rng) {
    Tensor p = input(copies).sigmoid();
    Tensor h = p.bernoulli(rng.split(0));
    for (int b = 1; b < hiddenCopies; b++) {
      h = h.add(p.bernoulli(rng.split(b)));
    }
    return repeated(visibleBias.value().add(h.matmul(weight.value().transpose())).sigmoid());
  }

  @Override
  public Tensor gibbs(Tensor copies, Rng rng) {
    return reconstruct(copies, rng.split("hidden")).bernoulli(rng.split("visible"));
  }

  /**
   * {@inheritDoc}
   *
   * @param copies {@code [n, A · visible]}
   * @param hidden {@code [n, B · hidden]}
   */
  @Override
  public Tensor energy(Tensor copies, Tensor hidden) {
    Tensor h = hidden.reshape(hidden.shape().dim(0), hiddenCopies, -1).sum(1);
    Tensor ofVisible = summed(copies).mul(visibleBias.value()).sum(1);
    return ofVisible.add(input(copies).mul(h).sum(1)).neg();
  }

  @Override
  public Tensor freeEnergy(Tensor copies) {
    Tensor ofVisible = summed(copies).mul(visibleBias.value()).sum(1);
    return ofVisible.add(input(copies).softplus().sum(1).mul(hiddenCopies)).neg(); // [n]
  }
}
