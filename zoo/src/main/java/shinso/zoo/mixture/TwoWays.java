package shinso.zoo.mixture;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.Losses;
import shinso.nn.model.Regressor;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.Run;

/**
 * The toy problem of "Pattern recognition and machine learning", figure 5.19, the wrong way round:
 * t is uniform in 0 to 1, the input is x = t + 0.3 sin 2πt + noise uniform in ±0.1, and t is to be
 * found from x. In the middle there are three answers.
 */
final class TwoWays {
  /** The least mean negative log-likelihood that there is, that of p(t | x) itself, in nats. */
  static final double ENTROPY = -1.282348;

  /** That of one Gaussian with the conditional mean and one variance for all. */
  static final double LEAST_SQUARES = -0.212155;

  static final double NOISE = 0.1;

  private TwoWays() {}

  static DataSource source() {
    return DataSource.generated(
        "inverse-problem", () -> Split.of(draws(1_000, Rng.of(1)), draws(10_000, Rng.of(2))));
  }

  /** The forward problem's curve, x = t + 0.3 sin 2πt. */
  static double forward(double t) {
    return t + 0.3 * Math.sin(2 * Math.PI * t);
  }

  private static Dataset draws(int n, Rng rng) {
    Tensor t = Tensor.uniform(rng.split(0), n);
    Tensor noise = Tensor.uniform(rng.split(1), n).sub(0.5).mul(2 * NOISE);
    Tensor x = t.add(t.mul(2 * Math.PI).sin().mul(0.3)).add(noise);
    return InMemoryDataset.of(
        "x = t + 0.3 sin 2πt + noise",
        List.of(
            Column.floats("x", Shape.of(1), x.toFloatArray()),
            Column.floats("t", Shape.of(1), t.toFloatArray())));
  }

  /** Returns the mean negative log-likelihood of the test examples in nats. */
  static double likelihood(Run run, MixtureDensityNetwork mixture) {
    List<Tensor> test = run.data().test().whole();
    return mixture.given(test.getFirst()).logProbability(test.getLast()).mean().neg().item();
  }

  /**
   * Returns that of Gaussians around predictions; their variance is the mean square of the training
   * examples' errors.
   */
  static double gaussianLikelihood(Run run, Regressor mean) {
    double variance = squaredError(run.data().train(), mean);
    double test = squaredError(run.data().test(), mean);
    return 0.5 * (Math.log(2 * Math.PI * variance) + test / variance);
  }

  private static double squaredError(Dataset data, Regressor mean) {
    List<Tensor> all = data.whole();
    return Losses.mse(mean.predict(all.getFirst()), all.getLast()).item();
  }

  /** Returns the share of inputs from 0 to 1 for which an answer is among those that may be. */
  static double possible(Regressor answers) {
    Tensor t = answers.predict(inputs());
    Tensor x = t.add(t.mul(2 * Math.PI).sin().mul(0.3));
    return x.sub(inputs()).abs().lessEqual(NOISE).mean().item();
  }

  /** Inputs from 0 to 1: {@code [501, 1]}. */
  static Tensor inputs() {
    return Tensor.iota(501).cast(DType.F32).div(500).reshape(-1, 1);
  }
}
