package shinso.cpu.run;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.backend.NativeMemory;
import shinso.core.tensor.DType;

/**
 * The memory for the intermediate results of all programs that the same workers run, one at a time:
 * as large as the largest of them needs, so that a further program costs none. Its content is
 * anything. It grows when a program runs that needs more, and is given back when the collector
 * finds that no program is left that needs half of it.
 *
 * <p>On Linux it is taken from the operating system as pages that come into being when they are
 * first written, by the worker that writes them, and in large ones where the system has them. What
 * the JDK allocates it fills with zeros, which for a large block takes longer than all else in
 * making a program.
 */
final class Slab {
  private static final long HUGE_PAGE = 2 << 20;
  private static final Cleaner CLEANER = Cleaner.create();

  private final Set<Share> shares = ConcurrentHashMap.newKeySet();
  private @Nullable Memory memory;

  /** What one program needs. */
  static final class Share {
    private volatile long bytes;

    /** Returns the bytes that are needed. */
    long bytes() {
      return bytes;
    }

    /** Changes what is needed. */
    void resize(long needed) {
      bytes = needed;
    }
  }

  /**
   * The block of the moment.
   *
   * @param free gives it back
   */
  private record Memory(long address, long bytes, Runnable free) {}

  /** Adds a program, which counts until it can't be reached any more. */
  Share share(Object program, long bytes) {
    Share share = new Share();
    share.resize(bytes);
    shares.add(share);
    CLEANER.register(program, () -> forget(share));
    return share;
  }

  private void forget(Share share) {
    shares.remove(share);
    long largest = shares.stream().mapToLong(Share::bytes).max().orElse(0);
    synchronized (this) {
      if (memory != null && largest <= memory.bytes / 2) {
        free();
      }
    }
  }

  /**
   * Returns the address of at least as many bytes as a program needs, a multiple of 64. They belong
   * to the caller as long as it holds the monitor of this.
   *
   * @param what names them if memory runs out
   * @throws OutOfMemoryError if the limit of {@link NativeMemory} would be passed
   */
  synchronized long address(Share share, String what) {
    Memory m = memory;
    if (m == null || m.bytes < share.bytes()) {
      // Programs that need more and more each time, of growing sequences say, don't all move it.
      long roomy = m == null ? 0 : m.bytes + m.bytes / 8;
      free();
      boolean fits = NativeMemory.used() + roomy < NativeMemory.limitBytes();
      m = allocate(fits ? Math.max(roomy, share.bytes()) : share.bytes(), what);
      memory = m;
    }
    return m.address;
  }

  private void free() {
    if (memory != null) {
      memory.free.run();
      memory = null;
    }
  }

  /** Returns the bytes that there are at the moment. */
  synchronized long bytes() {
    return memory == null ? 0 : memory.bytes;
  }

  private static Memory allocate(long bytes, String what) {
    if (Pages.isUsable()) {
      NativeMemory.Reservation counted = NativeMemory.reserve(bytes, what);
      long start = Pages.map(bytes + HUGE_PAGE);
      if (start != Pages.FAILED) {
        long address = Math.ceilDiv(start, HUGE_PAGE) * HUGE_PAGE;
        Pages.preferHuge(address, bytes / HUGE_PAGE * HUGE_PAGE);
        return new Memory(
            address,
            bytes,
            () -> {
              Pages.unmap(start, bytes + HUGE_PAGE);
              counted.release();
            });
      }
      counted.release();
    }
    // Sized in the largest elements, since a buffer counts them by an int.
    int count = Math.toIntExact(Math.ceilDiv(Math.max(bytes, 1), DType.F64.bytes()));
    Buffer buffer = Buffer.allocateNative(DType.F64, count, what);
    return new Memory(buffer.segment().address(), bytes, () -> Reference.reachabilityFence(buffer));
  }
}
