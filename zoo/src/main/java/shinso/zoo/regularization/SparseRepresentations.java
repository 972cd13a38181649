package shinso.zoo.regularization;

import static shinso.nn.layer.Pass.inference;
import static shinso.zoo.harness.Training.*;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Sequential;
import shinso.nn.optim.Adam;
import shinso.nn.penalty.ActivationPenalty;
import shinso.nn.penalty.Sparsity;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Histogram;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * Auto-encoders of digits with three penalties on the code, and with none: how many units of the
 * code are off, and what that costs.
 *
 * <pre>
 * ./shinso run sparse-representations --data mnist
 * </pre>
 */
public final class SparseRepresentations implements Demo {
  private static final double OFF = 0.1;

  private static final Quantity SHARE =
      Quantity.share("activations below 0.1", Quantity.Better.LARGER);
  private static final Quantity ERROR = Quantity.smaller("squared error of the reconstruction", "");

  @Override
  public Card card() {
    return Card.of("sparse-representations", "penalties on activations: L1, Student-t, KL, none")
        .rows("C7")
        .source(
            "Goodfellow, Bengio and Courville, \"Deep learning\", section 7.10; Olshausen and"
                + " Field 1996; Ng, \"Sparse autoencoder\", 2011");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, 20_000, Setting.ALL),
        TEST.row(500, 2_000, 2_000),
        EPOCHS.row(8, 15, 30),
        BATCH.row(50, 100, 100),
        HIDDEN.row(64, 144, 196),
        RATE.row(0.004, 0.002, 0.002));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(SHARE.of("none"), 0.7, 0.7, 0.7),
        Claim.atLeast(SHARE.of("L1"), 0.6, 0.75, 0.75),
        Claim.atLeast(SHARE.of("Student-t"), 0.6, 0.75, 0.75),
        Claim.atLeast(SHARE.of("KL"), 0.6, 0.75, 0.75));
  }

  private static Map<String, ActivationPenalty> penalties() {
    Map<String, ActivationPenalty> all = new LinkedHashMap<>();
    all.put("none", new ActivationPenalty(0, Sparsity::l1));
    all.put("L1", new ActivationPenalty(0.3, Sparsity::l1));
    all.put("Student-t", new ActivationPenalty(0.3, h -> Sparsity.studentT(h, 10)));
    all.put("KL", new ActivationPenalty(3, h -> Sparsity.kl(h, 0.05)));
    return all;
  }

  @Override
  public void run(Run run) {
    Split digits = run.data();
    Comparison table = run.compare("penalties", "Codes under penalties", SHARE, ERROR);
    Map<String, Tensor> codes = new LinkedHashMap<>();
    penalties()
        .forEach((name, penalty) -> {
          Layer encoder = encoder(run, penalty);
          Layer decoder = Network.of(run.get(HIDDEN)).dense(28 * 28).build(run.rng("decoder"));
          Sequential net = Sequential.of(encoder, decoder);
          String stage = name.toLowerCase(Locale.ROOT);
          run.train(
                  stage,
                  SupervisedLearner.of(net, SparseRepresentations::error, Adam.of(run.get(RATE))),
                  run.batches(digits.train().fields(0)))
              .go();
          codes.put(name, run.once("code-" + stage, () -> encoder.forward(x(digits), inference())));
          table.variant(
              name,
              () -> codes.get(name).less(OFF).mean().item(),
              () -> error(net.forward(x(digits), inference()), x(digits)).item());
          Param weight = Parameters.all(encoder).firstEntry().getValue();
          run.filters("filters-" + stage, "Weights of the code's units, penalty: " + name, weight);
        });
    table.show();
    run.show("activations", () -> histogram(codes));
  }

  private static Tensor x(Split digits) {
    return digits.test().whole().getFirst();
  }

  private static Layer encoder(Run run, ActivationPenalty penalty) {
    return Network.of(28, 28, 1)
        .flatten()
        .dense(run.get(HIDDEN))
        .sigmoid()
        .layer("sparse", penalty)
        .build(run.rng("encoder"));
  }

  /** The squared error of an image, its mean over the batch. */
  private static Tensor error(Tensor y, Tensor x) {
    return y.sub(x.reshape(y.shape())).square().sum(1).mean();
  }

  private static Histogram histogram(Map<String, Tensor> codes) {
    Histogram all =
        Figure.histogram("Activations of the code on test examples").axes("activation", "density");
    for (Map.Entry<String, Tensor> e : codes.entrySet()) {
      all = all.values(e.getKey(), e.getValue());
    }
    return all.density().bins(20);
  }
}
