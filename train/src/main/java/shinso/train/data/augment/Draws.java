package shinso.train.data.augment;

import java.util.random.RandomGenerator;

/** Random numbers from words alone: what generators make of them may change with the JDK. */
final class Draws {
  private Draws() {}

  /** Returns a number in [0, 1). */
  static double uniform(RandomGenerator random) {
    return (random.nextLong() >>> 11) * 0x1p-53;
  }

  /** Returns a number between two others. */
  static double between(RandomGenerator random, double low, double high) {
    return low + (high - low) * uniform(random);
  }

  /** Returns one of the numbers 0 to {@code count − 1}. */
  static int below(RandomGenerator random, int count) {
    return (int) Math.unsignedMultiplyHigh(random.nextLong(), count);
  }
}
