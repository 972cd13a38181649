package shinso.zoo.directed;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A convolutional variational auto-encoder on pictures, whose pixels have 256 levels: what it
 * generates, and how many bits a pixel's channel takes.
 *
 * <pre>
 * ./shinso run vae-cifar --data cifar10
 * </pre>
 */
public final class VaeCifar implements Recipe<Vae> {
  private static final Quantity BITS = Quantity.smaller("test bits a dimension", "bits");
  private static final Setting<Integer> FILTERS =
      Setting.integer("filters", "filters of the first convolution", 1, 4_096);

  @Override
  public Card card() {
    return Card.of("vae-cifar", "convolutional variational auto-encoder on photographs")
        .rows("H31")
        .source(
            "Kingma and Welling, \"Auto-encoding variational Bayes\", 2014; Kingma et al.,"
                + " \"Improved variational inference with inverse autoregressive flow\", 2016");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, DataSource.of("cifar10"));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, ALL, ALL),
        TEST.row(200, ALL, ALL),
        FILTERS.row(8, 32, 64),
        VaeDigits.CODE.row(16, 128, 256),
        EPOCHS.row(12, 20, 300),
        BATCH.row(32, 64, 64),
        RATE.row(0.006, 0.001, 0.001));
  }

  /** A uniform distribution of 256 levels takes 8 bits, one logistic for all pixels hardly less. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(BITS, 5, 4.6, 4.5).on("glyphs"),
        Claim.atMost(BITS, 7.8, 7.0, 6.5).on("cifar10"));
  }

  @Override
  public Vae model(Run run) {
    Shape picture = run.data().test().fields().getFirst().shape();
    int quarter = picture.dim(0) / 4;
    int f = run.get(FILTERS);
    int code = run.get(VaeDigits.CODE);
    Network encoder =
        Network.of(picture.dims())
            .conv(f, 4, o -> o.stride(2).same())
            .relu()
            .conv(2 * f, 4, o -> o.stride(2).same())
            .relu()
            .flatten()
            .dense(8 * f)
            .relu()
            .dense(2 * code)
            .build(run.rng("encoder"));
    Network generator =
        Network.of(code)
            .dense(8 * f)
            .relu()
            .dense(quarter * quarter * 2 * f)
            .relu()
            .reshape(quarter, quarter, 2 * f)
            .convTranspose(f, 4, o -> o.stride(2).same())
            .relu()
            .convTranspose(picture.dim(2), 4, o -> o.stride(2).same())
            .build(run.rng("generator"));
    return new Vae(encoder, new Generator(generator, Observation.Levels.ofBytes(0.1), code));
  }

  @Override
  public void run(Run run, Vae vae) {
    Split pictures = run.data();
    Batches batches = run.batches(pictures.train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    run.train("train", new Vae.Learning(vae, Vae.Bound.ANALYTIC, 1, Adam.of(rate)), batches)
        .evaluate("test", pictures.test().limit(1_000))
        .rate(rate)
        .go();

    int dimensions = pictures.test().fields().getFirst().shape().size();
    Protocol levels = Protocol.on(run.source().name()).bound();
    run.score(
        BITS.under(levels), () -> VaeDigits.bound(run, vae).times(-1 / (dimensions * Math.log(2))));
    Tensor codes = VaeDigits.codes(run, vae);
    run.score(VaeDigits.ACTIVE, () -> Vae.activeUnits(codes));
    Latents show = new Latents(run, vae);
    show.samples(100);
    show.reconstructions(pictures.test(), 50);
    show.interpolation(codes, 8);
  }
}
