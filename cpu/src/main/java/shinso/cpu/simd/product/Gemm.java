package shinso.cpu.simd.product;

import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;
import static shinso.cpu.simd.Native.getInt;
import static shinso.cpu.simd.Native.putInt;

import java.lang.foreign.Arena;
import jdk.incubator.vector.FloatVector;
import shinso.core.op.BinaryOp;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Native;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.MoveKernels;

/**
 * Single-threaded product of float matrices, C = A B, C = A B + bias or C += A B.
 *
 * <p>As in Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM TOMS
 * 2008): blocks of A and B are copied to panels that a micro-kernel reads in order, its part of B
 * staying in the first-level cache, the block of A in the second-level one.
 *
 * <p>The bits of an element of C depend on its row of A and its column of B only, not on how
 * callers slice rows and columns nor on the vector width: products are added by fused multiply-add
 * in order of k, in blocks of 256 that start at zero, and the blocks are added in order, to C if it
 * accumulates. A bias comes last.
 */
public final class Gemm {
  /** Steps of k whose sum is one block. Part of the definition of the result. */
  static final int BLOCK_K = 256;

  /** Rows of A in the second-level cache. */
  static final int BLOCK_M = 240;

  /** Columns of B that are copied at a time. */
  private static final int BLOCK_N = 1024;

  /** Below as many rows, copies of B don't pay. */
  private static final int THIN = 4;

  private static final int MR = MicroKernel.ROWS;
  private static final int NR = MicroKernel.COLUMNS;

  private static final ThreadLocal<Workspace> WORKSPACE = ThreadLocal.withInitial(Workspace::new);

  /** What a thread keeps in arrays. */
  static final class Workspace {
    final float[] a = new float[BLOCK_M * BLOCK_K];
    final float[] tile = new float[MR * NR];
  }

  static {
    warmUp();
  }

  private Gemm() {}

  /**
   * The compiler takes a method up after so many calls, or so many rounds of its loops and some
   * calls. Calls with a short loop bring a micro-kernel there a few seconds sooner.
   */
  private static void warmUp() {
    Workspace w = WORKSPACE.get();
    try (Arena arena = Arena.ofConfined()) {
      int depth = 16;
      long b = arena.allocate(4L * depth * NR, 64).address();
      for (int i = 0; i < 1200; i++) {
        MicroKernel.multiply(w.tile, w.a, 0, b, depth);
      }
    }
  }

  /** Bytes of scratch memory that a product of these sizes, or of smaller ones, needs. */
  public static long scratchBytes(int n, int k) {
    long depth = Math.min(k, BLOCK_K);
    return 4 * depth * panels(Math.min(n, BLOCK_N));
  }

  static Workspace workspace() {
    return WORKSPACE.get();
  }

  /** {@code columns} rounded up to whole panels. */
  static long panels(int columns) {
    return (columns + NR - 1L) / NR * NR;
  }

  /**
   * C[m, n] = A[m, k] B[k, n], plus {@code bias} or plus C itself.
   *
   * <p>Strides count elements; C does not overlap A or B, its columns are consecutive.
   *
   * @param bias address of n floats that are added to every row, or 0
   * @param accumulate whether the product is added to what C holds; then there is no bias
   * @param scratch {@link #scratchBytes} bytes, 64-byte aligned for speed
   */
  public static void multiply(
      long c,
      long cRow,
      long a,
      long aRow,
      long aColumn,
      long b,
      long bRow,
      long bColumn,
      int m,
      int n,
      int k,
      long bias,
      boolean accumulate,
      long scratch) {
    if (k == 0) {
      for (int i = 0; i < m && !accumulate; i++) {
        start(c + 4 * cRow * i, bias, n);
      }
      return;
    }
    if (bias != 0 && k > BLOCK_K) {
      multiply(c, cRow, a, aRow, aColumn, b, bRow, bColumn, m, n, k, 0, false, scratch);
      for (int i = 0; i < m; i++) {
        long row = c + 4 * cRow * i;
        BinaryKernels.apply(BinaryOp.Kind.ADD, row, row, bias, n);
      }
      return;
    }
    if (m < THIN && bColumn == 1) {
      thin(c, cRow, a, aRow, aColumn, b, bRow, m, n, k, bias, accumulate);
      return;
    }
    Workspace workspace = workspace();
    for (int p = 0; p < k; p += BLOCK_K) {
      int depth = Math.min(BLOCK_K, k - p);
      // The first block is added to the bias, where there is no other, or to nothing.
      boolean first = p == 0 && !accumulate;
      for (int j = 0; j < n; j += BLOCK_N) {
        int width = Math.min(BLOCK_N, n - j);
        packB(scratch, b + 4 * (p * bRow + j * bColumn), bRow, bColumn, depth, width);
        for (int i = 0; i < m; i += BLOCK_M) {
          int height = Math.min(BLOCK_M, m - i);
          packA(workspace.a, a + 4 * (i * aRow + p * aColumn), aRow, aColumn, height, depth);
          long to = c + 4 * (i * cRow + j);
          long from = first ? (bias == 0 ? 0 : bias + 4L * j) : to;
          long fromRow = first ? 0 : cRow;
          block(to, cRow, from, fromRow, workspace, scratch, height, width, depth);
        }
      }
    }
  }

