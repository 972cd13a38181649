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
 * A fully visible belief network on binary digits: 784 logistic regressions, each on the pixels
 * before it.
 *
 * <pre>
 * ./shinso run fvbn-mnist --data binarized-mnist
 * </pre>
 */
public final class FvbnMnist implements Recipe<Fvbn> {
  @Override
  public Card card() {
    return Card.of("fvbn-mnist", "fully visible belief network of logistic units on binary digits")
        .rows("K1")
        .source("Frey 1998; Larochelle and Murray 2011")
        .reported("binarised MNIST: -97.45 nats");
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
        EPOCHS.row(8, 20, 50),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.003, 0.002),
        WEIGHT_DECAY.row(0.0, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_LOG_LIKELIHOOD, -170, -99, -98)
            .on("binarized-mnist")
            .published("-97.45"),
        Claim.atLeast(TEST_LOG_LIKELIHOOD, -170, -120, -120).on("glyphs-binary"));
  }

  @Override
  public Fvbn model(Run run) {
    Fvbn network = Fvbn.of(28 * 28);
    network.bias().assign(Bernoulli.ofRates(BaseRates.of(run)).logits());
    return network;
  }

  @Override
  public void run(Run run, Fvbn network) {
    double decay = run.get(WEIGHT_DECAY);
    DigitLikelihood.learn(
        run, network, rate -> Adam.of(rate).weightDecay(decay, Parameters::isWeight));
    DigitFigures.samples(run, network);
    DigitFigures.completions(run, network);
    DigitFigures.receptive(
        run, "What the pixels before them give to 100 pixels in the middle", network.weight());
  }
}
