package shinso.cpu.simd.element;

import static shinso.cpu.simd.Native.getFloat;
import static shinso.cpu.simd.Native.putFloat;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import shinso.core.random.Threefry;
import shinso.cpu.simd.Warmer;

/**
 * Gamma draws: by {@link GammaKernels} once these are compiled, which a background thread brings
 * about, and until then element by element, in the same arithmetic and so with the same bits.
 */
public final class GammaDraws {
  private static final Logger LOG = LoggerFactory.getLogger(GammaDraws.class);

  /** Elements of a call. */
  public static final int BLOCK = GammaKernels.BLOCK;

  /** Bytes of scratch memory, 64-byte aligned. */
  public static final int SCRATCH_BYTES = GammaKernels.SCRATCH_BYTES;

  /** Nanoseconds a draw, below which the kernels count as compiled; they take 20 then. */
  private static final double FAST = 200;

  private static final int MOST_CALLS = 2_000;
  private static final int MOST_ATTEMPTS = 20;

  private static final AtomicBoolean ASKED = new AtomicBoolean();
  private static volatile boolean fast;

  private GammaDraws() {}

  /** Has the kernels made fast in the background, unless that was asked for before. */
  public static void warm() {
    if (!ASKED.getAndSet(true)) {
      Warmer.add(() -> attempt(1));
    }
  }

  private static void attempt(int number) {
    try (Arena arena = Arena.ofConfined()) {
      long alpha = arena.allocate(4L * BLOCK, 64).address();
      long dst = arena.allocate(4L * BLOCK, 64).address();
      long scratch = arena.allocate(SCRATCH_BYTES, 64).address();
      for (int i = 0; i < BLOCK; i++) {
        putFloat(alpha + 4L * i, 0.01f * i);
      }
      fast =
          Warmer.warmUp(
              () -> GammaKernels.gamma(dst, alpha, 1, 2, 0, BLOCK, scratch),
              BLOCK * FAST,
              MOST_CALLS);
    }
    if (!fast && number < MOST_ATTEMPTS) {
      Warmer.add(() -> attempt(number + 1));
    } else if (!fast) {
      LOG.debug("the compiler leaves gamma draws slow, they are made one by one");
    }
  }

  /**
   * Draws elements.
   *
   * @param alpha address of their shape parameters
   * @param first number of the first of them
   * @param n how many, at most {@link #BLOCK}
   * @param scratch address of {@link #SCRATCH_BYTES} bytes
   */
  public static void draw(
      long dst, long alpha, int key0, int key1, int first, int n, long scratch) {
    if (fast) {
      GammaKernels.gamma(dst, alpha, key0, key1, first, n, scratch);
    } else {
      oneByOne(dst, alpha, key0, key1, first, n);
    }
  }

  static void oneByOne(long dst, long alpha, int key0, int key1, int first, int n) {
    for (int i = 0; i < n; i++) {
      float y = element(key0, key1, first + i, getFloat(alpha + 4L * i));
      putFloat(dst + 4L * i, y);
    }
  }

  private static float element(int key0, int key1, int element, double alpha) {
    if (!(alpha > 0)) {
      return Float.NaN;
    }
    long own = Threefry.block(key0, key1, element, Threefry.GAMMA_DOMAIN);
    int own0 = (int) own;
    int own1 = (int) (own >>> 32);
    double d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3;
    double c = 1 / Math.sqrt(d * 9);
    for (int counter = 0; ; counter += Threefry.GROUP / 2) {
      long words = Threefry.block(own0, own1, counter, 0);
      double x = normal((int) words, (int) (words >>> 32));
      double v = c * x + 1;
      double cube = v * v * v;
      double logCube = log(Math.max(v, 1e-12)) * 3;
      double right = (1 - cube + logCube) * d + x * 0.5 * x;
      double over = log(uniform(own0, own1, counter + 1)) - right;
      double error = d * 1e-13 + 1e-9;
      if (v > 1e-9 && over < -error) {
        double y = d * cube;
        return (float) (alpha < 1 ? y * power(uniform(own0, own1, 2), alpha) : y);
      }
      if (!(v > 1e-9 && over > error || v < -1e-9)) {
        return (float) Threefry.gamma(key0, key1, element, alpha);
      }
    }
  }

  private static double uniform(int key0, int key1, int counter) {
    return Threefry.uniform((int) Threefry.block(key0, key1, counter, 0));
  }

  // What follows does for an element what GammaKernels does for vectors of them.

  private static double log(double a) {
    long bits = Double.doubleToRawLongBits(a);
    long e = bits + GammaKernels.ONE_BITS - GammaKernels.SQRT_HALF_BITS >>> 52;
    double m = Double.longBitsToDouble(bits + GammaKernels.ONE_BITS - (e << 52));
    double s = (m - 1) / (m + 1);
    double q = s * s;
    double p = q * (1.0 / 17) + 1.0 / 15;
    for (int k = 13; k > 0; k -= 2) {
      p = Math.fma(p, q, 1.0 / k);
    }
    return Math.fma(e - 1023, GammaKernels.LN_2, p * (s + s));
  }

  private static double normal(int word0, int word1) {
    double logU = log((word0 >>> 1) * 0x1p-31f + 0x1p-32f);
    double quarters = (word1 >>> 8) * 0x1p-22f;
    double t = quarters + GammaKernels.ROUND;
    long turns = Double.doubleToRawLongBits(t);
    double r = (quarters - (t - GammaKernels.ROUND)) * (Math.PI / 2);
    double q = r * r;
    double y = (turns & 1) == 0 ? cos(q) : sin(q) * r;
    return ((turns + 1 & 2) == 0 ? y : -y) * Math.sqrt(logU * -2);
  }

  private static double cos(double q) {
    double p = q * GammaKernels.COS[0] + GammaKernels.COS[1];
    for (int i = 2; i < GammaKernels.COS.length; i++) {
      p = Math.fma(p, q, GammaKernels.COS[i]);
    }
    return p;
  }

  private static double sin(double q) {
    double p = q * GammaKernels.SIN[0] + GammaKernels.SIN[1];
    for (int i = 2; i < GammaKernels.SIN.length; i++) {
      p = Math.fma(p, q, GammaKernels.SIN[i]);
    }
    return p;
  }

  private static double power(double u, double alpha) {
    double x = Math.max(log(u) / alpha, -690);
    double t = x * (1 / GammaKernels.LN_2) + GammaKernels.ROUND;
    double r = Math.fma(t - GammaKernels.ROUND, -GammaKernels.LN_2, x);
    double p = r * GammaKernels.EXP[0] + GammaKernels.EXP[1];
    for (int i = 2; i < GammaKernels.EXP.length; i++) {
      p = Math.fma(p, r, GammaKernels.EXP[i]);
    }
    long scale = (Double.doubleToRawLongBits(t) << 52) + GammaKernels.ONE_BITS;
    return p * Double.longBitsToDouble(scale);
  }
}
