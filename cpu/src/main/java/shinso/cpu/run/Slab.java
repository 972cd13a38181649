package shinso.cpu.run;

import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.backend.NativeMemory;
import shinso.core.tensor.DType;

/**
 * Memory for a program's intermediate results, freed when the collector finds that nobody holds
 * this. Its content is anything.
 *
 * <p>The JDK fills what it allocates with zeros, which for a large block takes longer than all else
 * in making a program. On Linux a large slab is therefore taken from the operating system as pages
 * that come into being when they are first written, by the worker that writes them, and in large
 * ones where the system has them.
 */
final class Slab {
  /** Smaller ones come from the JDK: they are filled quickly, and pages are not wasted on them. */
  private static final long LARGE = 4 << 20;

  private static final long HUGE_PAGE = 2 << 20;
  private static final Cleaner CLEANER = Cleaner.create();

  private final long address;
  private final long bytes;

  /** What keeps memory that the JDK has allocated. */
  private final @Nullable Buffer buffer;

  private Slab(long address, long bytes, @Nullable Buffer buffer) {
    this.address = address;
    this.bytes = bytes;
    this.buffer = buffer;
  }

  /**
   * Returns a slab.
   *
   * @param what names it if memory runs out
   * @throws OutOfMemoryError if the limit of {@link NativeMemory} would be passed
   */
  static Slab allocate(long bytes, String what) {
    if (bytes >= LARGE && Pages.isUsable()) {
      NativeMemory.Reservation counted = NativeMemory.reserve(bytes, what);
      long start = Pages.map(bytes + HUGE_PAGE);
      if (start != Pages.FAILED) {
        long address = Math.ceilDiv(start, HUGE_PAGE) * HUGE_PAGE;
        Pages.preferHuge(address, bytes / HUGE_PAGE * HUGE_PAGE);
        Slab slab = new Slab(address, bytes, null);
        CLEANER.register(
            slab,
            () -> {
              Pages.unmap(start, bytes + HUGE_PAGE);
              counted.release();
            });
        return slab;
      }
      counted.release();
    }
    // Sized in the largest elements, since a buffer counts them by an int.
    int count = Math.toIntExact(Math.ceilDiv(Math.max(bytes, 1), DType.F64.bytes()));
    Buffer buffer = Buffer.allocateNative(DType.F64, count, what);
    return new Slab(buffer.segment().address(), bytes, buffer);
  }

  /** Returns the address of the first byte, a multiple of 64. */
  long address() {
    return address;
  }

  /** Returns the size. */
  long bytes() {
    return bytes;
  }

  /** Returns the size and where the memory is from. */
  @Override
  public String toString() {
    return "Slab[" + bytes + (buffer == null ? " bytes, mapped]" : " bytes, allocated]");
  }
}
