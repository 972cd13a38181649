package shinso.zoo.directed;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.directed.ConvolutionalGenerator.Upsampling;
import shinso.zoo.harness.*;

/**
 * Digits drawn from a code of what is shown and of how it lies, in poses that were not trained on,
 * by generators whose maps grow in three ways.
 *
 * <pre>
 * ./shinso run generators-unpooling
 * </pre>
 */
public final class GeneratorsUnpooling implements Recipe<ConvolutionalGenerator> {
  private static final Quantity ERROR = Quantity.smaller("squared error of a pixel", "");
  private static final Quantity SHARE =
      Quantity.share("error as a share of that of the mean picture", Quantity.Better.SMALLER);
  private static final int SHOWN = 10;

  private static final Setting<Integer> MAPS =
      Setting.integer("maps", "maps of the larger layer", 1, 1_024);

  @Override
  public Card card() {
    return Card.of("generators-unpooling", "pictures from codes by unpooling or transposed filters")
        .rows("J13")
        .source(
            "Dosovitskiy, Springenberg and Brox, \"Learning to generate chairs with convolutional"
                + " neural networks\", 2015")
        .reported("pictures of chairs from style, view and transformation");
  }

  @Override
  public List<DataSource> data() {
    return List.of(new PosedDigits(PictureSource.GLYPHS), new PosedDigits(PictureSource.MNIST));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, ALL, ALL),
        TEST.row(300, ALL, ALL),
        HIDDEN.row(64, 256, 512),
        MAPS.row(8, 32, 64),
        EPOCHS.row(5, 20, 100),
        BATCH.row(50, 100, 100),
        RATE.row(0.003, 0.002, 0.001));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(SHARE.of("unpooled"), 0.95, 0.4, 0.2),
        Claim.atMost(SHARE.of("transposed"), 0.95, 0.4, 0.2),
        Claim.atMost(SHARE.of("repeated"), 0.95, 0.4, 0.2));
  }

  @Override
  public ConvolutionalGenerator model(Run run) {
    return network(run, Upsampling.UNPOOLED);
  }

  private static ConvolutionalGenerator network(Run run, Upsampling upsampling) {
    return ConvolutionalGenerator.of(
        PosedDigits.IDENTITIES,
        PosedDigits.STYLES,
        PosedDigits.SIDE,
        run.get(MAPS),
        run.get(HIDDEN),
        upsampling,
        run.rng("model"));
  }

  @Override
  public void run(Run run, ConvolutionalGenerator unpooled) {
    Split posed = run.data();
    Map<Upsampling, ConvolutionalGenerator> all = new EnumMap<>(Upsampling.class);
    Comparison table = run.compare("errors", "Error in new poses", ERROR, SHARE);
    Tensor mean = run.once("error-of-mean", () -> Tensor.scalar(ofMean(posed)));
    Batches batches = run.batches(posed.train());
    for (Upsampling way : Upsampling.values()) {
      ConvolutionalGenerator net = way == Upsampling.UNPOOLED ? unpooled : network(run, way);
      all.put(way, net);
      String name = way.name().toLowerCase(Locale.ROOT);
      Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
      run.train(
              name,
              SupervisedLearner.of(net, Losses::binaryCrossEntropyFromLogits, Adam.of(rate))
                  .metric("squared error", (z, x) -> Losses.mse(z.sigmoid(), x)),
              batches)
          .evaluate("test", posed.test())
          .go();
      Tensor error = run.once("error-" + name, () -> Tensor.scalar(error(run, net)));
      table.variant(name, error::item, () -> error.item() / mean.item());
    }
    table.show();
    run.show(
        "errors-on-the-way",
        () ->
            run.curves(
                "Squared error in new poses",
                "test.squared error",
                "unpooled",
                "transposed",
                "repeated"));
    int[] some = IntStream.range(0, SHOWN).map(i -> i * 37 % posed.test().size()).toArray();
    run.show(
        "drawn",
        () -> {
          List<Tensor> batch = posed.test().batch(some);
          List<Tensor> rows =
              all.values().stream().map(net -> drawn(net, batch.getFirst())).toList();
          Tensor truth = batch.get(1);
          return Figure.pictures(
                  "New poses, and what is drawn: unpooled, transposed, repeated",
                  Tensor.concat(0, List.of(truth, Tensor.concat(0, rows))))
              .columns(SHOWN);
        });
    run.show(
        "turned",
        () ->
            Figure.pictures(
                    "A digit of each class in turns from −90° to 90°",
                    Tensor.concat(
                        0,
                        IntStream.range(0, 10)
                            .mapToObj(c -> drawn(unpooled, PosedDigits.turns(3 * c, SHOWN + 1)))
                            .toList()))
                .columns(SHOWN + 1));
  }

  private static Tensor drawn(ConvolutionalGenerator net, Tensor codes) {
    return net.forward(codes, Pass.inference()).sigmoid();
  }

  private static double error(Run run, ConvolutionalGenerator net) {
    PerExample.FieldsMeasure each =
        (batch, key) -> drawn(net, batch.getFirst()).sub(batch.get(1)).square().flatten(1).mean(1);
    return Estimate.mean(PerExample.ofFields(run.data().test(), run.rng("test"), each)).value();
  }

  private static double ofMean(Split posed) {
    Tensor mean = posed.train().fields(1).mean();
    return posed.test().fields(1).whole().getFirst().sub(mean).square().mean().item();
  }
}
