package shinso.core.backend;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the Java heap, freed by the collector and accounted: before the limit is passed
 * the collector is asked to run, since it doesn't know how much hangs on a small object.
 *
 * <p>The limit is the system property {@code shinso.memory} in megabytes; by default nine tenths of
 * what the machine or container has, less the largest heap.
 */
public final class NativeMemory {
  private static final int ALIGNMENT = 64;
  private static final int ATTEMPTS = 6;
  private static final Set<Reservation> LIVE = ConcurrentHashMap.newKeySet();
  private static final AtomicLong USED = new AtomicLong();
  private static final AtomicLong ALLOCATIONS = new AtomicLong();
  private static final long LIMIT = limit();

  private NativeMemory() {}

  /** Memory that is counted, whoever has allocated it. */
  public static final class Reservation {
    private final long bytes;
    private final String what;

    private Reservation(long bytes, String what) {
      this.bytes = bytes;
      this.what = what;
    }

    /** Counts the memory as free; again and again has no effect. */
    public void release() {
      if (LIVE.remove(this)) {
        USED.addAndGet(-bytes);
      }
    }
  }

  /** Returns the bytes in use. */
  public static long used() {
    return USED.get();
  }

  /** Returns the bytes that may be used. */
  public static long limitBytes() {
    return LIMIT;
  }

  /**
   * Returns how many blocks have been allocated since the start; constant while training runs
   * steadily.
   */
  public static long allocations() {
    return ALLOCATIONS.get();
  }

  /**
   * Counts memory that the caller is going to take from the operating system itself, as backends do
   * with blocks so large that filling them with zeros first would be felt.
   *
   * @param what names it if memory runs out
   * @throws OutOfMemoryError if the limit would be passed even when the collector has run
   */
  public static Reservation reserve(long bytes, String what) {
    Reservation block = new Reservation(bytes, what);
    reserve(block);
    return block;
  }

  static MemorySegment allocate(long bytes, String what) {
    Reservation block = reserve(bytes, what);
    Arena arena = Arena.ofAuto();
    MemorySegment segment;
    try {
      segment = arena.allocate(Math.max(bytes, 1), ALIGNMENT).asSlice(0, bytes);
    } catch (OutOfMemoryError e) {
      block.release();
      throw outOfMemory(block, e);
    }
    // The collector frees the memory when the arena is unreachable; the count follows with the
    // scope that stands for it.
    Cleaners.CLEANER.register(segment.scope(), block::release);
    return segment;
  }

  private static void reserve(Reservation block) {
    for (int attempt = 0; USED.get() + block.bytes > LIMIT; attempt++) {
      if (attempt == ATTEMPTS) {
        throw outOfMemory(block, null);
      }
      System.gc();
      try {
        Thread.sleep(10L << attempt);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw outOfMemory(block, e);
      }
    }
    USED.addAndGet(block.bytes);
    LIVE.add(block);
    ALLOCATIONS.incrementAndGet();
  }

  private static OutOfMemoryError outOfMemory(Reservation wanted, @Nullable Throwable cause) {
    String largest =
        LIVE.stream()
            .sorted(Comparator.comparingLong((Reservation b) -> b.bytes).reversed())
            .limit(5)
            .map(b -> b.what + " (" + megabytes(b.bytes) + ")")
            .collect(Collectors.joining(", "));
    OutOfMemoryError error =
        new OutOfMemoryError(
            "no memory for %s (%s): %s of %s are in use, most by %s; make the batch smaller or raise -Dshinso.memory"
                .formatted(
                    wanted.what,
                    megabytes(wanted.bytes),
                    megabytes(USED.get()),
                    megabytes(LIMIT),
                    largest));
    if (cause != null) {
      error.initCause(cause);
    }
    return error;
  }

  private static String megabytes(long bytes) {
    return (bytes + (1 << 20) - 1 >> 20) + " MB";
  }

  private static long limit() {
    Long set = Long.getLong("shinso.memory");
    if (set != null) {
      return set << 20;
    }
    long machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return Math.max(machine / 10 * 9 - Runtime.getRuntime().maxMemory(), machine / 4);
  }

  private static final class Cleaners {
    static final Cleaner CLEANER = Cleaner.create();
  }
}
