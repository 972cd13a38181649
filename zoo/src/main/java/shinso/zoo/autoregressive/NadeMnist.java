package shinso.zoo.autoregressive;

import static shinso.train.judge.Quantity.TEST_LOG_LIKELIHOOD;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.nn.optim.Adam;
import shinso.zoo.harness.*;

/**
 * NADE on binary digits: its likelihood needs no sampling and no bound.
 *
 * <pre>
 * ./shinso run nade-mnist --data binarized-mnist
 * </pre>
 */
public final class NadeMnist implements Recipe<Nade> {
  @Override
  public Card card() {
    return Card.of("nade-mnist", "neural autoregressive distribution estimator on binary digits")
        .rows("K3")
        .source("Larochelle and Murray, \"The neural autoregressive distribution estimator\", 2011")
        .reported("binarised MNIST: -88.33 nats with 500 hidden units");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.row(200, ALL, ALL),
        HIDDEN.row(20, 400, 500),
        EPOCHS.row(8, 8, 50),
        BATCH.row(50, 100, 100),
        RATE.row(0.05, 0.005, 0.003));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_LOG_LIKELIHOOD, -200, -90, -90)
            .on("binarized-mnist")
            .published("-88.33"),
        Claim.atLeast(TEST_LOG_LIKELIHOOD, -200, -90, -90).on("glyphs-binary"));
  }

  @Override
  public Nade model(Run run) {
    return Nade.of(28 * 28, run.get(HIDDEN), run.rng("model"));
  }

  @Override
  public void run(Run run, Nade nade) {
    DigitLikelihood.learn(run, nade, Adam::of);
    DigitFigures.samples(run, nade);
    DigitFigures.completions(run, nade);
    run.filters("filters", "What pixels give to hidden units", nade.encoder());
  }
}
