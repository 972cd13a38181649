package shinso.zoo.energy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Recurrent;
import shinso.train.data.Dataset;
import shinso.train.judge.Estimate;

/**
 * How well a model predicts all frames of some sequences, the first ones included.
 *
 * @param model the model
 * @param v the frames one below the other, {@code [n, visible]}
 * @param biases of their machines
 */
record FrameLikelihood(RnnRbm model, Tensor v, RnnRbm.Biases biases) {
  /** Frames whose chains run side by side. */
  private static final int TOGETHER = 512;

  /** Collects the frames of sequences with their lengths. */
  static FrameLikelihood of(RnnRbm model, Dataset sequences) {
    List<Tensor> batch = sequences.whole();
    Tensor x = batch.get(0); // [b, time, visible]
    float[] mask = Recurrent.mask(batch.get(1), x.shape().dim(1)).toFloatArray();
    Tensor counted = Tensor.of(IntStream.range(0, mask.length).filter(i -> mask[i] == 1).toArray());
    RnnRbm.Biases t = model.biases(x);
    List<Tensor> all =
        Tensor.evaluate(
            List.of(
                RnnRbm.frames(x).gather(0, counted),
                t.visible().gather(0, counted),
                t.hidden().gather(0, counted)));
    return new FrameLikelihood(model, all.get(0), new RnnRbm.Biases(all.get(1), all.get(2)));
  }

  /**
   * Returns the mean of −log p(v⁽ᵗ⁾ | v⁽¹⁾ … v⁽ᵗ⁻¹⁾) in nats, log Z of each frame by annealing,
   * which says too little where chains miss a mode.
   *
   * @param chains of each frame
   * @param temperatures steps of β
   */
  Estimate negative(int chains, int temperatures, Rng rng) {
    return mean((t, frames, key) -> model.annealedLogPartition(t, chains, temperatures, key), rng);
  }

  /**
   * Returns the same by annealing back, which says too much, from draws of long chains that begin
   * at the frames.
   *
   * @param sweeps steps of Gibbs sampling for a draw
   */
  Estimate negativeBack(int chains, int temperatures, int sweeps, Rng rng) {
    return mean(
        (t, frames, key) -> {
          Tensor draws = model.mixed(frames.tile(0, chains), t.tile(chains), sweeps, key.split(0));
          return model.annealedBackLogPartition(t, draws, temperatures, key.split(1));
        },
        rng);
  }

  /** Estimates log Z of some frames. */
  @FunctionalInterface
  private interface Normalizer {
    double[] logZ(RnnRbm.Biases biases, Tensor frames, Rng rng);
  }

  private Estimate mean(Normalizer normalizer, Rng rng) {
    int n = v.shape().dim(0);
    double[] negative = model.freeEnergy(v, biases).toDoubleArray();
    for (int from = 0; from < n; from += TOGETHER) {
      int to = Math.min(n, from + TOGETHER);
      double[] logZ =
          normalizer.logZ(biases.slice(from, to), v.slice(0, from, to), rng.split(from));
      for (int i = 0; i < logZ.length; i++) {
        negative[from + i] += logZ[i];
      }
    }
    return Estimate.mean(negative);
  }

  /**
   * Returns TP / (TP + FP + FN) over all units of frames that are drawn given what came before.
   *
   * @param sweeps steps of Gibbs sampling for a draw
   */
  double accuracy(int sweeps, Rng rng) {
    Tensor start = biases.visible().sigmoid().bernoulli(rng.split("start"));
    Tensor drawn = model.mixed(start, biases, sweeps, rng.split("sweeps"));
    double both = drawn.mul(v).sum().item();
    double either = drawn.maximum(v).sum().item();
    return both / either;
  }

  /** Returns the numbers of units that are on in some frame, from the first to after the last. */
  static int[] range(Tensor frames) {
    double[] on = frames.max(0).toDoubleArray();
    int[] sounding = IntStream.range(0, on.length).filter(i -> on[i] > 0).toArray();
    return sounding.length == 0
        ? new int[] {0, on.length}
        : new int[] {sounding[0], Arrays.stream(sounding).max().orElseThrow() + 1};
  }
}
