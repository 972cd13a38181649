package shinso.train.data.glyphs;

import java.util.random.RandomGenerator;
import shinso.core.random.Rng;

/** Random numbers of one example, made with exact operations only. */
final class Draws {
  private static final double SQRT3 = Math.sqrt(3);

  private final RandomGenerator generator;

  Draws(Rng rng) {
    this.generator = rng.generator();
  }

  /** Returns 64 random bits. */
  long bits() {
    return generator.nextLong();
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
   * Returns a nearly normal number of mean 0 and variance 1, the sum of four uniform ones: |x| <
   * 3.5.
   */
  private double bell() {
    long b = bits();
    long sum = (b & 0xFFFF) + (b >>> 16 & 0xFFFF) + (b >>> 32 & 0xFFFF) + (b >>> 48);
    return (sum * 0x1p-16 - 2) * SQRT3;
  }
}
