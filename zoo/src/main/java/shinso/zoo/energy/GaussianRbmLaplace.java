package shinso.zoo.energy;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Region;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A Gaussian–Bernoulli machine on two independent Laplace sources of variance 1, turned by 30°. Its
 * density is a mixture of normal distributions of one covariance, centred at a + W h; the more
 * hidden units, the nearer its arms come to the sources'. No model can have more than -2.693147
 * nats on average; the normal distribution has -2.837877.
 *
 * <pre>
 * ./shinso run grbm-laplace
 * </pre>
 */
public final class GaussianRbmLaplace implements Recipe<GaussianRbm> {
  private static final Quantity LOG_LIKELIHOOD = Quantity.TEST_LOG_LIKELIHOOD;

  @Override
  public Card card() {
    return Card.of("grbm-laplace", "Gaussian–Bernoulli machine on two Laplace sources")
        .rows("I11")
        .source(
            "Melchior, Wang and Wiskott, \"Gaussian-binary restricted Boltzmann machines for"
                + " modeling natural image statistics\", 2017")
        .reported("the optimum is -2.693147 nats (exact), a normal distribution's -2.837877");
  }

  @Override
  public List<DataSource> data() {
    return List.of(LaplaceSources.SOURCE);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.always(4),
        STEPS.row(1_000, 10_000, 50_000),
        BATCH.always(200),
        RATE.row(0.02, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of(Claim.atLeast(LOG_LIKELIHOOD, -2.79, -2.77, -2.765).published("at most -2.693"));
  }

  @Override
  public GaussianRbm model(Run run) {
    Tensor narrower = Tensor.zeros(2).add(0.7);
    GaussianRbm rbm = GaussianRbm.of(2, run.get(HIDDEN), run.rng("model"));
    rbm.weight().assign(Tensor.normal(run.rng("arms"), 2, run.get(HIDDEN)));
    return rbm.withMoments(Tensor.zeros(2), narrower).withSparsity(0.1).learningPrecision();
  }

  @Override
  public void run(Run run, GaussianRbm rbm) {
    Split sources = run.data();
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.get(STEPS));
    ContrastiveDivergence cd =
        ContrastiveDivergence.of(rbm, 1, Adam.of(rate))
            .measuring("log-likelihood", v -> rbm.logProbability(v, rbm.logPartition()));
    run.train("cd-1", cd, run.batches(sources.train()))
        .steps(run.get(STEPS))
        .evaluate("test", sources.test().limit(2_000))
        .go();

    Tensor z = rbm.logPartition().evaluate();
    run.score(
        LOG_LIKELIHOOD.under(Protocol.on(run.source().name())),
        () ->
            PerExample.mean(sources.test(), run.rng("test"), (v, key) -> rbm.logProbability(v, z)));
    run.show(
        "learning",
        () ->
            run.curves("Test log-likelihood, nats", "test.log-likelihood", "cd-1")
                .level("optimum", -LaplaceSources.ENTROPY));
    run.show(
        "density",
        () ->
            Figure.contours(
                    "The machine's log-density, its centres, and draws of the sources",
                    Region.of(-4, 4, -4, 4).values(v -> rbm.logProbability(v, z)))
                .points("draws", sources.test().limit(400).whole().getFirst())
                .points("centres", rbm.visible(Enumeration.of(run.get(HIDDEN)).states()))
                .equalAxes());
  }
}
