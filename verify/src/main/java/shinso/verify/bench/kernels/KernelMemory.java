package shinso.verify.bench.kernels;

import java.lang.foreign.Arena;
import java.util.Arrays;
import shinso.cpu.simd.Native;

/** Arrays of floats for kernels, which take addresses, and for plain loops. */
final class KernelMemory {
  private KernelMemory() {}

  /** Returns the address of so many numbers between −2 and 2, never freed. */
  static long floats(long count) {
    long address = Arena.global().allocate(4 * Math.max(1, count), 64).address();
    for (long i = 0; i < count; i++) {
      Native.putFloat(address + 4 * i, value(i));
    }
    return address;
  }

  /** Returns the same numbers on the heap. */
  static float[] array(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = value(i);
    }
    return values;
  }

  private static float value(long i) {
    return (i * 37 % 101 - 50) / 25f;
  }

  /** Reads the numbers of a parameter such as {@code 128x784x512}. */
  static int[] sizes(String text) {
    return Arrays.stream(text.split("x", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
