package shinso.cpu.run;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Pages of memory from the operating system, which on Linux come into being when they are first
 * touched.
 */
final class Pages {
  /** What {@link #map} returns when there is no memory. */
  static final long FAILED = -1;

  private static final boolean USABLE =
      System.getProperty("os.name", "").equals("Linux")
          && Pages.class.getModule().isNativeAccessEnabled();

  private Pages() {}

  /** Whether this is a Linux, and native functions may be called without a warning. */
  static boolean isUsable() {
    return USABLE;
  }

  /** Returns the address of fresh pages of zeros, or {@link #FAILED}. */
  static long map(long bytes) {
    try {
      return (long)
          Calls.MMAP.invokeExact(
              0L, bytes, Calls.READ_AND_WRITE, Calls.PRIVATE_AND_ANONYMOUS, -1L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Gives pages back. */
  static void unmap(long address, long bytes) {
    try {
      long ignored = (long) Calls.MUNMAP.invokeExact(address, bytes);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Asks for pages of 2 MB where the system has them: a five-hundredth of the page faults. */
  static void preferHuge(long address, long bytes) {
    try {
      long ignored = (long) Calls.MADVISE.invokeExact(address, bytes, Calls.ADVISE_HUGE);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static AssertionError unexpected(Throwable e) {
    return new AssertionError("a system call threw", e);
  }

  /** The functions of sys/mman.h; all parameters are passed in whole registers. */
  private static final class Calls {
    // Linux has the same numbers on all processors that the JDK runs on.
    static final long READ_AND_WRITE = 1 | 2;
    static final long PRIVATE_AND_ANONYMOUS = 2 | 32;
    static final long ADVISE_HUGE = 14;

    static final MethodHandle MMAP = bind("mmap", 6);
    static final MethodHandle MUNMAP = bind("munmap", 2);
    static final MethodHandle MADVISE = bind("madvise", 3);

    private static MethodHandle bind(String name, int parameters) {
      ValueLayout[] longs = new ValueLayout[parameters];
      Arrays.fill(longs, ValueLayout.JAVA_LONG);
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name),
          FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs));
    }
  }
}
