package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Gru;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Network;
import shinso.train.data.Column;
import shinso.train.data.Sequences;
import shinso.zoo.harness.Setting;

/**
 * The adding problem: sequences of pairs of a number in (−1, 1) and a mark. Two numbers are marked
 * by 1, of which one is among the first ten and both lie in the first half; when the sequence has
 * ended, their sum is wanted, as ½ + (X₁ + X₂) / 4. The first and the last pair are marked by −1;
 * where the first number is to be added, it counts as 0.
 *
 * <p>Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997), section 5.4.
 */
final class Adding {
  static final Setting<Double> BIAS =
      Setting.number("bias", "bias of the gates that hold the state, at first", -10, 10);

  private static final int FIRST = 10;

  private Adding() {}

  /**
   * Returns sequences of random lengths.
   *
   * @param length of the shortest, at least 4; the longest are a tenth longer
   */
  static Sequences sequences(int count, int length, Rng rng) {
    RandomGenerator random = rng.generator();
    List<float[]> all = new ArrayList<>();
    float[] sums = new float[count];
    for (int i = 0; i < count; i++) {
      int time = length + random.nextInt(length / 10 + 1);
      float[] pairs = new float[2 * time];
      for (int t = 0; t < time; t++) {
        pairs[2 * t] = (float) random.nextDouble(-1, 1);
      }
      int half = Math.max(2, length / 2 - 1);
      int one = random.nextInt(Math.min(FIRST, half));
      int two = random.nextInt(half - 1);
      two += two >= one ? 1 : 0; // among those that aren't marked
      sums[i] = 0.5f + (number(pairs, one) + number(pairs, two)) / 4;
      pairs[1] = -1;
      pairs[2 * time - 1] = -1;
      pairs[2 * one + 1] = 1;
      pairs[2 * two + 1] = 1;
      all.add(pairs);
    }
    Column target = Column.floats("sum", Shape.of(1), sums);
    return Sequences.of("the adding problem", all, 2, List.of(target), List.of());
  }

  /**
   * Returns networks that say a number at each step, of a plain recurrent layer, of LSTM and of
   * GRU.
   *
   * @param length of the longest sequences
   * @param bias of the gates that hold what there is, at first: σ(4) = 0.982 from step to step
   */
  static Map<String, Network> networks(int length, int hidden, double bias, Rng rng) {
    Initializer init = Initializer.glorotUniform();
    Map<String, Network> all = new LinkedHashMap<>();
    all.put("rnn", Network.of(length, 2).rnn(hidden).dense(1).build(rng.split("rnn")));
    all.put(
        "lstm",
        Network.of(length, 2)
            .fitted("lstm", (in, key) -> Lstm.of(2, hidden, init, bias, key))
            .dense(1)
            .build(rng.split("lstm")));
    all.put(
        "gru",
        Network.of(length, 2)
            .fitted("gru", (in, key) -> Gru.of(2, hidden, init, bias, key))
            .dense(1)
            .build(rng.split("gru")));
    return all;
  }

  private static float number(float[] pairs, int t) {
    return t == 0 ? 0 : pairs[2 * t];
  }
}
