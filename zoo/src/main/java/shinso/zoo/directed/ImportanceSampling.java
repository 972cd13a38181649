package shinso.zoo.directed;

import java.util.Arrays;
import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.judge.Estimate;

/**
 * The likelihood of a variational auto-encoder by the importance-weighted bound with many draws,
 * L_k of Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders" (2016), section 3. It
 * is below log p(x) in the mean and reaches it with k.
 */
final class ImportanceSampling {
  /** So many examples and draws go through the networks at a time. */
  private static final int BATCH = 100;

  private static final int DRAWS = 50;

  private ImportanceSampling() {}

  /**
   * Returns the mean of L_k over a data set, with its standard error over the examples.
   *
   * @param k draws for each example
   */
  static Estimate logLikelihood(Vae vae, Dataset data, int k, Rng rng) {
    double[] all = new double[data.size()];
    int filled = 0;
    try (Batches.Epoch epoch = Batches.inOrder(data, BATCH).epoch(0)) {
      while (epoch.hasNext()) {
        int position = epoch.position();
        List<Tensor> batch = epoch.next();
        Rng key = rng.split(position);
        Observation observation = vae.generator().observation();
        Tensor x = observation.prepare(batch.getFirst(), key.split(0)).evaluate();
        double[] part = logLikelihood(vae, x, k, key.split(1));
        System.arraycopy(part, 0, all, filled, part.length);
        filled += part.length;
      }
    }
    return Estimate.mean(all);
  }

  /** Returns L_k of examples as they are; some draws at a time, their weights added in double. */
  static double[] logLikelihood(Vae vae, Tensor x, int k, Rng rng) {
    int full = Math.min(k, DRAWS);
    Program program = summing(vae, full);
    double[] sums = new double[x.shape().dim(0)];
    Arrays.fill(sums, Double.NEGATIVE_INFINITY);
    for (int done = 0; done < k; done += full) {
      Program part = k - done < full ? summing(vae, k - done) : program;
      double[] log = part.run(rng.split(done), x).output(0).toDoubleArray();
      for (int i = 0; i < sums.length; i++) {
        double high = Math.max(sums[i], log[i]);
        sums[i] = high + Math.log(Math.exp(sums[i] - high) + Math.exp(log[i] - high));
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] -= Math.log(k);
    }
    return sums;
  }

  /** Returns log Σᵢ wᵢ. */
  private static Program summing(Vae vae, int draws) {
    return Program.of(
        (in, rng) -> Step.outputs(vae.logWeights(in.getFirst(), draws, rng).logSumExp(0)));
  }
}
