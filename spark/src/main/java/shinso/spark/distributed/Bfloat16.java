package shinso.spark.distributed;

import java.nio.ByteBuffer;

/**
 * The upper half of a float: its range, and eight bits of precision. Numbers are rounded to the
 * nearest, ties to even.
 */
final class Bfloat16 {
  private Bfloat16() {}

  /** Writes numbers, two bytes each. */
  static void put(float[] values, int from, int to, ByteBuffer target) {
    for (int i = from; i < to; i++) {
      target.putShort(of(values[i]));
    }
  }

  /** Adds numbers to a sum. */
  static void add(ByteBuffer source, double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += toFloat(source.getShort());
    }
  }

  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }

  static float toFloat(short half) {
    return Float.intBitsToFloat(half << 16);
  }
}
