package shinso.zoo.autoencoder;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.chain.Transition;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Normal;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * The Markov chain of a denoising auto-encoder where all is known: on the standard normal
 * distribution with noise of variance s the true denoiser is N(x̃ / (1 + s), s / (1 + s)). Its
 * chain keeps the variance 1; the chain of its means shrinks to 1 / (2 + s).
 *
 * <pre>
 * ./shinso run denoising-normal
 * </pre>
 */
public final class DenoisingNormal implements Recipe<DenoisingNormal.Denoisers> {
  private static final double[] NOISES = {0.25, 1, 4}; // s
  private static final int CHAINS = 20_000;
  private static final int LENGTH = 40;

  /**
   * P(x | x̃) = N(a x̃, e²ˡ).
   *
   * @param slope a, {@code [1]}
   * @param logScale l, {@code [1]}
   */
  public record Denoiser(Param slope, Param logScale) implements DenoisingChain.Denoiser {
    @Override
    public Distribution denoise(Tensor corrupted) {
      Tensor l = corrupted.zerosLike().add(logScale.value());
      return new Normal(corrupted.mul(slope.value()), l).independent(1);
    }
  }

  /**
   * A denoiser for each noise.
   *
   * @param each in the order of the noises
   */
  public record Denoisers(List<Denoiser> each) {}

  private static Quantity variance(double s, String of) {
    return Quantity.of("stationary variance of %s, noise of variance %s".formatted(of, s), "");
  }

  @Override
  public Card card() {
    return Card.of("denoising-normal", "the chain of a denoising auto-encoder, where it is known")
        .rows("L3")
        .source(
            "Bengio, Yao, Alain and Vincent, \"Generalized denoising auto-encoders as generative"
                + " models\", 2013, theorem 1")
        .reported("1 by draws; 4/9, 1/3 and 1/6 by means for noise of variance 1/4, 1 and 4");
  }

  @Override
  public List<DataSource> data() {
    return List.of(
        DataSource.generated("normal", () -> Split.of(draws(20_000, 1), draws(1_000, 2))));
  }

  private static Dataset draws(int n, int seed) {
    Tensor x = Tensor.normal(Rng.of(seed), n, 1);
    return InMemoryDataset.of(
        "standard normal", List.of(Column.floats("x", Shape.of(1), x.toFloatArray())));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        STEPS.row(600, 5_000, 20_000), BATCH.row(500, 1_000, 1_000), RATE.row(0.02, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    List<Claim> claims = new ArrayList<>();
    for (double s : NOISES) {
      double v = 1 / (2 + s);
      claims.add(Claim.near(variance(s, "draws"), 1, 0.15, 0.06, 0.04).published("1"));
      claims.add(Claim.near(variance(s, "means"), v, 0.15 * v, 0.06 * v, 0.04 * v));
    }
    return claims;
  }

  @Override
  public Denoisers model(Run run) {
    return new Denoisers(
        IntStream.range(0, NOISES.length)
            .mapToObj(i -> new Denoiser(Param.of(Tensor.zeros(1)), Param.of(Tensor.zeros(1))))
            .toList());
  }

  @Override
  public void run(Run run, Denoisers denoisers) {
    Lines chart = Figure.lines("Variances of chains that begin at 0").axes("step", "variance");
    for (int i = 0; i < NOISES.length; i++) {
      double s = NOISES[i];
      Denoiser denoiser = denoisers.each().get(i);
      DenoisingChain chain = new DenoisingChain(Corruption.gaussian(Math.sqrt(s)), denoiser);
      WalkBack walk = new WalkBack(chain, 1, 1);
      int steps = run.get(STEPS);
      run.train(
              "noise-" + s,
              LossLearner.of(
                  denoiser,
                  (b, rng) -> walk.loss(b.getFirst(), rng),
                  Adam.of(Schedule.linear(run.get(RATE), 0, steps))),
              run.batches(run.data().train()))
          .steps(steps)
          .go();
      double[] drawn = variances(run, "draws-" + s, chain);
      double[] means = variances(run, "means-" + s, chain.ofMeans());
      run.score(variance(s, "draws"), () -> drawn[LENGTH]);
      run.score(variance(s, "means"), () -> means[LENGTH]);
      double[] time = IntStream.rangeClosed(0, LENGTH).asDoubleStream().toArray();
      chart =
          chart
              .series("draws, noise of variance " + s, time, drawn)
              .series("means, noise of variance " + s, time, means);
    }
    Lines all = chart;
    run.show("variances", () -> all);
  }

  private static double[] variances(Run run, String name, Transition chain) {
    return run.once(
            name,
            () -> {
              Gibbs chains = Gibbs.of(Tensor.zeros(CHAINS, 1), chain);
              List<Tensor> v = new ArrayList<>(List.of(Tensor.scalar(0)));
              for (int t = 0; t < LENGTH; t++) {
                v.add(chains.run(1, run.rng(name).split(t)).variance().evaluate());
              }
              return Tensor.stack(0, v);
            })
        .toDoubleArray();
  }
}
