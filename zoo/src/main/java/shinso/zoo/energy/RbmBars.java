package shinso.zoo.energy;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Dataset;
import shinso.train.judge.Quantity;
import shinso.train.loop.Learner;
import shinso.zoo.harness.*;

/**
 * Bars and stripes of 4 x 4 learned by the exact gradient, by contrastive divergence and by
 * persistent chains without and with fast weights, each measured exactly. The best that any model
 * can do is -108.131 nats for the 32 equally probable pictures, of which blank and full come twice.
 *
 * <pre>
 * ./shinso run rbm-bars
 * </pre>
 */
public final class RbmBars implements Recipe<Rbm> {
  private static final int SIDE = 4;

  private static final Quantity EXACT = of("log-likelihood, exact gradient");
  private static final Quantity CD = of("log-likelihood, CD-1");
  private static final Quantity PCD = of("log-likelihood, persistent chains");
  private static final Quantity FAST = of("log-likelihood, fast weights");

  private static Quantity of(String name) {
    return Quantity.larger(name, "nats");
  }

  @Override
  public Card card() {
    return Card.of("rbm-bars", "restricted Boltzmann machine on bars and stripes, four gradients")
        .rows("I3", "I4")
        .source(
            "MacKay 2003, section 43.1; Hinton 2002; Tieleman 2008; Tieleman and" + " Hinton 2009")
        .reported("the optimum is -108.131 nats for the 32 pictures (exact)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BarsAndStripes.of(SIDE));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(10, 12, 12), STEPS.row(1_500, 10_000, 40_000), RATE.row(0.02, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(EXACT, -125, -109.0, -108.4).published("optimum -108.131"),
        Claim.atLeast(CD, -200, -200, -200),
        Claim.atLeast(PCD, -180, -125, -115),
        Claim.atLeast(FAST, -180, -125, -115));
  }

  @Override
  public Rbm model(Run run) {
    return Rbm.of(SIDE * SIDE, run.get(HIDDEN), run.rng("model"));
  }

  @Override
  public void run(Run run, Rbm exact) {
    Dataset pictures = run.data().train();
    Rbm cd = model(run);
    Rbm pcd = model(run);
    Rbm fast = model(run);

    learn(run, "exact", new ExactLikelihood(exact, rule(run)), pictures);
    learn(run, "cd-1", measured(ContrastiveDivergence.of(cd, 1, rule(run)), cd), pictures);
    learn(run, "pcd-5", measured(persistent(run, pcd, 5), pcd), pictures);
    learn(
        run, "fpcd-1", measured(persistent(run, fast, 1).fastWeights(0.01, 0.95), fast), pictures);

    run.score(EXACT, () -> logLikelihood(exact, pictures));
    run.score(CD, () -> logLikelihood(cd, pictures));
    run.score(PCD, () -> logLikelihood(pcd, pictures));
    run.score(FAST, () -> logLikelihood(fast, pictures));
    run.show(
        "comparison",
        () ->
            run.curves(
                    "Mean log-likelihood, nats",
                    "all.log-likelihood",
                    "exact",
                    "cd-1",
                    "pcd-5",
                    "fpcd-1")
                .level("optimum", -BarsAndStripes.entropy(SIDE)));
    run.filters("filters", "Weights, exact gradient", exact.weight());
    Tensor samples = run.once("samples", () -> exact.sample(100, run.rng("samples")));
    run.pictures("samples", "Samples, exact gradient", () -> samples);
  }

  private static Optimizer rule(Run run) {
    return Adam.of(Schedule.cosine(run.get(RATE), 0, run.get(STEPS)));
  }

  private static ContrastiveDivergence persistent(Run run, Rbm rbm, int k) {
    Param chains = Param.of(Tensor.uniform(run.rng("chains"), 100, SIDE * SIDE).round());
    return ContrastiveDivergence.persistent(rbm, chains, k, rule(run));
  }

  private static Learner measured(ContrastiveDivergence learner, Rbm rbm) {
    return learner.measuring("log-likelihood", v -> rbm.logProbability(v, rbm.logPartition()));
  }

  private static void learn(Run run, String stage, Learner learner, Dataset pictures) {
    run.train(stage, learner, run.batches(pictures, pictures.size()))
        .steps(run.get(STEPS))
        .evaluate("all", pictures)
        .go();
  }

  private static double logLikelihood(Rbm rbm, Dataset pictures) {
    Tensor v = pictures.whole().getFirst();
    return rbm.logProbability(v, rbm.logPartition()).sum().item();
  }
}
