package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.I;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Native;

/**
 * Random numbers as a pure function of key and position: Threefry-2x32 with 20 rounds.
 *
 * <p>Elements come in groups of 32. Lane l of group g, with l below 16, encrypts the counter 16 g +
 * l (low word first) to two words: the first is of element 32 g + l, the second of element 32 g +
 * 16 + l. A uniform number is the upper 24 bits of a word times 2^-24. A pair (w0, w1) of words
 * gives two normal numbers by Box and Muller: with u = (w0 >>> 1) 2^-31 + 2^-32 and v = (w1 >>> 8)
 * 2^-24 they are r cos 2πv and r sin 2πv, where r = √(-2 log u).
 *
 * <p>Threefry is of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011.
 */
public final class RandomKernels {
  private static final int PARITY = 0x1bd11bda;

  /** Elements of a group. */
  private static final int GROUP = 32;

  /** Bytes from a lane's first word to its second. */
  private static final int SECOND = 64;

  private static final IntVector INDEX = splat(0).addIndex(1);
  private static final FloatVector UNIFORM = splat(0x1p-24f);
  private static final FloatVector OPEN_SCALE = splat(0x1p-31f);
  private static final FloatVector OPEN_SHIFT = splat(0x1p-32f);

  private RandomKernels() {}

  /** {@code n} elements of 32 random bits, from element {@code first} on. */
  public static void bits(long dst, int key0, int key1, long first, int n) {
    draw(Kind.BITS, dst, key0, key1, first, n);
  }

  /** {@code n} floats uniform in [0, 1), from element {@code first} on. */
  public static void uniform(long dst, int key0, int key1, long first, int n) {
    draw(Kind.UNIFORM, dst, key0, key1, first, n);
  }

  /** {@code n} floats of the standard normal distribution, from element {@code first} on. */
  public static void normal(long dst, int key0, int key1, long first, int n) {
    draw(Kind.NORMAL, dst, key0, key1, first, n);
  }

  private enum Kind {
    BITS,
    UNIFORM,
    NORMAL
  }

  private static void draw(Kind kind, long dst, int key0, int key1, long first, int n) {
    int done = 0;
    // Whole groups go to their place, a piece of one by way of scratch memory.
    int skip = (int) (first % GROUP);
    if (skip > 0) {
      done = Math.min(GROUP - skip, n);
      piece(kind, dst, key0, key1, first / GROUP, skip, done);
    }
    int groups = (n - done) / GROUP;
    groups(kind, dst + 4L * done, key0, key1, (first + done) / GROUP, groups);
    done += groups * GROUP;
    if (done < n) {
      piece(kind, dst + 4L * done, key0, key1, (first + done) / GROUP, 0, n - done);
    }
  }

  private static void piece(
      Kind kind, long dst, int key0, int key1, long group, int skip, int count) {
    long scratch = Lanes.scratch(3);
    groups(kind, scratch, key0, key1, group, 1);
    for (int i = 0; i < count; i++) {
      Native.putInt(dst + 4L * i, Native.getInt(scratch + 4L * (skip + i)));
    }
  }

  private static void groups(Kind kind, long dst, int key0, int key1, long group, int groups) {
    int step = Lanes.CHUNK / GROUP;
    for (int g = 0; g < groups; g += step) {
      int m = Math.min(step, groups - g);
      long to = dst + 4L * GROUP * g;
      threefry(to, key0, key1, group + g, m);
      switch (kind) {
        case BITS -> {}
        case UNIFORM -> uniformPass(to, m * GROUP);
        case NORMAL -> {
          long logs = Lanes.scratch(2);
          openUniformPass(logs, to, m);
          LogKernels.log(logs, logs, 16 * m);
          TrigKernels.boxMuller(to, logs, m);
        }
      }
    }
  }

  /** The words of {@code groups} groups: five times four rounds and a piece of the key. */
  static void threefry(long dst, int key0, int key1, long group, int groups) {
    int key2 = PARITY ^ key0 ^ key1;
    counterPass(dst, key0, key1, group, groups);
    eightRoundsPass(dst, key1, key2 + 1, key2, key0 + 2, groups);
    eightRoundsPass(dst, key0, key1 + 3, key1, key2 + 4, groups);
    fourRoundsPass(dst, key2, key0 + 5, groups);
  }

  private static void counterPass(long dst, int key0, int key1, long group, int groups) {
    for (int i = 0; i < groups * (16 / LANES); i++) {
      // A group is aligned: its counters have the upper word in common.
      long counter = 16 * group + (long) LANES * i;
      long at = pair(dst & ADDRESS, i);
      INDEX.add((int) counter + key0).intoMemorySegment(ALL, at, ORDER);
      splat((int) (counter >>> 32) + key1).intoMemorySegment(ALL, at + SECOND, ORDER);
    }
  }

  /** The address of the i-th vector of first words. */
  static long pair(long a, int i) {
    return LANES == 16
        ? a + 2L * SECOND * i
        : a + 2L * SECOND * (i / (16 / LANES)) + (long) Lanes.BYTES * (i % (16 / LANES));
  }

  private static void eightRoundsPass(long a, int add0, int add1, int add2, int add3, int groups) {
    for (int i = 0; i < groups * (16 / LANES); i++) {
      long at = pair(a & ADDRESS, i);
      IntVector x1 = IntVector.fromMemorySegment(I, ALL, at + SECOND, ORDER);
      IntVector x0 = IntVector.fromMemorySegment(I, ALL, at, ORDER).add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(add0);
      x1 = x1.add(add1);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 17).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 29).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 16).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 24).lanewise(XOR, x0);
      x0.add(add2).intoMemorySegment(ALL, at, ORDER);
      x1.add(add3).intoMemorySegment(ALL, at + SECOND, ORDER);
    }
  }

  private static void fourRoundsPass(long a, int add0, int add1, int groups) {
    for (int i = 0; i < groups * (16 / LANES); i++) {
      long at = pair(a & ADDRESS, i);
      IntVector x1 = IntVector.fromMemorySegment(I, ALL, at + SECOND, ORDER);
      IntVector x0 = IntVector.fromMemorySegment(I, ALL, at, ORDER).add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0.add(add0).intoMemorySegment(ALL, at, ORDER);
      x1.add(add1).intoMemorySegment(ALL, at + SECOND, ORDER);
    }
  }

  private static void uniformPass(long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector u =
          (FloatVector)
              IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
                  .lanewise(LSHR, 8)
                  .convert(I2F, 0);
      u.mul(UNIFORM).intoMemorySegment(ALL, (a & ADDRESS) + o, ORDER);
    }
  }

  /** Uniform numbers in (0, 1] of the first words of {@code groups} groups. */
  private static void openUniformPass(long dst, long a, int groups) {
    for (int i = 0; i < groups * (16 / LANES); i++) {
      IntVector word = IntVector.fromMemorySegment(I, ALL, pair(a & ADDRESS, i), ORDER);
      FloatVector u = (FloatVector) word.lanewise(LSHR, 1).convert(I2F, 0);
      long o = (long) BYTES * i;
      u.mul(OPEN_SCALE).add(OPEN_SHIFT).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }
}
