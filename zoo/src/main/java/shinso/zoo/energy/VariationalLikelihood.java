package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Variational stochastic maximum likelihood of a deep Boltzmann machine: the bound on log p(v) is
 * climbed, with the posterior by mean field and log Z's gradient by persistent chains.
 *
 * <pre>
 * ĥ = mean field of p(h | v)
 * (v⁻, h⁻) = k steps of block Gibbs sampling from where the chains are
 * Δθ ∝ −∂E(v, ĥ)/∂θ + ∂E(v⁻, h⁻)/∂θ
 * </pre>
 *
 * <p>The odd layers of h⁻ are averaged over given the even ones. With a centred machine these are
 * the gradients of its energy, which are the enhanced ones but for a change of the biases; its
 * offsets follow the means of v and ĥ before each step.
 *
 * <p>Sources: Salakhutdinov and Hinton, "Deep Boltzmann machines" (2009), section 3.1; algorithm
 * 20.1 of Goodfellow, Bengio and Courville; Montavon and Müller, "Deep Boltzmann machines and the
 * centering trick" (2012); Cho, Raiko and Ilin, "Enhanced gradient" (2011).
 *
 * <p>Grey values of the data are probabilities by which units are drawn at each use.
 *
 * @param dbm the machine
 * @param chains states of its even layers, {@code [chains, even]}; see {@link Dbm#start}
 * @param k the steps of Gibbs sampling between two steps of learning
 * @param meanField how the posterior is found
 * @param offsetRate ν, how fast offsets follow; 0 leaves them, those of a plain machine at zero
 * @param rule moves the parameters
 */
public record VariationalLikelihood(
    Dbm dbm, Param chains, int k, MeanField meanField, double offsetRate, Optimizer rule)
    implements Learner {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if k is not positive or the rate not in [0, 1]
   */
  public VariationalLikelihood {
    if (k < 1 || !(offsetRate >= 0 && offsetRate <= 1)) {
      throw new IllegalArgumentException(
          "deep Boltzmann machine: 1 step of the chains or more and a rate of offsets in [0, 1],"
              + " not %d and %s".formatted(k, offsetRate));
    }
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(dbm);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>(rule.state(Parameters.trainable(dbm)));
    state.put("chains", chains);
    return state;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor v = drawn(batch, rng.split("data"));
    MeanField.Posterior q = dbm.meanField(v, meanField);
    if (offsetRate == 0) {
      return climb(v, q, rng);
    }
    List<Tensor> means = new ArrayList<>(List.of(v.mean(0)));
    q.layers().forEach(h -> means.add(h.mean(0)));
    return Step.of(dbm.recentred(means, offsetRate)).then(() -> climb(v, q, rng));
  }

  private Step climb(Tensor v, MeanField.Posterior q, Rng rng) {
    Tensor even = chains.value();
    for (int i = 0; i < k; i++) {
      even = dbm.gibbs(even, rng.split(i));
    }
    Tensor fantasy = even.stopGradient();
    Tensor gap = dbm.meanEnergy(v, q).mean().sub(dbm.evenFreeEnergy(fantasy).mean());
    List<Param> theta = List.copyOf(Parameters.trainable(dbm).values());
    return Step.of(rule.update(theta, Autodiff.gradients(gap, theta)))
        .and(List.of(new Update(chains, fantasy)))
        .metric("mean-field iterations", q.iterations().mean());
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor v = drawn(batch, rng);
    MeanField.Posterior q = dbm.meanField(v, meanField);
    Tensor top = q.layers().getLast(); // [b, units]
    Step step =
        Step.of(List.<Update>of())
            .metric("bound without log Z", dbm.bound(v, q).mean())
            .metric("mean-field iterations", q.iterations().mean())
            .metric("mean-field change", q.change().mean());
    return step.metric("spread of the highest layer", top.variance(0).mean().sqrt());
  }

  private static Tensor drawn(List<Tensor> batch, Rng rng) {
    return batch.getFirst().flatten(1).bernoulli(rng);
  }
}
