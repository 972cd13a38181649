package shinso.cpu.simd;

import static shinso.cpu.simd.Native.getInt;

/** Brings memory into the calling thread's cache before a kernel that would wait for each line. */
public final class Prefetch {
  private static final int LINE = 64;

  private Prefetch() {}

  /** Reads something of every cache line of {@code bytes} bytes. */
  public static void read(long address, long bytes) {
    long rest = bytes % (4 * LINE);
    long last = bytes >= 4 ? address + bytes - 4 : Lanes.pad();
    int seen = lines(address, (bytes - rest) / (4 * LINE)) ^ getInt(last);
    for (long i = bytes - rest; i + 4 <= bytes; i += LINE) {
      seen ^= getInt(address + i);
    }
    // Or the compiler would see that nobody needs what was read.
    Native.putInt(Lanes.pad(), seen);
  }

  private static int lines(long address, long n) {
    int a = 0;
    int b = 0;
    int c = 0;
    int d = 0;
    for (long i = 0; i < n; i++) {
      long at = address + 4L * LINE * i;
      a ^= getInt(at);
      b ^= getInt(at + LINE);
      c ^= getInt(at + 2 * LINE);
      d ^= getInt(at + 3 * LINE);
    }
    return a ^ b ^ c ^ d;
  }
}
