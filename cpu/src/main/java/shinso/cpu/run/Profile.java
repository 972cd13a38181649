package shinso.cpu.run;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The time that each kernel takes. While a profile is active, programs take the time before and
 * after each of their kernels; otherwise they pay for one look at a field a run.
 */
public final class Profile {
  private static volatile @Nullable Profile active;

  private final Map<CompiledGraph, Times> programs = new IdentityHashMap<>();

  private Profile() {}

  /** The last runs of each kernel, of which the median is not disturbed by what else goes on. */
  private static final class Times {
    private static final int KEPT = 101;

    final long[][] nanos;
    int runs;

    Times(int kernels) {
      nanos = new long[kernels][KEPT];
    }

    void add(int kernel, long time) {
      nanos[kernel][runs % KEPT] = time;
    }

    long median(int kernel) {
      long[] sorted = Arrays.copyOf(nanos[kernel], Math.min(runs, KEPT));
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }

  /**
   * Profiles the programs that run while some work is done, on whatever thread.
   *
   * @throws IllegalStateException if another profile is active
   */
  public static Profile of(Runnable work) {
    Profile profile = new Profile();
    synchronized (Profile.class) {
      if (active != null) {
        throw new IllegalStateException("a profile is being made already");
      }
      active = profile;
    }
    try {
      work.run();
    } finally {
      active = null;
    }
    return profile;
  }

  static @Nullable Profile active() {
    return active;
  }

  void run(CompiledGraph program, Kernel[] kernels, Frame frame) {
    Times times;
    synchronized (programs) {
      times = programs.computeIfAbsent(program, p -> new Times(kernels.length));
    }
    for (int i = 0; i < kernels.length; i++) {
      long start = System.nanoTime();
      kernels[i].run(frame);
      times.add(i, System.nanoTime() - start);
    }
    times.runs++;
  }

  /** Receives what is known of a kernel. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes a kernel.
     *
     * @param number its place in its program
     * @param nanos the median of its last runs
     */
    void kernel(CompiledGraph program, int number, long nanos);
  }

  /**
   * Shows the kernels of the programs that ran at least half as often as the one that ran most:
   * what is done once, such as drawing weights, is no part of a step.
   */
  public void visit(Visitor visitor) {
    synchronized (programs) {
      int most = programs.values().stream().mapToInt(t -> t.runs).max().orElse(0);
      programs.forEach((program, times) -> {
        for (int i = 0; i < times.nanos.length && 2 * times.runs >= Math.max(1, most); i++) {
          visitor.kernel(program, i, times.median(i));
        }
      });
    }
  }
}
