package shinso.cpu.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Native memory of a test, with guard zones: whoever writes outside of an operand is found out when
 * it is read back.
 */
public final class Memory {
  private static final int GUARD = 128;
  private static final byte FENCE = (byte) 0xa5;

  /**
   * The latest memories. Kernels know addresses only, so the collector would free an operand whose
   * object is not used after the call.
   */
  private static final Deque<MemorySegment> RECENT = new ArrayDeque<>();

  private static final int KEPT = 64;

  private final MemorySegment segment;
  private final int bytes;
  private final int offset;
  public final long address;

  private Memory(int elements, int misalignment) {
    bytes = 4 * elements;
    offset = GUARD + 4 * misalignment;
    segment = Arena.ofAuto().allocate(bytes + 2L * GUARD + 64, 64);
    segment.fill(FENCE);
    RECENT.addLast(segment);
    if (RECENT.size() > KEPT) {
      RECENT.removeFirst();
    }
    address = segment.address() + offset;
  }

  /** Room for floats or ints, {@code misalignment} elements off a cache line. */
  public static Memory room(int elements, int misalignment) {
    return new Memory(elements, misalignment);
  }

  public static Memory room(int elements) {
    return new Memory(elements, 0);
  }

  public static Memory of(float[] values, int misalignment) {
    Memory m = new Memory(values.length, misalignment);
    MemorySegment.copy(
        values, 0, m.segment, ValueLayout.JAVA_FLOAT_UNALIGNED, m.offset, values.length);
    return m;
  }

  public static Memory of(float... values) {
    return of(values, 0);
  }

  public static Memory of(int[] values, int misalignment) {
    Memory m = new Memory(values.length, misalignment);
    MemorySegment.copy(
        values, 0, m.segment, ValueLayout.JAVA_INT_UNALIGNED, m.offset, values.length);
    return m;
  }

  public float[] floats() {
    checkFences();
    float[] values = new float[bytes / 4];
    MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, values, 0, values.length);
    return values;
  }

  public int[] ints() {
    checkFences();
    int[] values = new int[bytes / 4];
    MemorySegment.copy(segment, ValueLayout.JAVA_INT_UNALIGNED, offset, values, 0, values.length);
    return values;
  }

  private void checkFences() {
    for (long i = 0; i < segment.byteSize(); i++) {
      boolean inside = i >= offset && i < offset + bytes;
      if (!inside && segment.get(ValueLayout.JAVA_BYTE, i) != FENCE) {
        throw new AssertionError("byte " + (i - offset) + " of " + bytes + " was written");
      }
    }
  }
}
