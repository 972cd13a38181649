package shinso.train.data.glyphs;

import shinso.core.random.Rng;
import shinso.core.random.Threefry;

/** Random numbers of one example, made with exact operations only. */
final class ExactDraws {
  private static final double SQRT3 = Math.sqrt(3);

  private final int key0;
  private final int key1;
  private long counter;

  /** Draws with the key of these words, the same numbers as {@link Rng#generator}. */
  ExactDraws(int key0, int key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** Returns the draws of the child of a key; without a tensor a child, as there are many. */
  static ExactDraws ofChild(int key0, int key1, int index) {
    long child = Threefry.child(key0, key1, index);
    return new ExactDraws((int) child, (int) (child >>> 32));
  }

  /** Returns 64 random bits. */
  long bits() {
    long c = counter++;
    return Threefry.block(key0, key1, (int) c, (int) (c >>> 32));
  }

  /** Returns a number between two, uniformly. */
  double between(double low, double high) {
    return low + (high - low) * ((bits() >>> 11) * 0x1p-53);
  }

  /** Returns 0 to {@code count - 1}, each as likely. */
  int below(int count) {
    return (int) Math.unsignedMultiplyHigh(bits(), count);
  }

  /** Returns true with this probability. */
  boolean chance(double probability) {
    return between(0, 1) < probability;
  }

  /** Returns {@link #bell()} times a deviation. */
  double bell(double deviation) {
    return deviation * bell();
  }

  /**
   * Returns a nearly normal number of mean 0 and variance 1, the sum of four uniform ones: |x| &lt;
   * 3.5.
   */
  private double bell() {
    long b = bits();
    long sum = (b & 0xFFFF) + (b >>> 16 & 0xFFFF) + (b >>> 32 & 0xFFFF) + (b >>> 48);
    return (sum * 0x1p-16 - 2) * SQRT3;
  }
}
