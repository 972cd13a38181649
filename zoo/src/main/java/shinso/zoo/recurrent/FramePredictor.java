package shinso.zoo.recurrent;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.loss.Losses;

/**
 * Next-frame prediction of binary sequences: which keys sound in the next step, each by itself
 * given all steps before it.
 *
 * <pre>
 * h_t = layer(x_t, h_{t−1})
 * p(x_{t+1} | x₁ … x_t) = Π_i σ(V h_t + c)_i^{x_i} (1 − σ(V h_t + c)_i)^{1 − x_i}
 * </pre>
 *
 * <p>Sources: Boulanger-Lewandowski, Bengio and Vincent, "Modeling temporal dependencies in
 * high-dimensional sequences" (2012); Chung, Gulcehre, Cho and Bengio, "Empirical evaluation of
 * gated recurrent neural networks on sequence modeling" (2014).
 *
 * @param network {@code [b, time, keys] -> [b, time, keys]}, the logits of the next step
 */
public record FramePredictor(Network network) {
  /**
   * Returns a layer of a kind that is as large as a number of parameters allows.
   *
   * @param keys how many units a frame has
   * @param parameters about how many parameters there are together
   * @param dropout of the layer's outputs
   */
  public static FramePredictor of(Cell cell, int keys, int parameters, double dropout, Rng rng) {
    int gates =
        switch (cell) {
          case RNN -> 1;
          case GRU -> 3;
          case LSTM -> 4;
        };
    // gates h² + (gates + 1) keys h = parameters, up to the biases
    double b = (gates + 1.0) * keys / gates;
    double h = (Math.sqrt(b * b + 4.0 * parameters / gates) - b) / 2;
    int hidden = Math.max(1, (int) Math.round(h));
    Network.Builder net = cell.append(Network.of(1, keys), hidden).dropout(dropout);
    return new FramePredictor(net.dense(keys).build(rng));
  }

  /**
   * Returns this, which expects of each key at first what it is like on average: c is log r / (1 −
   * r).
   *
   * @param rates r, {@code [keys]}, within 0 and 1
   */
  public FramePredictor withBaseRates(Tensor rates) {
    Dense output = (Dense) network.layers().lastEntry().getValue();
    Objects.requireNonNull(output.bias()).assign(rates.div(rates.rsub(1)).log());
    return this;
  }

  /** What a batch of sequences was predicted like. */
  record Frames(Tensor logits, Tensor truth, Tensor counts) {
    /** Returns −log p of each frame: {@code [b, time − 1]}. */
    Tensor negativeLogLikelihood() {
      return new Bernoulli(logits).logProbability(truth).sum(-1).neg();
    }

    /** Returns the mean of that over the frames that count. */
    Tensor loss() {
      return Losses.mean(negativeLogLikelihood(), counts);
    }

    /**
     * Returns how many keys of the frames that count are on rightly, on wrongly, and off wrongly,
     * where a key is taken for on from a probability of one half: {@code [3]}.
     */
    Tensor keys() {
      Tensor on = logits.greater(0).mul(counts.unsqueeze(2));
      Tensor off = logits.lessEqual(0).mul(counts.unsqueeze(2));
      return Tensor.stack(
          0, List.of(on.mul(truth).sum(), on.mul(truth.rsub(1)).sum(), off.mul(truth).sum()));
    }
  }

  /**
   * Predicts the frames of sequences from the second on.
   *
   * @param batch sequences {@code [b, time, keys]}, their lengths I32 {@code [b]}, and the first
   *     frames that count, I32 {@code [b]}
   */
  Frames predict(List<Tensor> batch, Pass pass) {
    Tensor x = batch.get(0);
    int time = x.shape().dim(1);
    // Frame t is predicted by step t − 1.
    Tensor frames = Recurrent.mask(batch.get(1), time);
    Tensor before = Recurrent.mask(batch.get(2), time);
    Tensor counts = frames.sub(before).slice(1, 1, time);
    Tensor logits = network.forward(x.slice(1, 0, time - 1), pass); // [b, time − 1, keys]
    return new Frames(logits, x.slice(1, 1, time), counts);
  }

  /** Returns the numbers of units and parameters. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "FramePredictor(%s)", network);
  }
}
