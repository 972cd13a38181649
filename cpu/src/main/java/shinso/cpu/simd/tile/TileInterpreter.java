package shinso.cpu.simd.tile;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.Native;
import shinso.cpu.simd.element.ExpCode;

/**
 * Does the steps of a {@link TileProgram} one by one, in plain loops over arrays that have the same
 * bits as vectors: what a tile has over whole vectors, and everything as long as the program's code
 * is not compiled. Plain loops are fast almost at once, where vectors that are not compiled yet
 * cost more than as many scalars.
 */
public final class TileInterpreter {
  /** Elements that go through all steps together. */
  private static final int BLOCK = 256;

  /**
   * Behind a thread's values, so that no other thread writes to the same cache lines, which
   * processors fetch in pairs.
   */
  private static final int GAP = 32;

  /** What a thread needs in between: as many values as the largest program so far has. */
  private static final ThreadLocal<float[][]> VALUES =
      ThreadLocal.withInitial(() -> new float[0][]);

  private TileInterpreter() {}

  private static float[][] values(TileProgram p) {
    float[][] known = VALUES.get();
    int needed = p.value(p.steps().size());
    if (known.length >= needed) {
      return known;
    }
    float[][] more = Arrays.copyOf(known, needed);
    for (int i = known.length; i < needed; i++) {
      more[i] = new float[BLOCK + GAP];
    }
    VALUES.set(more);
    return more;
  }

  /**
   * Computes some rows, as {@link TileCode#run} does.
   *
   * @param at addresses of the operands, then of the results
   * @param pitches bytes from a row to the next, of the operands, then of the results
   * @param scalars their values
   * @param rows number of rows
   * @param from elements of each row to skip
   * @param n further elements of each row
   */
  public static void run(
      TileProgram p, long[] at, long[] pitches, float[] scalars, int rows, int from, int n) {
    float[][] values = values(p);
    for (int s = 0; s < scalars.length; s++) {
      Arrays.fill(values[p.operands() + s], 0, Math.min(n, BLOCK), scalars[s]);
    }
    for (int row = 0; row < rows; row++) {
      for (int done = 0; done < n; done += BLOCK) {
        block(values, p, at, pitches, row, from + done, Math.min(BLOCK, n - done));
      }
    }
  }

  private static void block(
      float[][] values, TileProgram p, long[] at, long[] pitches, int row, int from, int n) {
    for (int v = 0; v < p.operands(); v++) {
      MemorySegment.copy(
          Native.ALL,
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          at[v] + row * pitches[v] + 4L * from,
          values[v],
          0,
          n);
    }
    for (int s = 0; s < p.steps().size(); s++) {
      float[] y = values[p.value(s)];
      switch (p.steps().get(s)) {
        case TileProgram.Step.Apply1(UnaryOp.Kind f, int a) -> apply(f, y, values[a], n);
        case TileProgram.Step.Apply2(BinaryOp.Kind f, int a, int b) ->
            apply(f, y, values[a], values[b], n);
        case TileProgram.Step.Choose(int c, int a, int b) ->
            choose(y, values[c], values[a], values[b], n);
      }
    }
    for (int r = 0; r < p.results().size(); r++) {
      int k = p.operands() + r;
      MemorySegment.copy(
          values[p.results().get(r)],
          0,
          Native.ALL,
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          at[k] + row * pitches[k] + 4L * from,
          n);
    }
  }

  private static void choose(float[] y, float[] c, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = c[i] != 0 ? a[i] : b[i];
    }
  }

  // One loop a function: the compiler makes vectors of each.

  private static void apply(UnaryOp.Kind f, float[] y, float[] a, int n) {
    switch (f) {
      case STOP_GRADIENT -> System.arraycopy(a, 0, y, 0, n);
      case NEG -> {
        for (int i = 0; i < n; i++) {
          y[i] = -a[i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.abs(a[i]);
        }
      }
      case SIGN -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.signum(a[i]);
        }
      }
      case RECIPROCAL -> {
        for (int i = 0; i < n; i++) {
          y[i] = 1 / a[i];
        }
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          y[i] = (float) Math.sqrt(a[i]);
        }
      }
      case NOT -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] == 0 ? 1 : 0;
        }
      }
      case RELU -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.max(a[i], 0);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          y[i] = ExpCode.sigmoid(a[i]);
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          y[i] = ExpCode.tanh(a[i]);
        }
      }
      default -> throw new IllegalArgumentException("not a step of a tile program: " + f);
    }
  }

  private static void apply(BinaryOp.Kind f, float[] y, float[] a, float[] b, int n) {
    switch (f) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] + b[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] - b[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] * b[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] / b[i];
        }
      }
      case MAXIMUM -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.max(a[i], b[i]);
        }
      }
      case MINIMUM -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.min(a[i], b[i]);
        }
      }
      case LESS -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] < b[i] ? 1 : 0;
        }
      }
      case LESS_EQUAL -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] <= b[i] ? 1 : 0;
        }
      }
      case EQUAL -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] == b[i] ? 1 : 0;
        }
      }
      case NOT_EQUAL -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] != b[i] ? 1 : 0;
        }
      }
      case POW -> throw new IllegalArgumentException("not a step of a tile program: " + f);
    }
  }
}
