package shinso.cpu.simd;

import java.util.Random;

/** Operands of tests: awkward sizes, special values, random numbers of all magnitudes. */
public final class Values {
  /** Around the vector lengths, and around a tile. */
  public static final int[] SIZES = {0, 1, 13, 207, 2048, 4098};

  public static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    -0.5f,
    1.5f,
    -1.5f,
    2.5f,
    3f,
    -3f,
    1e-3f,
    10f,
    -10f,
    88.72284f,
    88.8f,
    -87.4f,
    -103.9f,
    -104.1f,
    1e5f,
    -1.00001e5f,
    1e10f,
    8388607.5f,
    8388608f,
    -8388609f,
    16777216f,
    16777218f,
    -0x1p31f,
    0x1.fffffep30f,
    0x1p32f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    1e-40f,
    -1e-40f,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private Values() {}

  /** Special values in random places, among numbers of all magnitudes and of usual ones. */
  public static float[] mixed(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] =
          switch (random.nextInt(4)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> Float.intBitsToFloat(random.nextInt());
            default -> (float) (3 * random.nextGaussian());
          };
    }
    return x;
  }

  public static float[] gaussian(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  public static int[] ints(Random random, int n) {
    int[] special = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
    int[] x = new int[n];
    for (int i = 0; i < n; i++) {
      x[i] =
          switch (random.nextInt(3)) {
            case 0 -> special[random.nextInt(special.length)];
            case 1 -> random.nextInt();
            default -> random.nextInt(-20, 20);
          };
    }
    return x;
  }

  /** The bits of {@code x}, all NaNs alike. */
  public static int[] bits(float[] x) {
    int[] bits = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      bits[i] = Float.floatToIntBits(x[i]);
    }
    return bits;
  }
}
