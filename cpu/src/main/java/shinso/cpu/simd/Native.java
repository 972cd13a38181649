package shinso.cpu.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * All of native memory as one segment, so that an address is an offset.
 *
 * <p>The segment is a constant of the compiled code: its bounds and its liveness fold away, and a
 * kernel over bare addresses runs as fast as one over segments of the exact size. Nothing here
 * checks that an address is valid; whoever calls a kernel vouches for its operands.
 */
public final class Native {
  /** All of native memory; the offset of a byte is its address. */
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  public static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Native() {}

  /** The float at {@code address}, which need not be aligned. */
  public static float getFloat(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  /** Writes a float at {@code address}, which need not be aligned. */
  public static void putFloat(long address, float value) {
    ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  /** The double at {@code address}, which need not be aligned. */
  public static double getDouble(long address) {
    return ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address);
  }

  /** The int at {@code address}, which need not be aligned. */
  public static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  /** Writes an int at {@code address}, which need not be aligned. */
  public static void putInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }
}
