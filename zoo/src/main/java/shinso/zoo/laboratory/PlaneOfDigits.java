package shinso.zoo.laboratory;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.optim.Adam;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Region;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * An auto-encoder whose code is a point of the plane, learned from a hundred pictures of each of
 * two digits, and of three: the digits come apart without having been named.
 *
 * <pre>
 * ./shinso run plane-of-digits --data mnist
 * </pre>
 */
public final class PlaneOfDigits implements Recipe<PlaneOfDigits.AutoEncoder> {
  private static final Quantity TWO = alike("two digits");
  private static final Quantity THREE = alike("three digits");

  private static final int EACH = 100;
  private static final int LATTICE = 12;

  private static Quantity alike(String digits) {
    return Quantity.share("nearest neighbour is the same digit", Quantity.Better.LARGER).of(digits);
  }

  /**
   * Squeezes pictures through two numbers.
   *
   * @param encoder {@code [b, 28, 28, 1] -> [b, 2]}
   * @param decoder {@code [b, 2] -> [b, 784]}, logits of the pixels
   */
  public record AutoEncoder(Layer encoder, Layer decoder) implements Layer, LatentVariableModel {
    /** Returns the logits of the pixels: {@code [b, 28, 28, 1] -> [b, 784]}. */
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return decoder.forward(encoder.forward(x, pass), pass);
    }

    @Override
    public Tensor encode(Tensor x) {
      return encoder.forward(x, Pass.inference());
    }

    @Override
    public Tensor decode(Tensor z) {
      return decoder.forward(z, Pass.inference()).sigmoid();
    }

    /** Cross-entropy of the pixels, summed over a picture. */
    SupervisedLearner learner(double rate) {
      return SupervisedLearner.of(
          this,
          (logits, x) -> Losses.binaryCrossEntropyFromLogits(logits, x.reshape(-1, 784)).mul(784),
          Adam.of(rate));
    }
  }

  @Override
  public Card card() {
    return Card.of("plane-of-digits", "auto-encoder that puts digits into the plane")
        .rows("H29")
        .source(
            "Hinton and Salakhutdinov, \"Reducing the dimensionality of data with neural"
                + " networks\", 2006, figure 3");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.always(2_000),
        TEST.always(100),
        HIDDEN.row(64, 128, 128),
        EPOCHS.row(60, 300, 300),
        BATCH.always(20),
        RATE.always(0.002));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TWO, 0.9, 0.95, 0.95),
        Claim.atLeast(THREE, 0.75, 0.85, 0.85).on("mnist"),
        // Drawn digits vary more than written ones.
        Claim.atLeast(THREE, 0.6, 0.75, 0.75).on("glyphs"));
  }

  /** The one for three digits. */
  @Override
  public AutoEncoder model(Run run) {
    return autoEncoder(run);
  }

  private static AutoEncoder autoEncoder(Run run) {
    int n = run.get(HIDDEN);
    Network encoder =
        Network.of(28, 28, 1)
            .flatten()
            .dense(n)
            .relu()
            .dense(n)
            .relu()
            .dense(2)
            .build(run.rng("encoder"));
    Network decoder =
        Network.of(2).dense(n).relu().dense(n).relu().dense(784).build(run.rng("decoder"));
    return new AutoEncoder(encoder, decoder);
  }

  @Override
  public void run(Run run, AutoEncoder three) {
    AutoEncoder two = autoEncoder(run);
    learn(run, "three", three, 3, THREE);
    learn(run, "two", two, 2, TWO);
    run.pictures(
        "plane",
        "Decoded from a lattice of the plane, z₂ growing downwards",
        () -> {
          float[] z = three.encode(digits(run, 3).whole().getFirst()).toFloatArray();
          return three.decode(around(z).points());
        });
  }

  private static void learn(Run run, String stage, AutoEncoder model, int classes, Quantity alike) {
    Dataset digits = digits(run, classes);
    run.train(stage, model.learner(run.get(RATE)), run.batches(pictures(digits))).go();
    run.score(alike, () -> alike(model.encode(digits.whole().getFirst()), digits.labels()));
    List<String> names = IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    run.show(
        stage + "-digits",
        () ->
            Figure.scatter("Codes of %d pictures of each of %s digits".formatted(EACH, stage))
                .axes("z₁", "z₂")
                .points(model.encode(digits.whole().getFirst()), digits.labels(), names)
                .size(640, 560));
  }

  /** Returns the first hundred pictures of each of the first digits. */
  private static Dataset digits(Run run, int classes) {
    Dataset all = run.data().train();
    int[] labels = all.labels();
    return all.subset(
        IntStream.range(0, classes)
            .flatMap(c -> IntStream.range(0, labels.length).filter(i -> labels[i] == c).limit(EACH))
            .toArray());
  }

  /** Returns pictures without their labels: they are their own targets. */
  private static Dataset pictures(Dataset digits) {
    Tensor x = digits.whole().getFirst();
    return InMemoryDataset.of(
        digits.description(),
        List.of(Column.floats("picture", Shape.of(28, 28, 1), x.toFloatArray())));
  }

  /** Returns the share of codes whose nearest other one has the same label. */
  static double alike(Tensor codes, int[] labels) {
    int n = labels.length;
    Tensor distance = codes.unsqueeze(1).sub(codes.unsqueeze(0)).square().sum(2); // [n, n]
    int[] nearest = Tensor.select(Tensor.eye(n), 1e30, distance).argmin(1).toIntArray();
    return IntStream.range(0, n).filter(i -> labels[nearest[i]] == labels[i]).count() / (double) n;
  }

  /** Returns the region of the codes. */
  private static Region around(float[] z) {
    double[] low = {Double.MAX_VALUE, Double.MAX_VALUE};
    double[] high = {-Double.MAX_VALUE, -Double.MAX_VALUE};
    for (int i = 0; i < z.length; i++) {
      low[i % 2] = Math.min(low[i % 2], z[i]);
      high[i % 2] = Math.max(high[i % 2], z[i]);
    }
    return Region.of(low[0], high[0], low[1], high[1]).resolution(LATTICE, LATTICE);
  }
}
