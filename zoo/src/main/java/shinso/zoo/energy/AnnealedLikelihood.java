package shinso.zoo.energy;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.train.data.Dataset;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.zoo.harness.Run;

/**
 * The log-likelihood of a machine whose log Z is estimated by annealing, from both sides: from
 * below, which overstates the likelihood where chains miss a mode, and from samples of the machine
 * back, which understates it (Burda, Grosse and Salakhutdinov 2015).
 *
 * @param model the machine
 * @param up annealed from the base rates to the machine
 * @param down annealed from the machine back
 */
record AnnealedLikelihood(GibbsModel model, Ais.Estimate up, Ais.Estimate down) {
  /**
   * Anneals both ways, or reads from the run's folder what came out.
   *
   * @param rates the shares of the visible units in the data, {@code [visible]}
   * @param samples of the machine, {@code [chains, visible]}
   * @param temperatures steps of β, evenly from 0 to 1
   */
  static AnnealedLikelihood of(Run run, Rbm rbm, Tensor rates, Tensor samples, int temperatures) {
    return of(run, "annealing", rbm, rbm.annealing(rates), samples, temperatures);
  }

  /**
   * Anneals both ways along a path, or reads from the run's folder what came out. What speaks
   * against the estimates stands in the report.
   *
   * @param name of what is kept
   * @param path from a distribution that can be drawn from to the model
   */
  static AnnealedLikelihood of(
      Run run, String name, GibbsModel model, Ais.Path path, Tensor samples, int temperatures) {
    Ais.Bracket z = bracket(run, name, path, samples, temperatures);
    return new AnnealedLikelihood(model, z.up(), z.down());
  }

  /**
   * Anneals both ways along a path, or reads from the run's folder what came out. What speaks
   * against the estimates stands in the report.
   */
  static Ais.Bracket bracket(
      Run run, String name, Ais.Path path, Tensor samples, int temperatures) {
    Ais ais = Ais.of(path).chains(samples.shape().dim(0)).betas(Ais.even(0, 1, temperatures));
    Rng rng = run.rng(name);
    Ais.Bracket z =
        new Ais.Bracket(
            run.once(name, Ais.Estimate.class, () -> ais.forward(rng.split(0))),
            run.once(
                "reverse-" + name, Ais.Estimate.class, () -> ais.reverse(samples, rng.split(1))));
    if (!z.warnings().isEmpty()) {
      run.text("Doubts about " + name, String.join("\n", z.warnings()));
    }
    return z;
  }

  /** Returns the mean over examples, whose grey values are drawn, by the annealing from below. */
  Estimate forward(Dataset data, Rng rng) {
    return mean(data, rng, up);
  }

  /** Returns the mean over examples, whose grey values are drawn, by the annealing back. */
  Estimate reverse(Dataset data, Rng rng) {
    return mean(data, rng, down);
  }

  /**
   * Returns the mean over examples by that annealing which gives the smaller likelihood: where the
   * two disagree, a model is not ranked by what it may not have.
   */
  Estimate cautious(Dataset data, Rng rng) {
    return mean(data, rng, up.logZ() > down.logZ() ? up : down);
  }

  /** E[−F(v)] − log Z; the errors of the two are independent. */
  private Estimate mean(Dataset data, Rng rng, Ais.Estimate z) {
    PerExample.Measure unnormalised = (x, key) -> model.freeEnergy(model.observed(x, key)).neg();
    return PerExample.mean(data, rng, unnormalised)
        .plus(new Estimate(-z.logZ(), z.standardError()));
  }
}
