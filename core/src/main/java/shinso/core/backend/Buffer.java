package shinso.core.backend;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import shinso.core.tensor.DType;

/**
 * A flat array of numbers: small ones and those given by callers on the Java heap, large results
 * outside of it, where kernels take their address. When the collector finds that nobody holds a
 * buffer, its memory is given to another one.
 */
public final class Buffer {
  /**
   * Buffers up to this size stay on the heap: allocating them there is cheaper than anywhere else.
   */
  private static final int HEAP_BYTES = 1 << 14;

  private final DType dtype;
  private final int count;
  private final MemorySegment segment;

  private Buffer(DType dtype, int count, MemorySegment segment) {
    this.dtype = dtype;
    this.count = count;
    this.segment = segment;
  }

  /** Returns an F32 buffer over an array, which is not copied. */
  public static Buffer ofHeap(float[] values) {
    return new Buffer(DType.F32, values.length, MemorySegment.ofArray(values));
  }

  /** Returns an F64 buffer over an array, which is not copied. */
  public static Buffer ofHeap(double[] values) {
    return new Buffer(DType.F64, values.length, MemorySegment.ofArray(values));
  }

  /** Returns an I32 buffer over an array, which is not copied. */
  public static Buffer ofHeap(int[] values) {
    return new Buffer(DType.I32, values.length, MemorySegment.ofArray(values));
  }

  /** Returns a buffer of zeros, on the heap if it is small. */
  public static Buffer allocate(DType dtype, int count, String what) {
    Buffer b = allocateResult(dtype, count, what);
    if (b.isNative()) {
      b.segment.fill((byte) 0);
    }
    return b;
  }

  /**
   * Returns a buffer to be overwritten, whose content is anything, on the heap if it is small.
   *
   * @param what names it if memory runs out
   * @throws OutOfMemoryError if the limit of {@link NativeMemory} would be passed
   */
  public static Buffer allocateResult(DType dtype, int count, String what) {
    if ((long) count * dtype.bytes() > HEAP_BYTES) {
      return outside(dtype, count, what);
    }
    return switch (dtype) {
      case F32 -> ofHeap(new float[count]);
      case F64 -> ofHeap(new double[count]);
      case I32 -> ofHeap(new int[count]);
    };
  }

  /**
   * Returns a buffer of zeros outside of the heap.
   *
   * @param what names it if memory runs out
   * @throws OutOfMemoryError if the limit of {@link NativeMemory} would be passed
   */
  public static Buffer allocateNative(DType dtype, int count, String what) {
    Buffer b = outside(dtype, count, what);
    b.segment.fill((byte) 0);
    return b;
  }

  private static Buffer outside(DType dtype, int count, String what) {
    return NativeMemory.allocate(
        (long) count * dtype.bytes(), what, memory -> new Buffer(dtype, count, memory));
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }

  /** Returns the number of elements. */
  public int count() {
    return count;
  }

  /**
   * Returns the memory, which belongs to this only as long as this can be reached: whoever reads or
   * writes it has a {@link Reference#reachabilityFence} behind that.
   */
  public MemorySegment segment() {
    return segment;
  }

  /** Returns whether the memory lies outside of the heap and so has an address, 64-byte aligned. */
  public boolean isNative() {
    return segment.isNative();
  }

  /** Returns an element. */
  public double get(int i) {
    double value =
        switch (dtype) {
          case F32 -> segment.getAtIndex(ValueLayout.JAVA_FLOAT, i);
          case F64 -> segment.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
          case I32 -> segment.getAtIndex(ValueLayout.JAVA_INT, i);
        };
    Reference.reachabilityFence(this);
    return value;
  }

  /**
   * Replaces an element, rounding or truncating the value to the type; for backends that fill a
   * fresh buffer.
   */
  public void set(int i, double value) {
    switch (dtype) {
      case F32 -> segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
      case F64 -> segment.setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
      case I32 -> segment.setAtIndex(ValueLayout.JAVA_INT, i, (int) value);
    }
    Reference.reachabilityFence(this);
  }

  /** Replaces all elements by those of a buffer of the same type and size. */
  public void copyFrom(Buffer source) {
    segment.copyFrom(source.segment);
    Reference.reachabilityFence(source);
    Reference.reachabilityFence(this);
  }

  /** Returns the elements as a new array. */
  public float[] toFloatArray() {
    float[] values;
    if (dtype == DType.F32) {
      values = segment.toArray(ValueLayout.JAVA_FLOAT);
    } else {
      values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) get(i);
      }
    }
    Reference.reachabilityFence(this);
    return values;
  }

  /** Returns the elements as a new array. */
  public double[] toDoubleArray() {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = get(i);
    }
    return values;
  }

  /** Returns the elements of an I32 buffer as a new array. */
  public int[] toIntArray() {
    int[] values = segment.toArray(ValueLayout.JAVA_INT);
    Reference.reachabilityFence(this);
    return values;
  }
}
