package shinso.train.data;

import java.util.random.RandomGenerator;
import shinso.core.random.Rng;

/** Random orders that are a pure function of a key, and stay the same in all versions. */
final class Shuffle {
  private Shuffle() {}

  /** Returns the numbers 0 to {@code size - 1} in random order, each order as likely. */
  static int[] permutation(int size, Rng rng) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    shuffle(order, rng);
    return order;
  }

  /** Brings numbers into random order, by Fisher and Yates. */
  static void shuffle(int[] values, Rng rng) {
    RandomGenerator generator = rng.generator();
    for (int i = values.length - 1; i > 0; i--) {
      // The high half of a 64 by 64 bit product. RandomGenerator.nextInt(bound) might be written
      // anew in a later JDK and then give another order; the bias is below 2⁻³².
      int j = (int) Math.unsignedMultiplyHigh(generator.nextLong(), i + 1L);
      int t = values[i];
      values[i] = values[j];
      values[j] = t;
    }
  }
}
