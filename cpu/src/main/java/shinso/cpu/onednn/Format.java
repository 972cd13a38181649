package shinso.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;

/**
 * Shape, element type and arrangement of one operand as oneDNN knows them: plain strides, or blocks
 * that suit its kernels. Formats are equal if memory in one can be read as the other.
 */
public final class Format {
  private final long desc;
  private final List<Long> shape;
  private final long bytes;

  /** Takes over the native descriptor. */
  Format(long desc, List<Long> shape) {
    this.desc = desc;
    this.shape = List.copyOf(shape);
    bytes = Dnnl.memoryDescGetSize(desc);
    OneDnn.own(this, () -> Dnnl.memoryDescDestroy(desc));
  }

  /** A copy of a native descriptor that belongs to something else. */
  static Format copyOf(long desc, List<Long> shape) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      int status = Dnnl.memoryDescClone(out, desc);
      if (status != Dnnl.SUCCESS) {
        throw new OneDnnException("dnnl_memory_desc_clone", status, shape);
      }
      return new Format(out.get(ValueLayout.JAVA_LONG, 0), shape);
    }
  }

  /**
   * Memory needed for an operand in this format, with the gaps and the padding that belong to it.
   */
  public long bytes() {
    return bytes;
  }

  /** Sizes in oneDNN's order of dimensions. */
  List<Long> shape() {
    return shape;
  }

  /** The native descriptor, which lives as long as this object. */
  long desc() {
    return desc;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Format format)) {
      return false;
    }
    try {
      return Dnnl.memoryDescEqual(desc, format.desc) != 0;
    } finally {
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(format);
    }
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Long.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Format[shape=" + shape + ", bytes=" + bytes + "]";
  }
}
