package shinso.zoo.energy;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Bars and stripes seen through noise: which pixels belong to the figure depends on all others.
 * Logistic regressions decide for each pixel alone; a conditional RBM knows what pictures there
 * are. Every likelihood is exact.
 *
 * <pre>
 * ./shinso run crbm-stripes
 * </pre>
 */
public final class NoisyStripes implements Recipe<ConditionalRbm> {
  private static final int SIDE = 4;
  private static final int PIXELS = SIDE * SIDE;

  /** Each pixel is turned round with this probability. */
  private static final double NOISE = 0.15;

  private static final int COPIES = 64;

  private static final Quantity LIKELIHOOD = Quantity.larger("log p(y | x)", "nats");
  private static final Quantity WHOLE =
      Quantity.share("pictures without a wrong pixel", Quantity.Better.LARGER);

  @Override
  public Card card() {
    return Card.of("crbm-stripes", "conditional RBM finds bars and stripes in noise")
        .rows("I16")
        .source(
            "Mnih, Larochelle and Hinton, \"Conditional restricted Boltzmann machines for structured"
                + " output prediction\", 2011");
  }

  @Override
  public List<DataSource> data() {
    return List.of(
        DataSource.generated(
            "noisy-bars", () -> Split.of(noisy("train", COPIES), noisy("test", 16))));
  }

  /** Pictures with noise, and the pictures. */
  private static Dataset noisy(String part, int copies) {
    Tensor clean =
        BarsAndStripes.of(SIDE).load().train().whole().getFirst().flatten(1).tile(0, copies);
    Tensor turned = Tensor.full(clean.shape(), NOISE).bernoulli(Rng.of(1).split(part));
    Tensor seen = Tensor.select(turned, clean.rsub(1), clean);
    Shape picture = Shape.of(SIDE, SIDE, 1);
    return InMemoryDataset.of(
        "bars and stripes with noise",
        List.of(
            Column.floats("seen", picture, seen.toFloatArray()),
            Column.floats("picture", picture, clean.toFloatArray())));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(6, 10, 10),
        EPOCHS.row(8, 150, 500),
        BATCH.row(64, 64, 64),
        RATE.row(0.05, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(LIKELIHOOD.of("exact"), -2.4, -1.2, -1.2),
        Claim.atLeast(WHOLE.of("exact"), 0.5, 0.7, 0.7),
        Claim.atMost(LIKELIHOOD.of("independent"), -2.5, -2.5, -2.5));
  }

  @Override
  public ConditionalRbm model(Run run) {
    return ConditionalRbm.of(PIXELS, PIXELS, run.get(HIDDEN), run.rng("model"));
  }

  @Override
  public void run(Run run, ConditionalRbm exact) {
    ConditionalRbm independent = ConditionalRbm.of(PIXELS, PIXELS, 0, run.rng("independent"));
    ConditionalRbm sampled = model(run);
    Comparison table = run.compare("comparison", "Pictures found in noise", LIKELIHOOD, WHOLE);
    Dataset train = run.data().train();
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(run.batches(train)));
    learn(
        run,
        table,
        "independent",
        independent,
        ConditionalLearning.exact(independent, Adam.of(rate)));
    learn(run, table, "cd-5", sampled, ConditionalLearning.contrastive(sampled, 5, Adam.of(rate)));
    learn(run, table, "exact", exact, ConditionalLearning.exact(exact, Adam.of(rate)));
    table.variant("best possible", () -> mean(run, best(false)), () -> mean(run, best(true)));
    table.show();
    List<Tensor> shown = Batches.inOrder(run.data().test(), 30).epoch(0).next();
    run.pictures("seen", "Seen", shown::getFirst);
    run.pictures("found", "p(y = 1 | x), conditional RBM", () -> exact.predict(shown.getFirst()));
    run.pictures(
        "alone", "p(y = 1 | x), each pixel alone", () -> independent.predict(shown.getFirst()));
  }

  private static void learn(
      Run run, Comparison table, String name, ConditionalRbm rbm, ConditionalLearning learner) {
    Dataset test = run.data().test();
    run.train(name, learner, run.batches(run.data().train())).evaluate("test", test).go();
    table.variant(
        name,
        () -> mean(run, (batch, key) -> rbm.logProbability(batch.get(1), batch.get(0))),
        () ->
            mean(
                run,
                (batch, key) -> {
                  Tensor y = batch.get(1).flatten(1);
                  return rbm.predict(batch.get(0)).round().equal(y).cast(y.dtype()).min(1);
                }));
  }

  /**
   * What Bayes' rule says who knows pictures and noise: log p(y | x), or whether y is likeliest.
   */
  private static PerExample.FieldsMeasure best(boolean whole) {
    Tensor pictures =
        BarsAndStripes.of(SIDE).load().train().whole().getFirst().flatten(1); // [32, p]
    Tensor twins = pictures.unsqueeze(0).equal(pictures.unsqueeze(1)).cast(DType.F32).min(2);
    double step = Math.log(1 / NOISE - 1);
    return (batch, key) -> {
      Tensor x = batch.get(0).flatten(1).unsqueeze(1);
      Tensor y = batch.get(1).flatten(1).unsqueeze(1);
      Tensor posterior = x.notEqual(pictures).cast(y.dtype()).sum(2).mul(-step).softmax(1);
      Tensor right = y.equal(pictures).cast(y.dtype()).min(2); // [b, 32]
      Tensor p = posterior.mul(right).sum(1);
      Tensor likeliest = posterior.matmul(twins).max(1);
      return whole ? p.greaterEqual(likeliest.sub(1e-5)).cast(y.dtype()) : p.log();
    };
  }

  private static double mean(Run run, PerExample.FieldsMeasure measure) {
    return Estimate.mean(PerExample.ofFields(run.data().test(), run.rng("test"), measure)).value();
  }
}