  private static void start(long c, long bias, int n) {
    if (bias == 0) {
      MoveKernels.fill(c, 0f, n);
    } else {
      MoveKernels.copy(c, bias, n);
    }
  }

  /**
   * C = A B + start for packed blocks of A and B, {@code start} being an address with a row stride,
   * or 0 for nothing.
   */
  static void block(
      long c,
      long cRow,
      long start,
      long startRow,
      Workspace workspace,
      long packedB,
      int m,
      int n,
      int depth) {
    float[] tile = workspace.tile;
    for (int j = 0; j < n; j += NR) {
      int columns = Math.min(NR, n - j);
      long panelB = packedB + 4L * depth * j;
      for (int i = 0; i < m; i += MR) {
        int rows = Math.min(MR, m - i);
        MicroKernel.multiply(tile, workspace.a, depth * i, panelB, depth);
        long to = c + 4 * (i * cRow + j);
        long from = start == 0 ? 0 : start + 4 * (i * startRow + j);
        merge(to, 4 * cRow, from, 4 * startRow, tile, rows, columns);
      }
    }
  }

  /** C = tile + start, strides in bytes. */
  private static void merge(
      long c, long cRow, long start, long startRow, float[] tile, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < columns; j += LANES) {
        int count = Math.min(LANES, columns - j);
        FloatVector v = FloatVector.fromArray(F, tile, NR * r + j);
        if (start != 0) {
          v = v.add(load(start + startRow * r + 4L * j, 0, count));
        }
        store(v, c + cRow * r + 4L * j, 0, count);
      }
    }
  }

  /** Panels of MR rows, [depth, MR] each; rows that are missing are zero. */
  static void packA(float[] dst, long a, long aRow, long aColumn, int m, int depth) {
    for (int i = 0; i < m; i += MR) {
      int rows = Math.min(MR, m - i);
      int r = 0;
      for (; r + 2 <= rows; r += 2) {
        packTwo(dst, depth * i + r, a + 4 * aRow * (i + r), 4 * aRow, 4 * aColumn, depth);
      }
      for (; r < MR; r++) {
        for (int p = 0; p < depth; p++) {
          long at = a + 4 * (aRow * (i + r) + aColumn * p);
          dst[depth * i + r + MR * p] = r < rows ? Native.getFloat(at) : 0;
        }
      }
    }
  }

  private static void packTwo(float[] dst, int at, long a, long aRow, long aStep, int depth) {
    for (int p = 0; p < depth; p++) {
      long from = a + aStep * p;
      dst[at + MR * p] = Native.getFloat(from);
      dst[at + MR * p + 1] = Native.getFloat(from + aRow);
    }
  }

  /**
   * Blocks of {@link #BLOCK_K} rows, of panels of NR columns, [rows of the block, NR] each; columns
   * that are missing are zero.
   */
  static void packB(long dst, long b, long bRow, long bColumn, int k, int n) {
    for (int p = 0; p < k; p += BLOCK_K) {
      int depth = Math.min(BLOCK_K, k - p);
      packBlock(dst + 4L * p * panels(n), b + 4L * p * bRow, bRow, bColumn, depth, n);
    }
  }

  private static void packBlock(long dst, long b, long bRow, long bColumn, int depth, int n) {
    for (int j = 0; j < n; j += NR) {
      int columns = Math.min(NR, n - j);
      long to = dst + 4L * depth * j;
      long from = b + 4 * bColumn * j;
      if (bColumn != 1) {
        pack(to, from, 4 * bColumn, 4 * bRow, columns, depth);
      } else if (columns == NR) {
        packRows(to, from, 4 * bRow, depth);
      } else {
        for (int p = 0; p < depth; p++) {
          store(load(from + 4 * bRow * p, 0, Math.min(columns, LANES)), to, 2 * p);
          int rest = Math.max(0, columns - LANES);
          store(load(from + 4 * bRow * p, 1, rest), to, 2 * p + 1);
        }
      }
    }
  }

  private static void packRows(long dst, long b, long stride, int depth) {
    for (int p = 0; p < depth; p++) {
      long from = b + stride * p & ADDRESS;
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, from, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, from + BYTES, ORDER);
      long to = (dst & ADDRESS) + 2L * BYTES * p;
      u.intoMemorySegment(ALL, to, ORDER);
      v.intoMemorySegment(ALL, to + BYTES, ORDER);
    }
  }

  /**
   * {@code dst[p, i] = b[i, p]} for i below {@code rows}, and zero from there to NR; the strides of
   * {@code b} in bytes.
   */
  private static void pack(long dst, long b, long bRow, long bStep, int rows, int depth) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      packFour(dst + 4L * i, b + bRow * i, bRow, bStep, depth);
    }
    for (; i < NR; i++) {
      for (int p = 0; p < depth; p++) {
        int v = i < rows ? getInt(b + bRow * i + bStep * p) : 0;
        putInt(dst + 4L * (NR * p + i), v);
      }
    }
  }

  private static void packFour(long dst, long b, long bRow, long bStep, int depth) {
    for (int p = 0; p < depth; p++) {
      long from = b + bStep * p;
      long to = dst + 4L * NR * p;
      putInt(to, getInt(from));
      putInt(to + 4, getInt(from + bRow));
      putInt(to + 8, getInt(from + 2 * bRow));
      putInt(to + 12, getInt(from + 3 * bRow));
    }
  }

  /** A few rows: the same sums in the same order, straight from B. */
  private static void thin(
      long c,
      long cRow,
      long a,
      long aRow,
      long aColumn,
      long b,
      long bRow,
      int m,
      int n,
      int k,
      long bias,
      boolean accumulate) {
    for (int i = 0; i < m; i++) {
      long row = c + 4 * cRow * i;
      for (int p = 0; p < k; p += BLOCK_K) {
        int depth = Math.min(BLOCK_K, k - p);
        long from = p == 0 && !accumulate ? bias : row;
        long ap = a + 4 * (aRow * i + aColumn * p);
        int j = 0;
        for (; j + 4 * LANES <= n; j += 4 * LANES) {
          long start = from == 0 ? 0 : from + 4L * j;
          rowTimesFour(
              row + 4L * j, start, ap, 4 * aColumn, b + 4 * (bRow * p + j), 4 * bRow, depth);
        }
        for (; j < n; j += LANES) {
          long start = from == 0 ? 0 : from + 4L * j;
          int count = Math.min(LANES, n - j);
          rowTimes(
              row + 4L * j, start, ap, 4 * aColumn, b + 4 * (bRow * p + j), 4 * bRow, depth, count);
        }
      }
    }
  }

  private static void rowTimesFour(
      long c, long start, long a, long aStep, long b, long bRow, int depth) {
    FloatVector s0 = Lanes.splat(0f);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int p = 0; p < depth; p++) {
      FloatVector x = FloatVector.broadcast(F, Native.getFloat(a + aStep * p));
      long row = b + bRow * p & ADDRESS;
      s0 = x.fma(FloatVector.fromMemorySegment(F, ALL, row, ORDER), s0);
      s1 = x.fma(FloatVector.fromMemorySegment(F, ALL, row + BYTES, ORDER), s1);
      s2 = x.fma(FloatVector.fromMemorySegment(F, ALL, row + 2L * BYTES, ORDER), s2);
      s3 = x.fma(FloatVector.fromMemorySegment(F, ALL, row + 3L * BYTES, ORDER), s3);
    }
    if (start != 0) {
      s0 = s0.add(load(start, 0));
      s1 = s1.add(load(start, 1));
      s2 = s2.add(load(start, 2));
      s3 = s3.add(load(start, 3));
    }
    store(s0, c, 0);
    store(s1, c, 1);
    store(s2, c, 2);
    store(s3, c, 3);
  }

  private static void rowTimes(
      long c, long start, long a, long aStep, long b, long bRow, int depth, int count) {
    FloatVector s = Lanes.splat(0f);
    for (int p = 0; p < depth; p++) {
      s = Lanes.splat(Native.getFloat(a + aStep * p)).fma(load(b + bRow * p, 0, count), s);
    }
    if (start != 0) {
      s = s.add(load(start, 0, count));
    }
    store(s, c, 0, count);
  }
}
