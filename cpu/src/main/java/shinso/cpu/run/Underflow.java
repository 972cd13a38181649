package shinso.cpu.run;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Set;

/**
 * What becomes of results too small for a normal number, 1.2e-38 in {@code F32}. Gradual underflow
 * keeps them as subnormal numbers, for which some processors need a hundred cycles an operation: an
 * average that decays towards zero, as those of Adam, stays subnormal for ever, and so slows down
 * training. While kernels run, such results are therefore zero where the processor can be told so:
 * on x86-64 with Linux. Subnormal operands count as what they are, so that comparisons stay exact.
 */
public final class Underflow {
  private static final boolean USABLE =
      System.getProperty("os.name", "").equals("Linux")
          && Set.of("amd64", "x86_64").contains(System.getProperty("os.arch", ""))
          && Underflow.class.getModule().isNativeAccessEnabled()
          && Linker.nativeLinker().defaultLookup().find("fesetenv").isPresent();

  private Underflow() {}

  /** Makes results zero that would be subnormal, in this thread and until {@link #keep}. */
  public static void flush() {
    if (USABLE) {
      Environments.set(Environments.FLUSHING);
    }
  }

  /** Keeps subnormal results in this thread, as the Java language wants it. */
  public static void keep() {
    if (USABLE) {
      Environments.set(Environments.NORMAL);
    }
  }

  /** The functions of fenv.h; an environment is that of the x87 followed by MXCSR. */
  private static final class Environments {
    private static final long BYTES = 32;
    private static final long MXCSR = 28;
    private static final int FLUSH_TO_ZERO = 1 << 15;

    static final MemorySegment NORMAL = Arena.global().allocate(BYTES, 8);
    static final MemorySegment FLUSHING = Arena.global().allocate(BYTES, 8);
    static final MethodHandle FESETENV = bind("fesetenv");

    static {
      try {
        int ignored = (int) bind("fegetenv").invokeExact(NORMAL);
      } catch (Throwable e) {
        throw unexpected(e);
      }
      FLUSHING.copyFrom(NORMAL);
      FLUSHING.set(JAVA_INT, MXCSR, NORMAL.get(JAVA_INT, MXCSR) | FLUSH_TO_ZERO);
    }

    static void set(MemorySegment environment) {
      try {
        int ignored = (int) FESETENV.invokeExact(environment);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    private static MethodHandle bind(String name) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name),
          FunctionDescriptor.of(JAVA_INT, ADDRESS),
          Linker.Option.critical(false));
    }

    private static AssertionError unexpected(Throwable e) {
      return new AssertionError("a function of fenv.h threw", e);
    }
  }
}
