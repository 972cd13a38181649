package shinso.zoo.autoencoder;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.figure.Figure;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * Denoising auto-encoders on binary digits, with three kinds of noise and one without any, side by
 * side: what their hidden units look for, and what they make of disturbed digits.
 *
 * <pre>
 * ./shinso run denoising-filters --data binarized-mnist
 * </pre>
 */
public final class DenoisingFilters implements Recipe<DenoisingAutoencoder> {
  private static final Quantity GAIN =
      Quantity.larger("log P(digit | disturbed digit) over that of base rates", "nats");

  private static final String SALT = "salt and pepper";

  @Override
  public Card card() {
    return Card.of("denoising-filters", "what denoising auto-encoders look for in digits")
        .rows("L1")
        .source(
            "Vincent, Larochelle, Bengio and Manzagol, \"Extracting and composing robust features"
                + " with denoising autoencoders\", 2008; Vincent et al. 2010")
        .reported("filters become strokes as the noise grows (2008, figure 3)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.always(ALL),
        HIDDEN.row(64, 256, 500),
        EPOCHS.row(8, 8, 100),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.001, 0.001));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(GAIN.of("masking"), 20, 80, 90),
        Claim.atLeast(GAIN.of(SALT), 20, 60, 70),
        Claim.atLeast(GAIN.of("Gaussian"), 20, 60, 70));
  }

  @Override
  public DenoisingAutoencoder model(Run run) {
    return untrained(run, Corruption.saltAndPepper(0.4));
  }

  private static DenoisingAutoencoder untrained(Run run, Corruption corruption) {
    return DenoisingAutoencoder.of(28 * 28, run.get(HIDDEN), corruption, run.rng("model"))
        .withBaseRates(BaseRates.of(run));
  }

  @Override
  public void run(Run run, DenoisingAutoencoder dae) {
    Map<String, DenoisingAutoencoder> all = new LinkedHashMap<>();
    all.put(SALT, dae);
    all.put("masking", untrained(run, Corruption.masking(0.4)));
    all.put("Gaussian", untrained(run, Corruption.gaussian(0.5)));
    all.put("none", untrained(run, Corruption.none()));
    Batches batches = run.batches(run.data().train());
    Tensor rates = BaseRates.of(run);
    all.forEach((name, one) -> {
      WalkBack walk = new WalkBack(one.chain(), 1, 1);
      Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.steps(batches)));
      LossLearner learner =
          LossLearner.of(one, (b, rng) -> walk.loss(b.getFirst().flatten(1), rng), rule);
      run.train(stage(name), learner, batches).evaluate("test", run.data().test().every(50)).go();
      run.score(
          GAIN.of(name),
          () ->
              PerExample.mean(
                  run.data().test(),
                  run.rng("test"),
                  (x, rng) -> independent(x, rates).sub(walk.loss(x.flatten(1), rng))));
      String title = "What hidden units look for, noise: " + name;
      run.filters(stage(name), title, one.weight());
    });
    run.show("restored", () -> restored(run, all));
  }

  private static String stage(String name) {
    return name.toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  /** −Σ log P of units that are on as often as in the data, all alone: {@code [b]}. */
  private static Tensor independent(Tensor x, Tensor rates) {
    Tensor p = rates.clip(1e-3, 1 - 1e-3);
    Tensor v = x.flatten(1);
    return v.mul(p.log()).add(v.rsub(1).mul(p.rsub(1).log())).sum(1).neg();
  }

  /** A pair of rows for each noise: disturbed digits, and what the auto-encoder makes of them. */
  private static Figure restored(Run run, Map<String, DenoisingAutoencoder> all) {
    Tensor digits = ChainFigures.digits(run, 20);
    List<Tensor> rows = new ArrayList<>();
    all.forEach((name, one) -> {
      Tensor disturbed = one.corruption().corrupt(digits, run.rng("restored"));
      rows.add(disturbed.clip(0, 1));
      rows.add(one.denoise(disturbed).mean());
    });
    Tensor pictures = Tensor.concat(0, rows).reshape(20 * rows.size(), 28, 28, 1);
    return Figure.pictures("Disturbed digits, and P(x = 1 | x̃) below each", pictures)
        .columns(20)
        .caption("From above: " + String.join("; ", all.keySet()));
  }
}
