package shinso.zoo.directed;

import static shinso.zoo.directed.VaeDigits.*;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Importance-weighted auto-encoders on digits: with more draws in training the bound is tighter,
 * the likelihood better, and more latent variables are used.
 *
 * <pre>
 * ./shinso run iwae-mnist --data mnist
 * </pre>
 */
public final class IwaeMnist implements Recipe<Vae> {
  private static final Quantity GAIN =
      Quantity.larger("gain in log-likelihood by 50 draws in training", "nats");

  @Override
  public Card card() {
    return Card.of("iwae-mnist", "importance-weighted auto-encoders with 1, 5 and 50 draws")
        .rows("J7")
        .source("Burda, Grosse and Salakhutdinov, \"Importance weighted autoencoders\", 2016")
        .reported("MNIST, binarisation redrawn: -86.76 nats with 1 draw, -84.78 with 50");
  }

  @Override
  public List<DataSource> data() {
    return DIGITS;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(200, ALL, ALL),
        HIDDEN.row(50, 200, 200),
        CODE.row(10, 50, 50),
        EPOCHS.row(5, 15, 1_000),
        BATCH.row(50, 50, 20),
        RATE.row(0.006, 0.001, 0.001),
        DRAWS.row(50, 500, 5_000),
        JUDGED.row(100, 1_000, ALL));
  }

  /** Independent pixels reach −205 nats on MNIST and −158 on the digits that the program draws. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(GAIN, -5, 0.3, 1.5).published("1.98"),
        Claim.atLeast(LIKELIHOOD.of(name(1)), -200, -105, -87.5).on("mnist").published("-86.76"),
        Claim.atLeast(LIKELIHOOD.of(name(50)), -200, -103, -85.5).on("mnist").published("-84.78"));
  }

  private static String name(int k) {
    return k == 1 ? "1 draw" : k + " draws";
  }

  /** The one with the most draws. */
  @Override
  public Vae model(Run run) {
    return networks(run, run.get(CODE), "model");
  }

  @Override
  public void run(Run run, Vae model) {
    Vae single = networks(run, run.get(CODE), "model");
    Vae several = networks(run, run.get(CODE), "model");
    Map<Integer, Vae> all = new LinkedHashMap<>();
    all.put(1, single);
    all.put(5, several);
    all.put(50, model);
    all.forEach((k, vae) -> train(run, "iwae-" + k, vae, Vae.Bound.IMPORTANCE_WEIGHTED, k));
    Dataset judged = run.data().test().limit(run.get(JUDGED));
    Protocol drawn = protocol(run);
    Comparison table =
        run.compare(
            "likelihoods",
            "Draws in training",
            LIKELIHOOD.under(drawn.estimate()),
            BOUND.under(drawn.bound()),
            ACTIVE);
    List<Double> found = new ArrayList<>();
    all.forEach((k, vae) -> {
      List<Double> row =
          table.variant(
              name(k),
              () -> likelihood(run, vae, judged, run.get(DRAWS)),
              () -> bound(run, vae).value(),
              () -> Vae.activeUnits(vae.encode(judged.whole().getFirst())));
      found.add(row.getFirst());
    });
    table.show();
    run.score(GAIN, () -> found.getLast() - found.getFirst());
    run.show("draws", () -> byDraws(run, all, judged.limit(200)));
  }

  private static double likelihood(Run run, Vae vae, Dataset data, int k) {
    return ImportanceSampling.logLikelihood(vae, data, k, run.rng("likelihood")).value();
  }

  /** How the bound rises with the draws that it is judged with. */
  private static Lines byDraws(Run run, Map<Integer, Vae> all, Dataset data) {
    double[] draws = {1, 2, 5, 10, 20, 50, 100};
    Lines lines = Figure.lines("The bound L_k").axes("draws k in the estimate", "nats").logX();
    for (Map.Entry<Integer, Vae> e : all.entrySet()) {
      double[] bounds = new double[draws.length];
      for (int i = 0; i < draws.length; i++) {
        bounds[i] = likelihood(run, e.getValue(), data, (int) draws[i]);
      }
      lines = lines.series("trained with " + name(e.getKey()), draws, bounds);
    }
    return lines;
  }
}
