package shinso.cpu.simd.product;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.getFloat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import shinso.cpu.simd.Lanes;

/**
 * A sum of a few outer products: {@code C[m, n] = Aᵀ B} of {@code A[k, m]} and {@code B[k, n]}.
 *
 * <p>Columns are cut into panels of up to seven vectors, nearly equally wide; a tile is some rows
 * of a panel, its sums in registers. The rows of a tile are neighbours in {@code A}, which is read
 * where it lies. {@code B} is copied to panels, as vectors that cross cache lines take twice as
 * long to load. Where columns don't fill the last vector of a panel it overlaps the one before, and
 * so do the last tile's rows: the same sums are computed twice.
 *
 * <p>An element is the sum over k in order, by fused multiply-add from zero on, whatever the cuts.
 */
public final class OuterProducts {
  private static final ThreadLocal<Workspace> WORKSPACE = ThreadLocal.withInitial(Workspace::new);

  private final int columns;
  private final Panel[] panels;

  /**
   * Some columns.
   *
   * @param from the first column
   * @param last behind {@code from}, where the last vector begins
   * @param at bytes of a step of the sum in the panels before
   */
  private record Panel(OuterTile tile, int from, int last, long at) {}

  /** What a thread keeps in arrays. */
  private static final class Workspace {
    private float[] right = new float[0];
    private float[] sum = new float[0];

    float[] right(int floats) {
      if (right.length < floats) {
        right = new float[floats];
      }
      return right;
    }

    float[] sum(int floats) {
      if (sum.length < floats) {
        sum = new float[floats];
      }
      return sum;
    }
  }

  /**
   * Prepares sums of this many columns; their code becomes fast in the background.
   *
   * @throws IllegalArgumentException if there are fewer columns than {@link #fewestColumns}
   */
  public OuterProducts(int columns) {
    if (columns < LANES) {
      throw new IllegalArgumentException(
          "outer products have at least %d columns, not %d".formatted(LANES, columns));
    }
    this.columns = columns;
    int vectors = Math.ceilDiv(columns, LANES);
    this.panels = new Panel[Math.ceilDiv(vectors, OuterTile.WIDEST)];
    for (int i = 0; i < panels.length; i++) {
      int from = vectors * i / panels.length;
      int to = vectors * (i + 1) / panels.length;
      OuterTile tile = OuterTile.of(to - from);
      int last = Math.min(to * LANES, columns) - LANES - from * LANES;
      panels[i] = new Panel(tile, from * LANES, last, (long) Lanes.BYTES * from);
      tile.warm();
    }
  }

  /** The fewest columns that there may be. */
  public static int fewestColumns() {
    return LANES;
  }

  /** Bytes of scratch memory that a sum of {@code k} products needs. */
  public long scratchBytes(int k) {
    return (long) Lanes.BYTES * Math.ceilDiv(columns, LANES) * k;
  }

  /**
   * Computes some rows. Pitches are in bytes.
   *
   * @param c address of the first of them; C overlaps neither operand
   * @param a address of the first product's factor of that row; the other rows' follow it
   * @param rows how many
   * @param k number of outer products
   * @param scratch {@link #scratchBytes} bytes, 64-byte aligned for speed
   */
  public void run(
      long c,
      long cPitch,
      long a,
      long aPitch,
      long b,
      long bPitch,
      int rows,
      int k,
      long scratch) {
    for (Panel p : panels) {
      OuterCode code = p.tile.code();
      if (code == null || rows < p.tile.rows()) {
        slow(p, c, cPitch, a, aPitch, b, bPitch, rows, k);
      } else {
        tiles(code, p, c, cPitch, a, aPitch, b, bPitch, rows, k, scratch);
      }
    }
  }

  /** {@link #run} by the code of tiles even where that isn't compiled, for tests. */
  void runNow(
      long c,
      long cPitch,
      long a,
      long aPitch,
      long b,
      long bPitch,
      int rows,
      int k,
      long scratch) {
    for (Panel p : panels) {
      tiles(p.tile.codeNow(), p, c, cPitch, a, aPitch, b, bPitch, rows, k, scratch);
    }
  }

  private static void tiles(
      OuterCode code,
      Panel p,
      long c,
      long cPitch,
      long a,
      long aPitch,
      long b,
      long bPitch,
      int rows,
      int k,
      long scratch) {
    long panel = scratch + p.at * k;
    copy(panel, p.tile.vectors(), b + 4L * p.from, bPitch, p.last, k);
    int height = p.tile.rows();
    long to = c + 4L * p.from;
    long last = 4L * p.last;
    for (int i = 0; i < rows; i += height) {
      int row = Math.min(i, rows - height);
      code.run(to + cPitch * row, cPitch, a + 4L * row, aPitch, panel, last, k);
    }
  }

  private static void copy(long panel, int vectors, long b, long bPitch, int last, int k) {
    for (int p = 0; p < k; p++) {
      long from = b + bPitch * p;
      long to = panel + (long) Lanes.BYTES * vectors * p;
      for (int v = 0; v < vectors - 1; v++) {
        store(load(from, v), to, v);
      }
      store(load(from + 4L * last, 0), to, vectors - 1);
    }
  }

  /**
   * The same sums by loops over arrays, which are slow by a tenth of what vectors are before they
   * are compiled: until the code of tiles is, and for a few rows.
   */
  private static void slow(
      Panel p, long c, long cPitch, long a, long aPitch, long b, long bPitch, int rows, int k) {
    Workspace w = WORKSPACE.get();
    int n = p.last + LANES;
    float[] right = w.right(n * k);
    float[] sum = w.sum(n);
    for (int i = 0; i < k; i++) {
      MemorySegment.copy(ALL, JAVA_FLOAT_UNALIGNED, b + 4L * p.from + bPitch * i, right, n * i, n);
    }
    for (int r = 0; r < rows; r++) {
      Arrays.fill(sum, 0, n, 0f);
      long factor = a + 4L * r;
      int i = 0;
      for (; i + 4 <= k; i += 4) {
        float x0 = getFloat(factor + aPitch * i);
        float x1 = getFloat(factor + aPitch * (i + 1));
        float x2 = getFloat(factor + aPitch * (i + 2));
        float x3 = getFloat(factor + aPitch * (i + 3));
        addFour(sum, x0, x1, x2, x3, right, n * i, n);
      }
      for (; i < k; i++) {
        addOne(sum, getFloat(factor + aPitch * i), right, n * i, n);
      }
      MemorySegment.copy(sum, 0, ALL, JAVA_FLOAT_UNALIGNED, c + cPitch * r + 4L * p.from, n);
    }
  }

  private static void addFour(
      float[] sum, float x0, float x1, float x2, float x3, float[] y, int at, int n) {
    for (int j = 0; j < n; j++) {
      float s = Math.fma(x0, y[at + j], sum[j]);
      s = Math.fma(x1, y[at + n + j], s);
      s = Math.fma(x2, y[at + 2 * n + j], s);
      sum[j] = Math.fma(x3, y[at + 3 * n + j], s);
    }
  }

  private static void addOne(float[] sum, float x, float[] y, int at, int n) {
    for (int j = 0; j < n; j++) {
      sum[j] = Math.fma(x, y[at + j], sum[j]);
    }
  }
}
