package shinso.cpu.simd.convolution;

import static jdk.incubator.vector.VectorOperators.LE;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;
import shinso.cpu.simd.Lanes;

/**
 * The transforms of Winograd's minimal filtering F(2×2, 3×3): four pixels of a convolution with a
 * filter of 3×3 from 16 products instead of 36 (Lavin and Gray, Fast Algorithms for Convolutional
 * Neural Networks, CVPR 2016, section 4.1).
 *
 * <p>With the matrices
 *
 * <pre>
 *        1  0 −1  0           1   0   0          1  1  1  0
 *   Bᵀ = 0  1  1  0      G =  ½   ½   ½     Aᵀ = 0  1 −1 −1
 *        0 −1  1  0           ½  −½   ½
 *        0  1  0 −1           0   0   1
 * </pre>
 *
 * a tile of the result is {@code y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A}, and the products, summed over
 * channels, are 16 matrix products. The gradient of the filters turns the same matrices around:
 * {@code dw = Gᵀ [Σ (Bᵀ x B) ⊙ (A dy Aᵀ)] G}, summed over tiles.
 *
 * <p>Vectors run over channels, of which there are {@code vectors} whole ones. Tiles are 16 planes,
 * row by row, whose distance in bytes is {@code plane}.
 */
public final class Winograd {
  /** Planes of a tile. */
  public static final int PLANES = 16;

  /** Rows and columns of the source under a tile. */
  public static final int SOURCE = 4;

  /** Rows and columns of a tile's result. */
  public static final int RESULT = 2;

  /** Rows and columns of a filter. */
  public static final int FILTER = 3;

  private Winograd() {}

  /** Channels that a kernel handles at a time; there have to be a multiple of it. */
  public static int lanes() {
    return Lanes.LANES;
  }

