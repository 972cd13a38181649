package shinso.zoo.directed;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Adam;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Deep convolutional adversarial networks on digits, with what lies between two samples, and
 * arithmetic on the noise: thick strokes − thin strokes + another digit.
 *
 * <pre>
 * ./shinso run dcgan-digits --data mnist
 * </pre>
 */
public final class DcganDigits implements Recipe<Gan> {
  private static final Quantity FRECHET = SampleJudge.FRECHET.of("samples");
  private static final Quantity COVERAGE = SampleJudge.COVERAGE.of("samples");
  private static final Quantity INK =
      Quantity.share("ink that thick − thin adds to another digit", Quantity.Better.LARGER);

  /** A longer z alone may be more ink; of this sum it is as long as of the other. */
  private static final Quantity REVERSED =
      Quantity.share("ink that thin − thick adds to it", Quantity.Better.SMALLER);

  private static final Setting<Integer> MAPS =
      Setting.integer("maps", "maps of the layers next to the picture", 1, 1_024);

  private static final Shape DIGIT = Shape.of(28, 28, 1);
  private static final int NOISE = 100;
  private static final int ROWS = 8;
  private static final int COLUMNS = 12;

  @Override
  public Card card() {
    return Card.of("dcgan-digits", "deep convolutional adversarial networks on digits")
        .rows("J10")
        .source(
            "Radford, Metz and Chintala, \"Unsupervised representation learning with deep"
                + " convolutional generative adversarial networks\", 2016")
        .reported("pictures, interpolations and arithmetic on z (figures 2, 4 and 7)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_600, ALL, ALL),
        TEST.row(300, 2_000, ALL),
        MAPS.row(8, 32, 64),
        EPOCHS.row(4, 5, 25),
        BATCH.row(32, 128, 128),
        RATE.row(0.002, 0.0005, 0.0002),
        SampleJudge.EPOCHS.row(2, 3, 10));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(FRECHET, 64, 15, 8),
        Claim.atLeast(COVERAGE, 0.05, 0.5, 0.7),
        Claim.atLeast(INK, 0, 0.1, 0.1),
        Claim.atMost(REVERSED, 10, 0.1, 0.1));
  }

  @Override
  public Gan model(Run run) {
    return new Dcgan(run.get(MAPS), NOISE).build(DIGIT, run.rng("model"));
  }

  @Override
  public void run(Run run, Gan gan) {
    Split digits = run.data();
    Adam rule = Adam.of(run.get(RATE)).betas(0.5, 0.999);
    Gan.Game game = new Gan.Game(gan, Gan.Objective.NON_SATURATING, 1, 0, rule, rule);
    run.train("play", game, run.batches(digits.train()).withoutRemainder())
        .evaluate("test", digits.test())
        .go();

    SampleJudge judge = SampleJudge.of(run);
    judge.judge("samples", () -> gan.sample(judge.count(), run.rng("judged")));
    judge.show();
    Tensor samples = run.once("samples", () -> gan.sample(100, run.rng("samples")));
    run.pictures("samples", "Samples", () -> samples);
    run.show("between", () -> between(gan, run.rng("between")));

    Tensor chosen =
        run.once(
            "chosen",
            () -> LatentArithmetic.choose(gan, judge::classes, 2_000, run.rng("arithmetic")));
    List<LatentArithmetic> sums = LatentArithmetic.of(chosen);
    Tensor other = ink(gan, sums.stream().map(sum -> sum.to().meanKeep(0)));
    Tensor thick = ink(gan, sums.stream().map(LatentArithmetic::result));
    Tensor thin =
        ink(gan, sums.stream().map(LatentArithmetic::reversed).map(LatentArithmetic::result));
    run.score(INK, () -> more(thick, other));
    run.score(REVERSED, () -> more(thin, other));
    Tensor z = sums.getFirst().rows(run.rng("around"));
    Tensor pictures = gan.decode(z);
    run.show(
        "arithmetic",
        () ->
            Figure.pictures("Thick − thin + another digit, thin = another digit, thick", pictures)
                .columns(4)
                .caption(
                    "A row for each: three samples and what their mean z gives; below, what the sum"
                        + " gives, with a little noise and without. Of the pairs of digits this is"
                        + " the one with most samples; the numbers are means over all pairs."));
  }

  /** The mean ink of pictures of z, {@code [1, noise]} each: {@code [n]}. */
  private static Tensor ink(Gan gan, Stream<Tensor> z) {
    return gan.decode(Tensor.concat(0, z.toList())).flatten(1).mean(1);
  }

  /** How much more ink there is, over all pairs of digits, as a share. */
  private static double more(Tensor ink, Tensor than) {
    return ink.mean().item() / than.mean().item() - 1;
  }

  /** Pictures of points on the lines between pairs of z, a line in each row. */
  private static Pictures between(Gan gan, Rng rng) {
    Tensor from = gan.noise().draw(ROWS, rng.split(0));
    Tensor to = gan.noise().draw(ROWS, rng.split(1));
    List<Tensor> columns = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      double part = i / (COLUMNS - 1.0);
      columns.add(from.mul(1 - part).add(to.mul(part)));
    }
    Tensor z = Tensor.stack(1, columns).reshape(ROWS * COLUMNS, gan.noise().size());
    Tensor pictures = gan.generator().forward(z, Pass.inference());
    return Figure.pictures("On the line between two z", pictures).columns(COLUMNS);
  }
}
