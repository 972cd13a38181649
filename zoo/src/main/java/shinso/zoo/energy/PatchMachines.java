package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.Locale;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.GeometricPath;
import shinso.nn.chain.Hmc;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Normal;
import shinso.nn.model.EnergyModel;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.loop.Learner;
import shinso.zoo.harness.*;

/**
 * Four machines with real-valued visible units on whitened patches of 14 x 14 pixels, all judged by
 * annealed importance sampling from both sides: by how much is the log-likelihood of patches that
 * were not seen above that of the normal distribution with the same covariance? Whitened patches
 * have no covariance left, so all of it is what lies beyond second order.
 *
 * <pre>
 * ./shinso run patch-machines --data natural-images
 * </pre>
 */
public final class PatchMachines implements Demo {
  private static final Setting<Integer> COMPONENTS =
      Setting.integer("components", "principal components of a patch", 2, 196);
  private static final Setting<Integer> TEMPERATURES =
      Setting.integer("temperatures", "steps of annealing from each side", 10, 1_000_000);
  private static final Setting<Integer> LEAPS =
      Setting.integer("leaps", "leapfrog steps of a trajectory", 1, 1_000);

  private static final Quantity GAIN = Quantity.larger("gain over a normal distribution", "nats");
  private static final Quantity REVERSE =
      Quantity.larger("gain over a normal distribution, reverse annealing", "nats");

  /** Of whitened components; the machines of covariance have a deviation of 1 at most. */
  private static final double DEVIATION = 0.5;

  private static final int CHAINS = 100;

  @Override
  public Card card() {
    return Card.of("patch-machines", "four machines with real-valued units on patches of pictures")
        .rows("I11", "I12", "I13", "I14")
        .source(
            "Melchior, Wang and Wiskott 2017; Ranzato and Hinton 2010; Ranzato, Mnih and Hinton"
                + " 2010; Courville, Bergstra and Bengio 2011");
  }

  @Override
  public List<DataSource> data() {
    return List.of(ImagePatches.LEAVES, ImagePatches.PHOTOGRAPHS);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.row(200, ALL, ALL),
        COMPONENTS.row(16, 60, 100),
        HIDDEN.row(16, 100, 256),
        STEPS.row(200, 6_000, 50_000),
        BATCH.row(50, 100, 100),
        RATE.row(0.02, 0.01, 0.005),
        LEAPS.row(3, 20, 20),
        TEMPERATURES.row(20, 1_000, 10_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(GAIN.of("GRBM"), -0.5, 0, 0),
        Claim.atLeast(GAIN.of("ssRBM"), -0.5, 0, 0),
        Claim.atLeast(GAIN.of("mcRBM"), -0.5, 1, 1),
        Claim.atLeast(GAIN.of("mPoT"), -0.5, 1, 1));
  }

  /** A machine, how it learns, and the weights that are drawn. */
  private record Machine(String name, EnergyModel model, Learner learner, Param shown) {}

  private static List<Machine> machines(Run run) {
    int d = run.get(COMPONENTS);
    int n = run.get(HIDDEN);
    Rng rng = run.rng("model");
    Tensor deviation = Tensor.zeros(d).add(DEVIATION);
    GaussianRbm mean =
        GaussianRbm.of(d, n, rng.split(0))
            .withMoments(Tensor.zeros(d), deviation)
            .learningPrecision();
    mean.weight().assign(Tensor.normal(rng.split(4), d, n).mul(0.1));
    mean.withSparsity(0.1);
    SpikeSlabRbm slab = SpikeSlabRbm.of(d, n, rng.split(1)).withDeviation(deviation);
    McRbm both = McRbm.of(d, n, n, rng.split(2));
    MeanPot pot = MeanPot.of(d, n, n, rng.split(3));
    Learner hybrid =
        HamiltonianLearning.of(both, rule(run)).leaps(run.get(LEAPS)).then(both::normalized);
    Learner products =
        HamiltonianLearning.of(pot, rule(run)).leaps(run.get(LEAPS)).then(pot::normalized);
    return List.of(
        new Machine("GRBM", mean, ContrastiveDivergence.of(mean, 1, rule(run)), mean.weight()),
        new Machine("ssRBM", slab, ContrastiveDivergence.of(slab, 1, rule(run)), slab.weight()),
        new Machine("mcRBM", both, hybrid, both.factors()),
        new Machine("mPoT", pot, products, pot.factors()));
  }

  private static Optimizer rule(Run run) {
    return Adam.of(Schedule.cosine(run.get(RATE), 0, run.get(STEPS)));
  }

  @Override
  public void run(Run run) {
    Split patches = run.data();
    Whitening white =
        run.once(
            "whitening",
            Whitening.class,
            () -> Whitening.of(patches.train(), run.get(COMPONENTS), DEVIATION));
    Tensor start = run.once("start", () -> white.components(examples(patches)).evaluate());
    run.pictures("patches", "Patches", () -> white.pictures(start).clip(0, 1));
    Tensor zeros = Tensor.zeros(run.get(COMPONENTS));
    Distribution base = Normal.ofScale(zeros, zeros.add(DEVIATION)).independent(1);
    Protocol protocol = Protocol.on(run.source().name()).estimate();
    Comparison gains =
        run.compare("gains", "Beyond covariance", GAIN.under(protocol), REVERSE.under(protocol));

    for (Machine m : machines(run)) {
      String name = m.name().toLowerCase(Locale.ROOT);
      run.train(name, white.before(m.learner()), run.batches(patches.train()))
          .steps(run.get(STEPS))
          .evaluateAtEnd("test", patches.test())
          .go();
      Tensor samples = run.once("samples-" + name, () -> chains(run, m.model(), start));
      Ais.Path path = GeometricPath.hmc(base, x -> m.model().freeEnergy(x).neg(), 5, 0.15);
      Ais.Bracket z = AnnealedLikelihood.bracket(run, name, path, samples, run.get(TEMPERATURES));
      PerExample.Measure above =
          (p, key) -> {
            Tensor x = white.components(p);
            return m.model().freeEnergy(x).add(base.logProbability(x)).neg();
          };
      gains.variant(
          m.name(),
          () -> mean(run, patches, above).value() - z.up().logZ(),
          () -> mean(run, patches, above).value() - z.down().logZ());
      run.show(
          "filters-" + name,
          () -> {
            Tensor weights = m.shown().value();
            int first = Math.min(100, weights.shape().dim(1));
            Tensor filters = white.filters(weights.slice(1, 0, first));
            return Figure.pictures("Filters, " + m.name(), filters, 14, 14);
          });
      run.pictures(
          "samples-" + name, "Samples, " + m.name(), () -> white.pictures(samples).clip(0, 1));
    }
    gains.show();
  }

  private static Tensor examples(Split patches) {
    return patches.test().limit(CHAINS).whole().getFirst();
  }

  private static Estimate mean(Run run, Split patches, PerExample.Measure above) {
    return PerExample.mean(patches.test(), run.rng("test"), above);
  }

  /** Long trajectories that began at test patches. */
  private static Tensor chains(Run run, EnergyModel model, Tensor start) {
    Hmc hmc = Hmc.of(model::freeEnergy).leaps(10);
    return hmc.run(start, run.get(TEMPERATURES), 1, run.rng("chains")).draws().at(0, 0).evaluate();
  }
}