  /**
   * {@code v = Bᵀ x B} of 4×4 pixels.
   *
   * @param row distance of rows of {@code x} in bytes
   * @param pixel distance of pixels of {@code x} in bytes
   */
  public static void source(long v, long plane, long x, long row, long pixel, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = x + (long) BYTES * i;
      FloatVector d0 = FloatVector.fromMemorySegment(F, ALL, at & ADDRESS, ORDER);
      FloatVector d1 = FloatVector.fromMemorySegment(F, ALL, at + pixel & ADDRESS, ORDER);
      FloatVector d2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * pixel & ADDRESS, ORDER);
      FloatVector d3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * pixel & ADDRESS, ORDER);
      final FloatVector a0 = d0.sub(d2);
      final FloatVector a1 = d1.add(d2);
      final FloatVector a2 = d2.sub(d1);
      final FloatVector a3 = d1.sub(d3);
      at += row;
      d0 = FloatVector.fromMemorySegment(F, ALL, at & ADDRESS, ORDER);
      d1 = FloatVector.fromMemorySegment(F, ALL, at + pixel & ADDRESS, ORDER);
      d2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * pixel & ADDRESS, ORDER);
      d3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * pixel & ADDRESS, ORDER);
      final FloatVector b0 = d0.sub(d2);
      final FloatVector b1 = d1.add(d2);
      final FloatVector b2 = d2.sub(d1);
      final FloatVector b3 = d1.sub(d3);
      at += row;
      d0 = FloatVector.fromMemorySegment(F, ALL, at & ADDRESS, ORDER);
      d1 = FloatVector.fromMemorySegment(F, ALL, at + pixel & ADDRESS, ORDER);
      d2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * pixel & ADDRESS, ORDER);
      d3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * pixel & ADDRESS, ORDER);
      final FloatVector c0 = d0.sub(d2);
      final FloatVector c1 = d1.add(d2);
      final FloatVector c2 = d2.sub(d1);
      final FloatVector c3 = d1.sub(d3);
      at += row;
      d0 = FloatVector.fromMemorySegment(F, ALL, at & ADDRESS, ORDER);
      d1 = FloatVector.fromMemorySegment(F, ALL, at + pixel & ADDRESS, ORDER);
      d2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * pixel & ADDRESS, ORDER);
      d3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * pixel & ADDRESS, ORDER);
      long to = v + (long) BYTES * i & ADDRESS;
      a0.sub(c0).intoMemorySegment(ALL, to, ORDER);
      a1.sub(c1).intoMemorySegment(ALL, to + plane, ORDER);
      a2.sub(c2).intoMemorySegment(ALL, to + 2 * plane, ORDER);
      a3.sub(c3).intoMemorySegment(ALL, to + 3 * plane, ORDER);
      to += 4 * plane;
      b0.add(c0).intoMemorySegment(ALL, to, ORDER);
      b1.add(c1).intoMemorySegment(ALL, to + plane, ORDER);
      b2.add(c2).intoMemorySegment(ALL, to + 2 * plane, ORDER);
      b3.add(c3).intoMemorySegment(ALL, to + 3 * plane, ORDER);
      to += 4 * plane;
      c0.sub(b0).intoMemorySegment(ALL, to, ORDER);
      c1.sub(b1).intoMemorySegment(ALL, to + plane, ORDER);
      c2.sub(b2).intoMemorySegment(ALL, to + 2 * plane, ORDER);
      c3.sub(b3).intoMemorySegment(ALL, to + 3 * plane, ORDER);
      to += 4 * plane;
      b0.sub(d0.sub(d2)).intoMemorySegment(ALL, to, ORDER);
      b1.sub(d1.add(d2)).intoMemorySegment(ALL, to + plane, ORDER);
      b2.sub(d2.sub(d1)).intoMemorySegment(ALL, to + 2 * plane, ORDER);
      b3.sub(d1.sub(d3)).intoMemorySegment(ALL, to + 3 * plane, ORDER);
    }
  }

  /**
   * {@code y = Aᵀ m A}, 2×2 pixels.
   *
   * @param row distance of rows of {@code y} in bytes
   * @param pixel distance of pixels of {@code y} in bytes
   * @param bias address of what is added to each channel, or 0
   * @param relu whether the maximum with 0 is taken at the end; NaN stays
   */
  public static void result(
      long y, long row, long pixel, long m, long plane, int vectors, long bias, boolean relu) {
    FloatVector zero = splat(0f);
    for (int i = 0; i < vectors; i++) {
      long at = m + (long) BYTES * i & ADDRESS;
      FloatVector m0 = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
      FloatVector m1 = FloatVector.fromMemorySegment(F, ALL, at + plane, ORDER);
      FloatVector m2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * plane, ORDER);
      FloatVector m3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * plane, ORDER);
      FloatVector left = m0.add(m1).add(m2);
      FloatVector right = m1.sub(m2).sub(m3);
      at += 4 * plane;
      m0 = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
      m1 = FloatVector.fromMemorySegment(F, ALL, at + plane, ORDER);
      m2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * plane, ORDER);
      m3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * plane, ORDER);
      FloatVector u = m0.add(m1).add(m2);
      FloatVector w = m1.sub(m2).sub(m3);
      FloatVector y00 = left.add(u);
      FloatVector y01 = right.add(w);
      FloatVector y10 = u;
      FloatVector y11 = w;
      at += 4 * plane;
      m0 = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
      m1 = FloatVector.fromMemorySegment(F, ALL, at + plane, ORDER);
      m2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * plane, ORDER);
      m3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * plane, ORDER);
      u = m0.add(m1).add(m2);
      w = m1.sub(m2).sub(m3);
      y00 = y00.add(u);
      y01 = y01.add(w);
      y10 = y10.sub(u);
      y11 = y11.sub(w);
      at += 4 * plane;
      m0 = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
      m1 = FloatVector.fromMemorySegment(F, ALL, at + plane, ORDER);
      m2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * plane, ORDER);
      m3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * plane, ORDER);
      y10 = y10.sub(m0.add(m1).add(m2));
      y11 = y11.sub(m1.sub(m2).sub(m3));
      if (bias != 0) {
        FloatVector b =
            FloatVector.fromMemorySegment(F, ALL, bias + (long) BYTES * i & ADDRESS, ORDER);
        y00 = y00.add(b);
        y01 = y01.add(b);
        y10 = y10.add(b);
        y11 = y11.add(b);
      }
      if (relu) {
        y00 = y00.blend(zero, y00.compare(LE, zero));
        y01 = y01.blend(zero, y01.compare(LE, zero));
        y10 = y10.blend(zero, y10.compare(LE, zero));
        y11 = y11.blend(zero, y11.compare(LE, zero));
      }
      long to = y + (long) BYTES * i & ADDRESS;
      y00.intoMemorySegment(ALL, to, ORDER);
      y01.intoMemorySegment(ALL, to + pixel, ORDER);
      y10.intoMemorySegment(ALL, to + row, ORDER);
      y11.intoMemorySegment(ALL, to + row + pixel, ORDER);
    }
  }

  /**
   * {@code m = A dy Aᵀ} of 2×2 pixels.
   *
   * @param row distance of rows of {@code dy} in bytes
   * @param pixel distance of pixels of {@code dy} in bytes
   */
  public static void gradient(long m, long plane, long dy, long row, long pixel, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = dy + (long) BYTES * i;
      FloatVector y00 = FloatVector.fromMemorySegment(F, ALL, at & ADDRESS, ORDER);
      FloatVector y01 = FloatVector.fromMemorySegment(F, ALL, at + pixel & ADDRESS, ORDER);
      FloatVector y10 = FloatVector.fromMemorySegment(F, ALL, at + row & ADDRESS, ORDER);
      FloatVector y11 = FloatVector.fromMemorySegment(F, ALL, at + row + pixel & ADDRESS, ORDER);
      long to = m + (long) BYTES * i & ADDRESS;
      line(to, plane, y00, y01);
      line(to + 4 * plane, plane, y00.add(y10), y01.add(y11));
      line(to + 8 * plane, plane, y00.sub(y10), y01.sub(y11));
      line(to + 12 * plane, plane, y10.neg(), y11.neg());
    }
  }

  private static void line(long to, long plane, FloatVector left, FloatVector right) {
    left.intoMemorySegment(ALL, to, ORDER);
    left.add(right).intoMemorySegment(ALL, to + plane, ORDER);
    left.sub(right).intoMemorySegment(ALL, to + 2 * plane, ORDER);
    right.neg().intoMemorySegment(ALL, to + 3 * plane, ORDER);
  }

  /**
   * {@code u = G w Gᵀ} for some elements of filters.
   *
   * @param tap distance of the filter's taps in bytes, which is negative where they are read from
   *     the last to the first
   */
  public static void filter(long u, long plane, long w, long tap, int vectors) {
    FloatVector half = splat(0.5f);
    for (int i = 0; i < vectors; i++) {
      long at = w + (long) BYTES * i;
      FloatVector w0 = load(at, 0);
      FloatVector w1 = load(at + tap, 0);
      FloatVector w2 = load(at + 2 * tap, 0);
      at += FILTER * tap;
      FloatVector w3 = load(at, 0);
      FloatVector w4 = load(at + tap, 0);
      FloatVector w5 = load(at + 2 * tap, 0);
      at += FILTER * tap;
      FloatVector w6 = load(at, 0);
      FloatVector w7 = load(at + tap, 0);
      FloatVector w8 = load(at + 2 * tap, 0);
      long to = u + (long) BYTES * i;
      widen(to, plane, w0, w1, w2, half);
      FloatVector o0 = w0.add(w6);
      FloatVector o1 = w1.add(w7);
      FloatVector o2 = w2.add(w8);
      widen(
          to + 4 * plane,
          plane,
          o0.add(w3).mul(half),
          o1.add(w4).mul(half),
          o2.add(w5).mul(half),
          half);
      widen(
          to + 8 * plane,
          plane,
          o0.sub(w3).mul(half),
          o1.sub(w4).mul(half),
          o2.sub(w5).mul(half),
          half);
      widen(to + 12 * plane, plane, w6, w7, w8, half);
    }
  }

  private static void widen(
      long to, long plane, FloatVector a, FloatVector b, FloatVector c, FloatVector half) {
    FloatVector outer = a.add(c);
    store(a, to, 0);
    store(outer.add(b).mul(half), to + plane, 0);
    store(outer.sub(b).mul(half), to + 2 * plane, 0);
    store(c, to + 3 * plane, 0);
  }

  /**
   * {@code dw = Gᵀ u G}, where {@code u} is the sum of the tasks' parts, in order, which changes
   * the first of them.
   *
   * @param tap distance of the filter's taps in bytes
   * @param part distance of the tasks' parts in bytes
   */
  public static void filterGradient(
      long dw, long tap, long u, long plane, int parts, long part, int vectors) {
    FloatVector half = splat(0.5f);
    for (int i = 0; i < vectors; i++) {
      long from = u + (long) BYTES * i;
      for (int r = 0; r < SOURCE; r++) {
        narrow(from + 4 * plane * r, plane, parts, part, half);
      }
      long to = dw + (long) BYTES * i;
      for (int column = 0; column < FILTER; column++) {
        FloatVector u1 = load(from + 4 * plane, 0);
        FloatVector u2 = load(from + 8 * plane, 0);
        FloatVector inner = u1.add(u2).mul(half);
        store(load(from, 0).add(inner), to, 0);
        store(u1.sub(u2).mul(half), to + FILTER * tap, 0);
        store(inner.add(load(from + 12 * plane, 0)), to + 2 * FILTER * tap, 0);
        from += plane;
        to += tap;
      }
    }
  }

  /**
   * Adds up a row of all parts and puts the three numbers that it comes to in the first's place.
   */
  private static void narrow(long line, long plane, int parts, long part, FloatVector half) {
    FloatVector u0 = load(line, 0);
    FloatVector u1 = load(line + plane, 0);
    FloatVector u2 = load(line + 2 * plane, 0);
    FloatVector u3 = load(line + 3 * plane, 0);
    for (int p = 1; p < parts; p++) {
      long other = line + part * p;
      u0 = u0.add(load(other, 0));
      u1 = u1.add(load(other + plane, 0));
      u2 = u2.add(load(other + 2 * plane, 0));
      u3 = u3.add(load(other + 3 * plane, 0));
    }
    FloatVector inner = u1.add(u2).mul(half);
    store(u0.add(inner), line, 0);
    store(u1.sub(u2).mul(half), line + plane, 0);
    store(inner.add(u3), line + 2 * plane, 0);
  }
}
