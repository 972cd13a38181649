package shinso.cpu.run;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A pool of threads that run the tasks of one kernel together with the calling thread. Which worker
 * runs a task is fixed by the numbers of tasks and workers; what a task computes must not depend on
 * it. Between kernels the workers spin for a moment before they sleep: kernels follow each other
 * within microseconds.
 */
public final class Workers {
  private static final int SPINS = 20_000;

  /**
   * Spins between offers of the core to others: while kernels are new, the JVM's compiler needs it
   * more than a thread that waits for a slow kernel. If nobody wants it, an offer takes less than a
   * microsecond.
   */
  private static final int SPINS_PER_YIELD = 256;

  private static final Map<Integer, Workers> POOLS = new ConcurrentHashMap<>();

  private final int count;
  private final Worker[] others;
  private final Slab slab = new Slab();
  private final AtomicInteger busy = new AtomicInteger();
  private volatile int round;
  private volatile @Nullable Throwable failure;
  private int tasks;
  private @Nullable Task task;

  /** A kernel's share of work. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does one task.
     *
     * @param worker the number of the worker that does it, for scratch memory
     */
    void run(int index, int worker);
  }

  /**
   * Returns the pool of this many workers, including the calling thread; there is one of each size.
   *
   * @throws IllegalArgumentException if the count is not positive
   */
  public static Workers of(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("there is at least one thread, not " + count);
    }
    return POOLS.computeIfAbsent(count, Workers::new);
  }

  private Workers(int count) {
    this.count = count;
    this.others = new Worker[count - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = new Worker(i + 1);
      others[i].start();
    }
  }

  /** Returns the memory that programs work in while it is their turn. */
  Slab slab() {
    return slab;
  }

  /** Returns the number of workers. */
  public int count() {
    return count;
  }

  /**
   * Runs tasks 0 to {@code n - 1} and returns when all are done; not to be called by two threads at
   * once.
   */
  public void run(int n, Task body) {
    if (n == 1 || count == 1) {
      for (int i = 0; i < n; i++) {
        body.run(i, 0);
      }
      return;
    }
    task = body;
    tasks = n;
    busy.set(others.length);
    round++;
    for (Worker w : others) {
      if (w.parked) {
        LockSupport.unpark(w);
      }
    }
    share(0);
    for (int spins = 0; busy.get() != 0; spins++) {
      pause(spins);
    }
    task = null;
    Throwable f = failure;
    if (f != null) {
      failure = null;
      throw rethrow(f);
    }
  }

  private static void pause(int spins) {
    if (spins % SPINS_PER_YIELD == SPINS_PER_YIELD - 1) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
  }

  private static RuntimeException rethrow(Throwable f) {
    switch (f) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(f);
    }
  }

  private void share(int worker) {
    Task body = task;
    if (body == null) {
      return;
    }
    int from = (int) ((long) tasks * worker / count);
    int to = (int) ((long) tasks * (worker + 1) / count);
    try {
      for (int i = from; i < to; i++) {
        body.run(i, worker);
      }
    } catch (Throwable t) {
      failure = t;
    }
  }

  private final class Worker extends Thread {
    private final int number;
    volatile boolean parked;

    Worker(int number) {
      super("shinso-worker-" + number);
      this.number = number;
      setDaemon(true);
    }

    @Override
    public void run() {
      Underflow.flush();
      int seen = 0;
      while (true) {
        for (int spins = 0; round == seen && spins < SPINS; spins++) {
          pause(spins);
        }
        while (round == seen) {
          parked = true;
          if (round == seen) {
            LockSupport.park(Workers.this);
          }
          parked = false;
        }
        seen = round;
        share(number);
        busy.decrementAndGet();
      }
    }
  }
}
