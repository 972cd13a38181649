package shinso.zoo.directed;

import static shinso.zoo.directed.VaeDigits.*;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.judge.Protocol;
import shinso.zoo.harness.*;

/**
 * A variational auto-encoder on binary digits, those of MNIST drawn anew at every use: its bound,
 * its likelihood by importance sampling, the latent variables that it uses; and a second one with
 * two latent variables, whose plane is drawn.
 *
 * <pre>
 * ./shinso run vae-mnist --data mnist
 * </pre>
 */
public final class VaeMnist implements Recipe<Vae> {
  @Override
  public Card card() {
    return Card.of("vae-mnist", "variational auto-encoder on binary digits")
        .rows("J7")
        .source(
            "Kingma and Welling, \"Auto-encoding variational Bayes\", 2014; Burda, Grosse and"
                + " Salakhutdinov, \"Importance weighted autoencoders\", 2016")
        .reported("MNIST, binarisation redrawn: -86.76 nats and 19 active variables");
  }

  @Override
  public List<DataSource> data() {
    return DIGITS;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(3_000, ALL, ALL),
        TEST.row(300, ALL, ALL),
        HIDDEN.row(100, 200, 200),
        CODE.row(10, 50, 50),
        EPOCHS.row(10, 100, 1_000),
        BATCH.row(50, 50, 20),
        RATE.row(0.006, 0.001, 0.001),
        DRAWS.row(50, 1_000, 5_000),
        JUDGED.row(200, 1_000, ALL));
  }

  /** Independent pixels reach −205 nats on MNIST and −158 on the digits that the program draws. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(LIKELIHOOD, -180, -90, -87.5).on("mnist").published("-86.76"),
        Claim.atLeast(BOUND, -190, -96, -93).on("mnist"),
        Claim.atLeast(LIKELIHOOD, -140, -95, -90).on("glyphs-binary"));
  }

  @Override
  public Vae model(Run run) {
    return networks(run, run.get(CODE), "model");
  }

  @Override
  public void run(Run run, Vae vae) {
    Vae plane = networks(run, 2, "plane");
    train(run, "train", vae, Vae.Bound.ANALYTIC, 1);
    train(run, "two-variables", plane, Vae.Bound.ANALYTIC, 1);

    Split digits = run.data();
    Protocol drawn = protocol(run);
    Dataset judged = digits.test().limit(run.get(JUDGED));
    run.score(
        LIKELIHOOD.under(drawn.estimate()),
        () -> ImportanceSampling.logLikelihood(vae, judged, run.get(DRAWS), run.rng("likelihood")));
    run.score(BOUND.under(drawn.bound()), () -> bound(run, vae));
    Tensor codes = codes(run, vae);
    run.score(ACTIVE, () -> Vae.activeUnits(codes));

    Latents show = new Latents(run, vae);
    show.samples(100);
    show.reconstructions(digits.test(), 50);
    show.traversals(codes, 10);
    show.interpolation(codes, 8);
    new Latents(run, plane).manifold(20);
  }
}
