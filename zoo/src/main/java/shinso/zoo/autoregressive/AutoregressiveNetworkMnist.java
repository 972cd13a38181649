package shinso.zoo.autoregressive;

import static shinso.train.judge.Quantity.TEST_LOG_LIKELIHOOD;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Adam;
import shinso.zoo.harness.*;

/**
 * A neural autoregressive network on binary digits: hidden units that see the pixels on their left
 * are shared by all pixels on their right.
 *
 * <pre>
 * ./shinso run autoregressive-network-mnist --data binarized-mnist
 * </pre>
 */
public final class AutoregressiveNetworkMnist implements Recipe<AutoregressiveNetwork> {
  private static final Setting<Integer> GROUP =
      Setting.integer("group", "hidden units in the group of each pixel", 1, 100);

  @Override
  public Card card() {
    return Card.of(
            "autoregressive-network-mnist",
            "hidden units from left to right, shared by all pixels, on binary digits")
        .rows("K2")
        .source(
            "Bengio and Bengio, \"Modeling high-dimensional discrete data with multi-layer neural"
                + " networks\", 2000");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(200, ALL, ALL),
        GROUP.row(1, 1, 2),
        EPOCHS.row(6, 15, 50),
        BATCH.row(50, 100, 100),
        RATE.row(0.005, 0.002, 0.001),
        WEIGHT_DECAY.row(0.0, 0.05, 0.05));
  }

  /** With its direct weights alone it is a fully visible belief network, whose figures it beats. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_LOG_LIKELIHOOD, -170, -97, -95).on("binarized-mnist"),
        Claim.atLeast(TEST_LOG_LIKELIHOOD, -170, -110, -110).on("glyphs-binary"));
  }

  @Override
  public AutoregressiveNetwork model(Run run) {
    AutoregressiveNetwork network =
        AutoregressiveNetwork.of(28 * 28, run.get(GROUP), run.rng("model"));
    network.visibleBias().assign(Bernoulli.ofRates(BaseRates.of(run)).logits());
    return network;
  }

  @Override
  public void run(Run run, AutoregressiveNetwork network) {
    double decay = run.get(WEIGHT_DECAY);
    DigitLikelihood.learn(
        run, network, rate -> Adam.of(rate).weightDecay(decay, Parameters::isWeight));
    DigitFigures.samples(run, network);
    DigitFigures.completions(run, network);
    DigitFigures.receptive(
        run, "What the pixels before them give to hidden units in the middle", network.input());
  }
}
