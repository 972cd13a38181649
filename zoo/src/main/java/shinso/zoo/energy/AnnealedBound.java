package shinso.zoo.energy;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.zoo.harness.Run;

/**
 * A variational bound on the log-likelihood of a deep model whose log Z is estimated by annealing
 * from both sides; grey values of the test set are drawn as bits. By an estimate of log Z from
 * below the bound may lie too high.
 *
 * @param unnormalised the mean of the bound on log p(v) + log Z
 * @param z log Z
 */
record AnnealedBound(Estimate unnormalised, Ais.Bracket z) {
  /** Anneals a deep Boltzmann machine both ways; posteriors are by mean field. */
  static AnnealedBound of(
      Run run, String name, Dbm dbm, MeanField how, Tensor rates, Tensor even, int temperatures) {
    PerExample.Measure bound =
        (x, key) -> {
          Tensor v = x.flatten(1).bernoulli(key);
          return dbm.bound(v, dbm.meanField(v, how));
        };
    Tensor odd = dbm.odd(even, run.rng(name + "-samples")).evaluate();
    return of(run, name, bound, dbm.annealing(rates), odd, temperatures);
  }

  /** Anneals the top machine of a deep belief network both ways; posteriors are by recognition. */
  static AnnealedBound of(
      Run run, String name, Dbn dbn, Tensor rates, Tensor samples, int temperatures) {
    PerExample.Measure bound =
        (x, key) ->
            dbn.logWeight(x.flatten(1).bernoulli(key.split("data")), key.split("recognition"));
    return of(run, name, bound, dbn.top().annealing(rates), samples, temperatures);
  }

  private static AnnealedBound of(
      Run run,
      String name,
      PerExample.Measure bound,
      Ais.Path path,
      Tensor samples,
      int temperatures) {
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
    Estimate mean =
        run.once(
            name + "-bound",
            Estimate.class,
            () -> PerExample.mean(run.data().test(), run.rng("test"), bound));
    return new AnnealedBound(mean, z);
  }

  /** Returns the mean over test examples, by the annealing from below. */
  Estimate forward() {
    return normalised(z.up());
  }

  /** Returns the mean over test examples, by the annealing back, which errs to the other side. */
  Estimate reverse() {
    return normalised(z.down());
  }

  private Estimate normalised(Ais.Estimate estimate) {
    return unnormalised.plus(new Estimate(-estimate.logZ(), estimate.standardError()));
  }
}
