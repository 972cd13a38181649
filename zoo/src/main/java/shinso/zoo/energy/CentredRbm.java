package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.layer.State;
import shinso.nn.model.Completer;
import shinso.nn.model.LatentVariableModel;

/**
 * Restricted Boltzmann machine whose units are measured from offsets near their means, so that
 * learning goes alike for data and for data with 0 and 1 in turn.
 *
 * <pre>
 * E(v, h) = −(v − μ)ᵀb − cᵀ(h − λ) − (v − μ)ᵀW (h − λ)
 * p(hⱼ = 1 | v) = σ(c + Wᵀ(v − μ))ⱼ,   p(vᵢ = 1 | h) = σ(b + W (h − λ))ᵢ
 * F(v) = −(v − μ)ᵀb + λᵀx − Σⱼ log(1 + exp xⱼ),   x = c + Wᵀ(v − μ)
 * </pre>
 *
 * <p>The offsets follow the means of the data and of the hidden units given the data, and biases
 * make up for it, so that no probability changes (algorithm 1 of the paper, the variant dd):
 *
 * <pre>
 * μ' = μ + ν (⟨v⟩ − μ),   λ' = λ + ν (⟨h⟩ − λ)
 * b' = b + W (λ' − λ),    c' = c + Wᵀ(μ' − μ)
 * </pre>
 *
 * <p>It is the plain machine of weights W and biases b − W λ and c − Wᵀμ.
 *
 * <p>Source: Melchior, Fischer and Wiskott, "How to center deep Boltzmann machines" (2016);
 * Montavon and Müller, "Deep Boltzmann machines and the centering trick" (2012).
 *
 * @param weight W, {@code [visible, hidden]}
 * @param visibleBias b, {@code [visible]}
 * @param hiddenBias c, {@code [hidden]}
 * @param visibleOffset μ, {@code [visible]}
 * @param hiddenOffset λ, {@code [hidden]}
 * @param rate ν, how fast offsets follow
 */
public record CentredRbm(
    Param weight,
    Param visibleBias,
    Param hiddenBias,
    @State Param visibleOffset,
    @State Param hiddenOffset,
    double rate)
    implements GibbsSampler, LatentVariableModel, Completer {
  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public CentredRbm {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "centred machine: the rate of the offsets is in [0, 1], not " + rate);
    }
  }

  /**
   * Returns a machine with small random weights, visible offsets and biases by the data's means,
   * and hidden offsets of one half.
   *
   * @param rates the shares of the visible units in the data, {@code [visible]}
   */
  public static CentredRbm of(Tensor rates, int hidden, double rate, Rng rng) {
    return new CentredRbm(
        Param.of(Initializer.normal(0.01).draw(Shape.of(rates.shape().size(), hidden), rng)),
        Param.of(Bernoulli.ofRates(rates).logits()),
        Param.of(Tensor.zeros(hidden)),
        Param.of(rates),
        Param.of(Tensor.zeros(hidden).add(0.5)),
        rate);
  }

  private Tensor w() {
    return weight.value();
  }

  private Tensor b() {
    return visibleBias.value();
  }

  private Tensor c() {
    return hiddenBias.value();
  }

  private Tensor mu() {
    return visibleOffset.value();
  }

  private Tensor lambda() {
    return hiddenOffset.value();
  }

  private static Tensor flat(Tensor v) {
    return v.shape().rank() == 2 ? v : v.flatten(1);
  }

  /** c + Wᵀ(v − μ): {@code [n, hidden]}. */
  private Tensor input(Tensor v) {
    return c().add(flat(v).sub(mu()).matmul(w()));
  }

  /** Returns p(h = 1 | v): {@code [n, *] -> [n, hidden]}. */
  public Tensor hidden(Tensor v) {
    return input(v).sigmoid();
  }

  /** Returns p(v = 1 | h): {@code [n, hidden] -> [n, visible]}. */
  public Tensor visible(Tensor h) {
    return b().add(h.sub(lambda()).matmul(w().transpose())).sigmoid();
  }

  @Override
  public Tensor gibbs(Tensor v, Rng rng) {
    return reconstruct(v, rng.split(0)).bernoulli(rng.split(1));
  }

  @Override
  public Tensor reconstruct(Tensor v, Rng rng) {
    return visible(hidden(v).bernoulli(rng));
  }

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    Tensor v = flat(visible).sub(mu());
    Tensor h = hidden.sub(lambda());
    Tensor interaction = v.matmul(w()).mul(h).sum(1); // [n]
    return v.mul(b()).sum(1).add(h.mul(c()).sum(1)).add(interaction).neg();
  }

  @Override
  public Tensor freeEnergy(Tensor visible) {
    Tensor x = input(visible);
    Tensor offset = x.mul(lambda()).sum(1);
    return offset.sub(flat(visible).sub(mu()).mul(b()).sum(1)).sub(x.softplus().sum(1)); // [n]
  }

  @Override
  public List<Update> recentred(Tensor v) {
    Tensor up = v.mean(0).sub(mu()).mul(rate); // μ' − μ
    Tensor over = hidden(v).mean(0).sub(lambda()).mul(rate); // λ' − λ
    return List.of(
        new Update(visibleOffset, mu().add(up)),
        new Update(hiddenOffset, lambda().add(over)),
        new Update(visibleBias, b().add(w().matmul(over))),
        new Update(hiddenBias, c().add(up.matmul(w()))));
  }

  /**
   * Returns the plain machine with the same probabilities, as it is now; its energies differ from
   * these by a constant.
   */
  public Rbm plain() {
    Tensor visible = b().sub(w().matmul(lambda()));
    Tensor hidden = c().sub(mu().matmul(w()));
    return new Rbm(
        Param.of(w().evaluate()), Param.of(visible.evaluate()), Param.of(hidden.evaluate()));
  }

  @Override
  public Tensor sample(int count, Rng rng) {
    return plain().sample(count, rng);
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    Tensor bias = b().sub(w().matmul(lambda()));
    return bias.sigmoid().unsqueeze(0).tile(0, count).bernoulli(rng);
  }

  /** Returns p(h = 1 | v). */
  @Override
  public Tensor encode(Tensor x) {
    return hidden(x);
  }

  /** Returns p(v = 1 | h). */
  @Override
  public Tensor decode(Tensor z) {
    return visible(z);
  }

  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    return plain().complete(x, known, rng);
  }
}
