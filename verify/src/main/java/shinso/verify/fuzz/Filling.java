package shinso.verify.fuzz;

import java.util.Random;
import java.util.random.RandomGenerator;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** What a leaf is filled with: a function of a seed and the position. */
public enum Filling {
  /** Uniform in [−1, 1). */
  UNIFORM,
  /** In [0.5, 1.5). */
  POSITIVE,
  /** Integers from −3 to 3. */
  SMALL,
  /** NaN, infinities, zeros, subnormal, small, large and ordinary numbers. */
  SPECIAL,
  /** 0 or 1. */
  BITS,
  /** 1, 2, 3, … 9, 1, …: what shrinking tries first. */
  RAMP,
  /** Ones. */
  ONES,
  /** Zeros that are data, not constants. */
  ZEROS,
  /** I32 from 0 to below a bound. */
  POSITIONS(DType.I32),
  /** I32 from −3 to 3. */
  I32_SMALL(DType.I32),
  /** I32 zeros. */
  I32_ZEROS(DType.I32),
  /** Two words of a random key. */
  KEY(DType.I32);

  private static final float[] SPECIALS = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    1e-40f,
    -1e-42f,
    Float.MIN_NORMAL,
    3e38f,
    -3e38f,
    1e20f,
    -1e-20f,
    1f,
    -1f,
    0.5f,
    2.5f,
    -88f,
    88.5f,
    16777216f,
    2e9f
  };

  private final DType type;

  Filling() {
    this(DType.F32);
  }

  Filling(DType type) {
    this.type = type;
  }

  /** Returns the element type. */
  public DType type() {
    return type;
  }

  /**
   * Returns a leaf with these numbers.
   *
   * @param bound for {@link #POSITIONS}
   */
  public Tensor tensor(long seed, int bound, int... dims) {
    int count = 1;
    for (int d : dims) {
      count *= d;
    }
    double[] v = values(seed, bound, count);
    if (type == DType.I32) {
      int[] ints = new int[count];
      for (int i = 0; i < count; i++) {
        ints[i] = (int) v[i];
      }
      return Tensor.owning(ints, Shape.of(dims));
    }
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) v[i];
    }
    return Tensor.owning(floats, Shape.of(dims));
  }

  /** Returns the numbers. */
  public double[] values(long seed, int bound, int count) {
    RandomGenerator random = new Random(seed);
    double[] v = new double[count];
    for (int i = 0; i < count; i++) {
      v[i] =
          switch (this) {
            case UNIFORM -> random.nextFloat() * 2 - 1;
            case POSITIVE -> random.nextFloat() + 0.5f;
            case SMALL, I32_SMALL -> random.nextInt(7) - 3;
            case SPECIAL -> SPECIALS[random.nextInt(SPECIALS.length)];
            case BITS -> random.nextInt(2);
            case POSITIONS -> random.nextInt(bound);
            case RAMP -> i % 9 + 1;
            case ONES -> 1;
            case ZEROS, I32_ZEROS -> 0;
            case KEY -> random.nextInt();
          };
    }
    return v;
  }
}
