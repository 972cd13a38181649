package shinso.cpu.simd;

import java.util.Arrays;

/**
 * Does the steps of a {@link TileProgram} for fewer elements than a vector has, in plain scalar
 * arithmetic with the same bits. Small passes, of a bias or a single number, run here from the
 * first to the last element, so it must not wait for the JVM's compiler: a vector that is not
 * compiled yet costs more than sixteen scalars.
 *
 * <p>Holds what it needs in between; for use by one thread at a time.
 */
public final class TileTail {
  private final float[][] values;

  /** Creates room for programs with up to this many values. */
  public TileTail(int values) {
    this.values = new float[values][Lanes.LANES];
  }

  /** Returns the number of values of a program. */
  public static int values(TileProgram p) {
    return p.value(p.steps().size());
  }

  /**
   * Computes some elements; operands and results may share memory where they begin at the same
   * address.
   *
   * @param at addresses of the operands, then of the results
   * @param scalars their values
   * @param from elements to skip
   * @param n elements, fewer than a vector has
   */
  public void run(TileProgram p, long[] at, float[] scalars, int from, int n) {
    for (int v = 0; v < p.operands(); v++) {
      for (int i = 0; i < n; i++) {
        values[v][i] = Native.getFloat(at[v] + 4L * (from + i));
      }
    }
    for (int s = 0; s < scalars.length; s++) {
      Arrays.fill(values[p.operands() + s], 0, n, scalars[s]);
    }
    for (int s = 0; s < p.steps().size(); s++) {
      float[] y = values[p.value(s)];
      switch (p.steps().get(s)) {
        case TileProgram.Step.Apply1(Unary f, int a) -> apply(f, y, values[a], n);
        case TileProgram.Step.Apply2(Binary f, int a, int b) ->
            apply(f, y, values[a], values[b], n);
        case TileProgram.Step.Choose(int c, int a, int b) -> {
          for (int i = 0; i < n; i++) {
            y[i] = values[c][i] != 0 ? values[a][i] : values[b][i];
          }
        }
      }
    }
    for (int r = 0; r < p.results().size(); r++) {
      float[] y = values[p.results().get(r)];
      for (int i = 0; i < n; i++) {
        Native.putFloat(at[p.operands() + r] + 4L * (from + i), y[i]);
      }
    }
  }

  private static void apply(Unary f, float[] y, float[] a, int n) {
    for (int i = 0; i < n; i++) {
      float x = a[i];
      y[i] =
          switch (f) {
            case COPY -> x;
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case RECIPROCAL -> 1 / x;
            case SQRT -> (float) Math.sqrt(x);
            case LOGICAL_NOT -> x == 0 ? 1 : 0;
            case RELU -> Math.max(x, 0);
            default -> throw new IllegalArgumentException("not a step of a tile program: " + f);
          };
    }
  }

  private static void apply(Binary f, float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] =
          switch (f) {
            case ADD -> a[i] + b[i];
            case SUB -> a[i] - b[i];
            case MUL -> a[i] * b[i];
            case DIV -> a[i] / b[i];
            case MAXIMUM -> Math.max(a[i], b[i]);
            case MINIMUM -> Math.min(a[i], b[i]);
            case LESS -> a[i] < b[i] ? 1 : 0;
            case LESS_EQUAL -> a[i] <= b[i] ? 1 : 0;
            case EQUAL -> a[i] == b[i] ? 1 : 0;
            case NOT_EQUAL -> a[i] != b[i] ? 1 : 0;
            case POW -> throw new IllegalArgumentException("not a step of a tile program: " + f);
          };
    }
  }
}
