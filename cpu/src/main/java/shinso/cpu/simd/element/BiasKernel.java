package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.LE;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.ZERO;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;

/** Adds a vector to the rows of a matrix, and takes the maximum with 0, in one pass. */
public final class BiasKernel {
  private BiasKernel() {}

  /**
   * {@code y[r, c] += bias[c]}, and where {@code relu} is set the larger of that and 0; NaN stays.
   */
  public static void add(long y, long bias, boolean relu, int rows, int columns) {
    int vectors = columns / LANES;
    long row = 4L * columns;
    if (vectors > 0) {
      if (relu) {
        wholeRelu(y, bias, rows, row, vectors);
      } else {
        whole(y, bias, rows, row, vectors);
      }
    }
    int rest = columns - vectors * LANES;
    if (rest > 0) {
      long done = (long) BYTES * vectors;
      tail(y + done, load(bias + done, 0, rest), relu, rows, row, rest);
    }
  }

  private static void whole(long y, long bias, int rows, long row, int vectors) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < vectors; i++) {
        long at = y + row * r + (long) BYTES * i & ADDRESS;
        FloatVector b =
            FloatVector.fromMemorySegment(F, ALL, (bias & ADDRESS) + (long) BYTES * i, ORDER);
        FloatVector.fromMemorySegment(F, ALL, at, ORDER).add(b).intoMemorySegment(ALL, at, ORDER);
      }
    }
  }

  private static void wholeRelu(long y, long bias, int rows, long row, int vectors) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < vectors; i++) {
        long at = y + row * r + (long) BYTES * i & ADDRESS;
        FloatVector b =
            FloatVector.fromMemorySegment(F, ALL, (bias & ADDRESS) + (long) BYTES * i, ORDER);
        FloatVector v = FloatVector.fromMemorySegment(F, ALL, at, ORDER).add(b);
        v.blend(ZERO, v.compare(LE, ZERO)).intoMemorySegment(ALL, at, ORDER);
      }
    }
  }

  private static void tail(long y, FloatVector bias, boolean relu, int rows, long row, int rest) {
    for (int r = 0; r < rows; r++) {
      FloatVector v = load(y + row * r, 0, rest).add(bias);
      store(relu ? v.blend(ZERO, v.compare(LE, ZERO)) : v, y + row * r, 0, rest);
    }
  }
}
