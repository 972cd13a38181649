package shinso.cpu.simd;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width, and loads and stores of whole and partial vectors.
 *
 * <p>The width is the machine's preferred one, or {@code -Dshinso.vector.bits=128|256|512}. Every
 * kernel gives the same bits for every width.
 */
public final class Lanes {
  public static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.withShape(shape());
  public static final VectorSpecies<Integer> I = F.withLanes(int.class);
  public static final VectorSpecies<Double> D = F.withLanes(double.class);

  /** Half a float vector: as many lanes as {@link #D} has. */
  public static final VectorSpecies<Float> HALF =
      F.withShape(VectorShape.forBitSize(F.vectorBitSize() / 2));

  /** 32-bit lanes in a vector. */
  public static final int LANES = F.length();

  /** Bytes of a vector. */
  public static final int BYTES = 4 * LANES;

  /** Elements that a kernel of several passes handles at a time. */
  public static final int CHUNK = 512;

  public static final FloatVector ZERO = splat(0f);
  public static final FloatVector ONE = splat(1f);
  public static final IntVector INT_ZERO = splat(0);

  /**
   * Whether partial vectors are loaded and stored with masks. Only x86 has masked moves at every
   * width; elsewhere the compiler may read a whole vector and so run off the end of the memory.
   */
  private static final boolean MASKS = masks();

  /** With the upper bits known to be zero the compiler proves that no offset is out of bounds. */
  public static final long ADDRESS = Long.MAX_VALUE >>> 1;

  private static final ThreadLocal<Pad> PAD = ThreadLocal.withInitial(Pad::new);

  private Lanes() {}

  /** Width of a vector in bits: 128, 256 or 512. */
  public static int bits() {
    return F.vectorBitSize();
  }

  private static VectorShape shape() {
    String bits = System.getProperty("shinso.vector.bits");
    if (bits == null) {
      // The kernels are written for 128 to 512 bits; a wider machine works with half vectors.
      int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
      return VectorShape.forBitSize(Math.clamp(preferred, 128, 512));
    }
    return switch (bits) {
      case "128" -> VectorShape.S_128_BIT;
      case "256" -> VectorShape.S_256_BIT;
      case "512" -> VectorShape.S_512_BIT;
      default ->
          throw new IllegalArgumentException(
              "shinso.vector.bits is '" + bits + "'; use 128, 256 or 512, or leave it out");
    };
  }

  private static boolean masks() {
    String masks = System.getProperty("shinso.vector.masks");
    if (masks != null) {
      return switch (masks) {
        case "on" -> true;
        case "off" -> false;
        default ->
            throw new IllegalArgumentException(
                "shinso.vector.masks is '" + masks + "'; use on or off, or leave it out");
      };
    }
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return arch.equals("amd64") || arch.equals("x86_64");
  }

  // For use outside of loops: what these add to a large loop may be what the compiler leaves out.

  /** The {@code i}-th vector of floats behind {@code base}. */
  public static FloatVector load(long base, int i) {
    return FloatVector.fromMemorySegment(
        F, Native.ALL, (base & ADDRESS) + (long) BYTES * i, Native.ORDER);
  }

  static IntVector loadInt(long base, int i) {
    return IntVector.fromMemorySegment(
        I, Native.ALL, (base & ADDRESS) + (long) BYTES * i, Native.ORDER);
  }

  public static void store(FloatVector v, long base, int i) {
    v.intoMemorySegment(Native.ALL, (base & ADDRESS) + (long) BYTES * i, Native.ORDER);
  }

  public static void store(IntVector v, long base, int i) {
    v.intoMemorySegment(Native.ALL, (base & ADDRESS) + (long) BYTES * i, Native.ORDER);
  }

  /**
   * The first {@code count} floats of the {@code i}-th vector; zero in the other lanes. Touches no
   * memory behind them.
   */
  public static FloatVector load(long base, int i, int count) {
    long address = (base & ADDRESS) + (long) BYTES * i;
    if (MASKS) {
      return FloatVector.fromMemorySegment(
          F, Native.ALL, address, Native.ORDER, F.indexInRange(0, count));
    }
    float[] lanes = new float[LANES];
    for (int l = 0; l < Math.min(count, LANES); l++) {
      lanes[l] = Native.getFloat(address + 4L * l);
    }
    return FloatVector.fromArray(F, lanes, 0);
  }

  /** Writes the first {@code count} lanes of the {@code i}-th vector only. */
  public static void store(FloatVector v, long base, int i, int count) {
    long address = (base & ADDRESS) + (long) BYTES * i;
    if (MASKS) {
      v.intoMemorySegment(Native.ALL, address, Native.ORDER, F.indexInRange(0, count));
      return;
    }
    float[] lanes = new float[LANES];
    v.intoArray(lanes, 0);
    for (int l = 0; l < Math.min(count, LANES); l++) {
      Native.putFloat(address + 4L * l, lanes[l]);
    }
  }

  public static FloatVector splat(float value) {
    return FloatVector.broadcast(F, value);
  }

  public static IntVector splat(int value) {
    return IntVector.broadcast(I, value);
  }

  /**
   * 512 bytes that belong to the calling thread, for tails: an operand's last few elements are
   * padded to a vector here, so that a kernel is one loop over whole vectors.
   */
  public static long pad() {
    return PAD.get().address;
  }

  /**
   * The calling thread's {@code number}-th chunk of scratch floats, of four in a row; for what a
   * kernel passes on from one of its loops to the next.
   */
  public static long scratch(int number) {
    return PAD.get().address + 512 + 4L * CHUNK * number;
  }

  /** Whether every |a| is at most {@code limit}, and none NaN; {@code n} as in the kernels. */
  public static boolean magnitudesUpTo(float limit, long a, int n) {
    // Bits without the sign order floats, and NaN above all.
    return largest(a, 1, 0, n) <= 2 * Float.floatToRawIntBits(limit) + Integer.MIN_VALUE;
  }

  /** Whether every {@code a} is positive, normal and finite. */
  public static boolean positiveNormal(long a, int n) {
    int low = Float.floatToRawIntBits(Float.MIN_NORMAL);
    int high = Float.floatToRawIntBits(Float.MAX_VALUE);
    return largest(a, 0, low, n) <= high - low + Integer.MIN_VALUE;
  }

  /** The largest {@code (bits << shift) - low} as unsigned numbers, with the top bit flipped. */
  private static int largest(long a, int shift, int low, int n) {
    IntVector offset = splat(low + Integer.MIN_VALUE);
    IntVector largest = splat(Integer.MIN_VALUE);
    for (int i = 0; i < n / LANES; i++) {
      long at = (a & ADDRESS) + (long) BYTES * i;
      IntVector bits = IntVector.fromMemorySegment(I, Native.ALL, at, Native.ORDER);
      largest = largest.max(bits.lanewise(LSHL, shift).sub(offset));
    }
    return largest.reduceLanes(MAX);
  }

  private static final class Pad {
    // Of an automatic arena: the memory lives as long as this object, which the thread keeps.
    final MemorySegment memory = Arena.ofAuto().allocate(512 + 4 * 4 * CHUNK, 64);
    final long address = memory.address();
  }
}
