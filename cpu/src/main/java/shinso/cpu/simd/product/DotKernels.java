package shinso.cpu.simd.product;

import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;
import static shinso.cpu.simd.Native.getFloat;
import static shinso.cpu.simd.Native.putFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import shinso.core.op.BinaryOp;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.element.BinaryKernels;

/**
 * A matrix times a vector, as scalar products with its rows.
 *
 * <p>The order of a sum is fixed, so its bits depend neither on the vector width nor on how callers
 * slice the rows. The vector is cut into blocks of 4,096; in a block, products are added by fused
 * multiply-add to partial sum p mod 16, in order, and the partial sums are added as a tree (l and l
 * + 8, then l and l + 4, and so on). Blocks are added in order, and then the bias.
 */
public final class DotKernels {
  /** Partial sums of a block. */
  static final int WAYS = 16;

  static final int BLOCK = 4096;

  // Lanes as far behind each lane as its partner is in the tree.
  private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(F, 8, 1, true);
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(F, 4, 1, true);
  private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(F, 2, 1, true);
  private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(F, 1, 1, true);

  private DotKernels() {}

  /**
   * {@code dst[r] = Σ x[p] b[r, p]}, plus {@code bias[r]}.
   *
   * @param stride distance of the rows of {@code b} in elements; elements of a row lie together
   * @param bias address of a float for each row, or 0
   */
  public static void rows(long dst, long x, long b, long stride, int rows, int n, long bias) {
    if (bias != 0 && n > BLOCK) {
      rows(dst, x, b, stride, rows, n, 0);
      BinaryKernels.apply(BinaryOp.Kind.ADD, dst, dst, bias, rows);
      return;
    }
    for (int r = 0; r < rows; r++) {
      putFloat(dst + 4L * r, bias == 0 ? 0 : getFloat(bias + 4L * r));
    }
    long pad = Lanes.pad();
    for (int p = 0; p < n; p += BLOCK) {
      int depth = Math.min(BLOCK, n - p);
      int r = 0;
      for (; r + 4 <= rows; r += 4) {
        for (int way = 0; way < WAYS; way += LANES) {
          four(
              pad + 4L * way,
              x + 4L * (p + way),
              b + 4 * (r * stride + p + way),
              4 * stride,
              depth - way);
        }
        for (int i = 0; i < 4; i++) {
          add(dst + 4L * (r + i), pad + 4L * WAYS * i);
        }
      }
      for (; r < rows; r++) {
        for (int way = 0; way < WAYS; way += LANES) {
          one(pad + 4L * way, x + 4L * (p + way), b + 4 * (r * stride + p + way), depth - way);
        }
        add(dst + 4L * r, pad);
      }
    }
  }

  /** A vector's width of the partial sums of four rows, {@link #WAYS} floats apart. */
  private static void four(long sums, long x, long b, long stride, int n) {
    FloatVector s0 = splat(0f);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int p = 0;
    for (; p + LANES <= n; p += WAYS) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, (x & ADDRESS) + 4L * p, ORDER);
      long at = (b & ADDRESS) + 4L * p;
      s0 = FloatVector.fromMemorySegment(F, ALL, at, ORDER).fma(v, s0);
      s1 = FloatVector.fromMemorySegment(F, ALL, at + stride & ADDRESS, ORDER).fma(v, s1);
      s2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * stride & ADDRESS, ORDER).fma(v, s2);
      s3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * stride & ADDRESS, ORDER).fma(v, s3);
    }
    if (p < n) {
      int rest = n - p;
      FloatVector v = load(x + 4L * p, 0, rest);
      long at = b + 4L * p;
      s0 = load(at, 0, rest).fma(v, s0);
      s1 = load(at + stride, 0, rest).fma(v, s1);
      s2 = load(at + 2 * stride, 0, rest).fma(v, s2);
      s3 = load(at + 3 * stride, 0, rest).fma(v, s3);
    }
    store(tree(s0), sums, 0);
    store(tree(s1), sums + 4L * WAYS, 0);
    store(tree(s2), sums + 8L * WAYS, 0);
    store(tree(s3), sums + 12L * WAYS, 0);
  }

  private static void one(long sums, long x, long b, int n) {
    FloatVector s = splat(0f);
    int p = 0;
    for (; p + LANES <= n; p += WAYS) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, (x & ADDRESS) + 4L * p, ORDER);
      s = FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + 4L * p, ORDER).fma(v, s);
    }
    if (p < n) {
      s = load(b + 4L * p, 0, n - p).fma(load(x + 4L * p, 0, n - p), s);
    }
    store(tree(s), sums, 0);
  }

  /** Where a vector has all partial sums, their sum in the first lane; else just these. */
  private static FloatVector tree(FloatVector s) {
    if (LANES < WAYS) {
      return s;
    }
    FloatVector t = s.add(s.rearrange(BY_8));
    t = t.add(t.rearrange(BY_4));
    t = t.add(t.rearrange(BY_2));
    return t.add(t.rearrange(BY_1));
  }

  private static void add(long to, long sums) {
    for (int half = LANES < WAYS ? WAYS / 2 : 0; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        putFloat(sums + 4L * i, getFloat(sums + 4L * i) + getFloat(sums + 4L * (i + half)));
      }
    }
    putFloat(to, getFloat(to) + getFloat(sums));
  }
}
