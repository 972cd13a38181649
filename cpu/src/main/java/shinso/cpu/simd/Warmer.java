package shinso.cpu.simd;

import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls code in the background until the JVM has compiled it. Kernels that a program calls once a
 * step would otherwise stay a hundred times slower than they can be for hundreds of steps.
 *
 * <p>What waits doesn't pile up: keys are kinds of kernels, not shapes, and whoever adds other work
 * holds what it is about weakly.
 */
public final class Warmer {
  private static final Logger LOG = LoggerFactory.getLogger(Warmer.class);

  /** Calls between two looks at the clock. */
  private static final int CALLS = 50;

  /** Calls after which the compiler knows of the code, and needs the processor itself. */
  private static final int KNOWN = 2000;

  private static final Set<Object> SEEN = ConcurrentHashMap.newKeySet();

  private static volatile @Nullable RuntimeException failure;

  private Warmer() {}

  /** Returns the last error of what was called in the background, or null. */
  public static @Nullable RuntimeException failure() {
    return failure;
  }

  /**
   * Has some code called in the background, unless that was asked for before.
   *
   * @param key what the code is, by {@code equals}
   * @param code may be called by another thread, on memory of its own
   * @param nanos the time of a call, below which it counts as compiled
   */
  public static void once(Object key, Runnable code, double nanos) {
    if (SEEN.add(key)) {
      add(() -> warmUp(code, nanos, 4000));
    }
  }

  public static void add(Runnable work) {
    Queue.WORK.add(work);
  }

  /** Has work done before what waits already: that of kernels without which a step takes long. */
  public static void addFirst(Runnable work) {
    Queue.WORK.addFirst(work);
  }

  /** Calls code until a call is fast, and returns whether that came about. */
  public static boolean warmUp(Runnable code, double nanos, int mostCalls) {
    for (int calls = 0; calls < mostCalls; calls += CALLS) {
      long start = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        code.run();
      }
      if (System.nanoTime() - start <= CALLS * nanos) {
        return true;
      }
      if (calls >= KNOWN) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    return false;
  }

  private static final class Queue {
    static final BlockingDeque<Runnable> WORK = start();

    private static BlockingDeque<Runnable> start() {
      BlockingDeque<Runnable> work = new LinkedBlockingDeque<>();
      Thread.ofPlatform().name("shinso-warmer").daemon().start(() -> run(work));
      return work;
    }

    private static void run(BlockingDeque<Runnable> work) {
      try {
        while (true) {
          Runnable next = work.take();
          try {
            next.run();
          } catch (RuntimeException e) {
            // Nothing depends on it but speed, which is why tests ask.
            LOG.warn("warming up failed", e);
            failure = e;
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
