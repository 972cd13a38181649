package shinso.cpu.simd.tile;

import java.lang.foreign.Arena;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Warmer;

/**
 * The code of a {@link TileProgram}, once it is fast. A fresh class is interpreted, which makes
 * vectors a hundred times slower, until the JVM's compiler gets to it; a background thread calls it
 * on memory of its own until then, while a {@link TileInterpreter} does the work. Both ways give
 * the same bits, so it doesn't matter when the one takes over from the other.
 *
 * <p>The system property {@code shinso.tiles} is {@code on}, {@code off} (step by step for ever) or
 * {@code now} (the code from the start, for tests).
 */
public final class TileKernel {
  private static final Logger LOG = LoggerFactory.getLogger(TileKernel.class);

  /**
   * Vector operations of a loop at the most, loads and stores among them: twice as many still
   * compile.
   */
  public static final int MAX_COST = 56;

  /** Elements that the background thread computes at a time. */
  private static final int SAMPLE = 512;

  /** Nanoseconds a vector operation, below which code counts as compiled; it takes about 1 then. */
  private static final double FAST = 8;

  /**
   * Calls of an attempt; then the next kernel has its turn, as the compiler may be busy for long.
   */
  private static final int MOST_CALLS = 8_000;

  private static final int MOST_ATTEMPTS = 50;

  private static final Map<TileProgram, WeakReference<TileKernel>> KNOWN = new HashMap<>();

  /** Kernels whose code is still slow; guarded by {@link #KNOWN}, as their counts are. */
  private static final List<WeakReference<TileKernel>> WAITING = new ArrayList<>();

  private enum Mode {
    ON,
    OFF,
    NOW;

    static Mode wanted() {
      String text = System.getProperty("shinso.tiles", "on");
      return switch (text) {
        case "on" -> ON;
        case "off" -> OFF;
        case "now" -> NOW;
        default ->
            throw new IllegalArgumentException(
                "shinso.tiles is '" + text + "'; use on, off or now, or leave it out");
      };
    }
  }

  private static final Mode MODE = Mode.wanted();

  private final TileProgram program;
  private volatile @Nullable TileCode code;

  /** The code while it is slow; of the background thread alone. */
  private @Nullable TileCode candidate;

  /** How many instructions of programs use the kernel. */
  private int uses;

  private int attempts;

  private TileKernel(TileProgram program) {
    this.program = program;
  }

  /** Returns the kernel of a program, the same one for equal programs. */
  public static TileKernel of(TileProgram program) {
    synchronized (KNOWN) {
      WeakReference<TileKernel> known = KNOWN.get(program);
      TileKernel kernel = known == null ? null : known.get();
      if (kernel == null) {
        kernel = new TileKernel(program);
        KNOWN.values().removeIf(k -> k.get() == null);
        WeakReference<TileKernel> weak = new WeakReference<>(kernel);
        KNOWN.put(program, weak);
        switch (MODE) {
          case ON -> await(weak);
          case OFF -> {}
          case NOW -> kernel.code = TileCompiler.compile(program);
        }
      }
      kernel.uses++;
      return kernel;
    }
  }

  /** Returns the vector operations that a step takes, to be held against {@link #MAX_COST}. */
  public static int cost(TileProgram.Step step) {
    return TileCompiler.cost(step);
  }

  /** Returns the largest number of elements, at most {@code n}, that fill whole vectors. */
  public static int whole(int n) {
    return n - n % Lanes.LANES;
  }

  /** Returns the code, or null as long as it would be slow. */
  public @Nullable TileCode code() {
    return code;
  }

  /** Returns the program. */
  public TileProgram program() {
    return program;
  }

  private static void await(WeakReference<TileKernel> kernel) {
    synchronized (KNOWN) {
      WAITING.add(kernel);
    }
    Warmer.add(TileKernel::attempt);
  }

  /** Tries to make one kernel fast: of those tried least often the one with the most uses. */
  private static void attempt() {
    TileKernel kernel = null;
    synchronized (KNOWN) {
      WAITING.removeIf(w -> w.get() == null);
      for (WeakReference<TileKernel> w : WAITING) {
        TileKernel other = w.get();
        if (other != null && (kernel == null || other.isBefore(kernel))) {
          kernel = other;
        }
      }
      if (kernel == null) {
        return;
      }
      TileKernel chosen = kernel;
      WAITING.removeIf(w -> w.get() == chosen);
      kernel.attempts++;
    }
    if (kernel.warmUp()) {
      return;
    }
    if (kernel.attempts < MOST_ATTEMPTS) {
      await(new WeakReference<>(kernel));
    } else {
      LOG.debug("the compiler leaves a program slow, it is done step by step: {}", kernel.program);
    }
  }

  private boolean isBefore(TileKernel other) {
    return attempts != other.attempts ? attempts < other.attempts : uses > other.uses;
  }

  /** Calls the code until it is fast, and returns whether it is. */
  private boolean warmUp() {
    TileCode made = candidate == null ? TileCompiler.compile(program) : candidate;
    candidate = made;
    try (Arena arena = Arena.ofConfined()) {
      long[] at = new long[program.addresses()];
      for (int i = 0; i < at.length; i++) {
        at[i] = arena.allocate(4L * SAMPLE, 64).address();
      }
      long[] pitches = new long[at.length];
      float[] scalars = new float[program.scalars()];
      double operations = (double) SAMPLE / Lanes.LANES * TileCompiler.cost(program);
      if (Warmer.warmUp(
          () -> made.run(at, pitches, scalars, 1, SAMPLE), operations * FAST, MOST_CALLS)) {
        code = made;
        candidate = null;
      }
    }
    return code != null;
  }
}
