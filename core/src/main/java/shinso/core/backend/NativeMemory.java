package shinso.core.backend;

import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the Java heap, accounted, and used again when the collector finds that nobody
 * holds it any more. The collector doesn't know how much hangs on a small object, so it is asked to
 * run
 *
 * <ul>
 *   <li>when more has been taken than was alive at the last time, and more than a few hundred
 *       megabytes: what is in use and what is kept for reuse stay below twice what is alive, plus
 *       that;
 *   <li>before the limit is passed. It is the system property {@code shinso.memory}, such as {@code
 *       512m}; by default what the machine or container has besides the largest heap and the JVM.
 * </ul>
 */
public final class NativeMemory {
  private static final int ALIGNMENT = 64;
  private static final int ATTEMPTS = 6;

  /** Milliseconds to wait for the collector's first finding, and for another one. */
  private static final int PATIENCE = 100;

  private static final int QUIET = 2;

  private static final ReferenceQueue<Object> DEAD = new ReferenceQueue<>();
  private static final Set<Lease> LEASES = ConcurrentHashMap.newKeySet();
  private static final Set<Reservation> LIVE = ConcurrentHashMap.newKeySet();
  private static final FreeBlocks FREE = new FreeBlocks();
  private static final AtomicLong USED = new AtomicLong();

  /** The least that was in use since the collector was last asked. */
  private static final AtomicLong LOWEST = new AtomicLong();

  /** The most that was ever in use: more is not kept for reuse either. */
  private static final AtomicLong MOST = new AtomicLong();

  private static final AtomicLong ALLOCATIONS = new AtomicLong();

