package shinso.core.random;

/**
 * The counter-based generator Threefry-2x32 with 20 rounds: a keyed bijection of 64-bit counters.
 *
 * <p>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011),
 * section 4.
 *
 * <h2>How a draw of n elements uses it</h2>
 *
 * Elements are taken in aligned groups of 32. Element {@code 32 g + l} and element {@code 32 g + 16
 * + l} ({@code 0 <= l < 16}) share the counter {@code c = 16 g + l}; the first takes word 0 of the
 * block and the second word 1. A vector unit of any width up to 16 lanes can so fill a group
 * without shuffling, and any range of elements can be drawn without the others.
 */
public final class Threefry {
  /** Elements that are drawn together; see the class comment. */
  public static final int GROUP = 32;

  // Draws count upwards from 0 in the second counter word and never reach these: no block is used
  // for two things.
  private static final int CHILD_DOMAIN = 0x80000000;

  /** The second counter word of the blocks that are keys of a gamma draw's elements. */
  public static final int GAMMA_DOMAIN = 0x80000001;

  private static final int PARITY = 0x1BD11BDA;
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};

  private Threefry() {}

  /**
   * Returns the block of counter {@code (x0, x1)}: word 0 in the low 32 bits, word 1 in the high 32
   * bits.
   */
  public static long block(int key0, int key1, int x0, int x1) {
    int[] key = {key0, key1, PARITY ^ key0 ^ key1};
    int a = x0 + key0;
    int b = x1 + key1;
    for (int round = 0; round < 20; round++) {
      a += b;
      b = Integer.rotateLeft(b, ROTATIONS[round & 7]) ^ a;
      if ((round & 3) == 3) {
        int injection = (round >> 2) + 1;
        a += key[injection % 3];
        b += key[(injection + 1) % 3] + injection;
      }
    }
    return (b & 0xFFFFFFFFL) << 32 | (a & 0xFFFFFFFFL);
  }

  /** Returns the words of the key's child with an index, packed as in {@link #block}. */
  public static long child(int key0, int key1, int index) {
    return block(key0, key1, index, CHILD_DOMAIN);
  }

  /** Returns the 32 random bits of an element of a draw, laid out as the class comment says. */
  public static int bits(int key0, int key1, long element) {
    long counter = counter(element);
    long block = block(key0, key1, (int) counter, (int) (counter >>> 32));
    return (int) (isFirst(element) ? block : block >>> 32);
  }

  /** Returns an element of a uniform draw, in {@code [0, 1)}, a multiple of 2⁻²⁴. */
  public static float uniform(int key0, int key1, long element) {
    return uniform(bits(key0, key1, element));
  }

  /**
   * Returns an element of a standard normal draw, by the Box–Muller transform of both words of a
   * block.
   */
  public static double normal(int key0, int key1, long element) {
    long counter = counter(element);
    long block = block(key0, key1, (int) counter, (int) (counter >>> 32));
    // 31 bits, shifted by half a step away from zero: the logarithm stays finite and the tail
    // reaches 6.7 sigma
    float u = ((int) block >>> 1) * 0x1p-31f + 0x1p-32f;
    double radius = Math.sqrt(-2 * Math.log(u));
    double angle = 2 * Math.PI * uniform((int) (block >>> 32));
    return radius * (isFirst(element) ? Math.cos(angle) : Math.sin(angle));
  }

  /**
   * Returns an element of a gamma draw with scale 1, by rejection.
   *
   * <p>The element has a key of its own. Its attempt i takes the normal of element 32 i and the
   * uniform of element 32 i + 1 of that key; the power that raises a shape parameter below 1 takes
   * the uniform of element 2.
   *
   * <p>Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (ACM TOMS 26,
   * 2000), sections 3 and 6.
   *
   * @param alpha the shape parameter; one that is not positive gives NaN
   */
  public static double gamma(int key0, int key1, int element, double alpha) {
    if (!(alpha > 0)) {
      return Double.NaN;
    }
    if (alpha == Double.POSITIVE_INFINITY) {
      return alpha;
    }
    long own = block(key0, key1, element, GAMMA_DOMAIN);
    int own0 = (int) own;
    int own1 = (int) (own >>> 32);
    double d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    for (long attempt = 0; ; attempt++) {
      double x = normal(own0, own1, GROUP * attempt);
      double u = uniform(own0, own1, GROUP * attempt + 1);
      double v = 1 + c * x;
      double cube = v * v * v;
      if (v > 0 && Math.log(u) < 0.5 * x * x + d * (1 - cube + Math.log(cube))) {
        return alpha < 1 ? d * cube * Math.pow(uniform(own0, own1, 2), 1 / alpha) : d * cube;
      }
    }
  }

  /** Returns the number in {@code [0, 1)} that 32 random bits stand for: their upper 24 bits. */
  public static float uniform(int bits) {
    return (bits >>> 8) * 0x1p-24f;
  }

  private static long counter(long element) {
    return element / GROUP * (GROUP / 2) + element % (GROUP / 2);
  }

  private static boolean isFirst(long element) {
    return element % GROUP < GROUP / 2;
  }
}