  /**
   * Zero until it is known: an option that is wrong is to be refused each time, in a plain line.
   */
  private static volatile long limit;

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
        LOWEST.accumulateAndGet(USED.addAndGet(-bytes), Math::min);
      }
    }
  }

  /** A block that is used as long as its holder can be reached. */
  private static final class Lease extends PhantomReference<Object> {
    final FreeBlocks.Block block;
    final Reservation counted;

    Lease(Object holder, FreeBlocks.Block block, Reservation counted) {
      super(holder, DEAD);
      this.block = block;
      this.counted = counted;
    }
  }

  /** Returns the bytes in use, by the living and by those that the collector hasn't found yet. */
  public static long used() {
    takeBack();
    return USED.get();
  }

  /** Returns the bytes taken from the system: those in use, and those kept for reuse. */
  public static long heldBytes() {
    takeBack();
    return USED.get() + FREE.bytes();
  }

  /**
   * Returns the bytes that may be used.
   *
   * @throws OptionException if the system property {@code shinso.memory} is no size
   */
  public static long limitBytes() {
    long known = limit;
    if (known == 0) {
      known = MemoryLimit.here();
      limit = known;
    }
    return known;
  }

  /**
   * Returns a line for people if the machine or container has hardly any memory for tensors besides
   * the Java heap and the JVM; null if it has, or if {@code shinso.memory} says how much to use.
   *
   * @throws OptionException if the system property {@code shinso.memory} is no size
   */
  public static @Nullable String shortage() {
    return MemoryLimit.shortage();
  }

  /** What may be taken in any case before the collector is asked, which takes milliseconds. */
  private static long room() {
    return Math.clamp(limitBytes() / 8, 16L << 20, 512L << 20);
  }

  /**
   * Returns how many blocks have been given out since the start; constant while training runs
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
    collectIfDue(bytes);
    Reservation counted = count(new Reservation(bytes, what));
    makeRoom();
    return counted;
  }

  /**
   * Returns something that holds memory whose content is anything, aligned to 64 bytes. When the
   * holder can't be reached any more, the memory is somebody else's.
   *
   * @param what names it if memory runs out
   * @throws OutOfMemoryError if the limit would be passed even when the collector has run
   */
  static <T> T allocate(long bytes, String what, Function<MemorySegment, T> holder) {
    long size = Math.max(1, Math.ceilDiv(bytes, ALIGNMENT)) * ALIGNMENT;
    collectIfDue(size);
    FreeBlocks.Block block = FREE.take(size);
    Reservation counted = new Reservation(block == null ? size : block.bytes(), what);
    try {
      count(counted);
      if (block == null) {
        makeRoom();
        block = fresh(counted);
      }
      T made = holder.apply(block.memory().asSlice(0, bytes));
      LEASES.add(new Lease(made, block, counted));
      return made;
    } catch (OutOfMemoryError e) {
      counted.release();
      if (block != null) {
        FREE.put(block);
      }
      throw e;
    }
  }

  private static FreeBlocks.Block fresh(Reservation counted) {
    try {
      return FreeBlocks.Block.fresh(counted.bytes, ALIGNMENT);
    } catch (OutOfMemoryError e) {
      // The system has less than it said.
      collect();
      FREE.trim(0);
    }
    try {
      return FreeBlocks.Block.fresh(counted.bytes, ALIGNMENT);
    } catch (OutOfMemoryError e) {
      counted.release();
      String state = "the system gives no more than the " + megabytes(USED.get()) + " in use";
      throw outOfMemory(counted, state, "give the process more memory", e);
    }
  }

  private static Reservation count(Reservation wanted) {
    for (int attempt = 0; USED.get() + wanted.bytes > limitBytes(); attempt++) {
      if (attempt == ATTEMPTS) {
        throw beyondLimit(wanted, null);
      }
      collect();
      try {
        Thread.sleep(10L << attempt);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw beyondLimit(wanted, e);
      }
    }
    MOST.accumulateAndGet(USED.addAndGet(wanted.bytes), Math::max);
    LIVE.add(wanted);
    ALLOCATIONS.incrementAndGet();
    return wanted;
  }

  /** Frees what is kept for reuse as far as it is too much together with what is in use. */
  private static void makeRoom() {
    long most = Math.min(Math.min(MOST.get(), ceiling()), limitBytes());
    FREE.trim(Math.min(most - USED.get(), room()));
  }

  /** What may be in use before the collector is asked. */
  private static long ceiling() {
    long lowest = LOWEST.get();
    return lowest + Math.max(lowest, room());
  }

  private static void collectIfDue(long bytes) {
    takeBack();
    if (USED.get() + bytes <= ceiling()) {
      return;
    }
    synchronized (DEAD) {
      // Another thread may have had it done meanwhile.
      if (USED.get() + bytes > ceiling()) {
        collect();
        LOWEST.set(USED.get() + bytes);
      }
    }
  }

  /** Runs the collector and takes back what it finds. */
  private static void collect() {
    // Nobody holds the first finding; the others are told at about the same time.
    Reference<?> first = new PhantomReference<>(new Object(), DEAD);
    System.gc();
    try {
      Reference<?> found = DEAD.remove(PATIENCE);
      while (found != null) {
        takeBack(found);
        found = DEAD.remove(QUIET);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      takeBack();
    }
    Reference.reachabilityFence(first);
  }

  private static void takeBack() {
    for (Reference<?> found = DEAD.poll(); found != null; found = DEAD.poll()) {
      takeBack(found);
    }
  }

  private static void takeBack(Reference<?> found) {
    if (found instanceof Lease lease && LEASES.remove(lease)) {
      lease.counted.release();
      FREE.put(lease.block);
      makeRoom();
    }
  }

  private static OutOfMemoryError beyondLimit(Reservation wanted, @Nullable Throwable cause) {
    String state = "%s of %s are in use".formatted(megabytes(USED.get()), megabytes(limitBytes()));
    return outOfMemory(wanted, state, "raise -D" + MemoryLimit.OPTION, cause);
  }

  private static OutOfMemoryError outOfMemory(
      Reservation wanted, String state, String remedy, @Nullable Throwable cause) {
    String largest =
        LIVE.stream()
            .sorted(Comparator.comparingLong((Reservation b) -> b.bytes).reversed())
            .limit(5)
            .map(b -> b.what + " (" + megabytes(b.bytes) + ")")
            .collect(Collectors.joining(", "));
    OutOfMemoryError error =
        new OutOfMemoryError(
            "no memory for %s (%s): %s%s; make the batch smaller or %s"
                .formatted(
                    wanted.what,
                    megabytes(wanted.bytes),
                    state,
                    largest.isEmpty() ? "" : ", most by " + largest,
                    remedy));
    if (cause != null) {
      error.initCause(cause);
    }
    return error;
  }

  private static String megabytes(long bytes) {
    return (bytes + (1 << 20) - 1 >> 20) + " MB";
  }
}
