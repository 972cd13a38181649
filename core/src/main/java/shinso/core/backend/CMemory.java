package shinso.core.backend;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Memory from the C library, which no limit of the JVM's counts: what an arena allocates is direct
 * memory, of which the JVM allows as much as it has heap.
 */
final class CMemory {
  private static final Module MODULE = CMemory.class.getModule();
  private static final boolean USABLE = MODULE.isNativeAccessEnabled();

  private CMemory() {}

  /** Returns whether native functions may be called without a warning. */
  static boolean isUsable() {
    return USABLE;
  }

  /** Returns the name under which native access is given to this. */
  static String module() {
    return MODULE.isNamed() ? MODULE.getName() : "ALL-UNNAMED";
  }

  /** Returns memory whose content is anything; null if the system has none. */
  static FreeBlocks.@Nullable Block allocate(long bytes, int alignment) {
    try {
      long start = (long) Calls.MALLOC.invokeExact(bytes + alignment);
      if (start == 0) {
        return null;
      }
      long address = Math.ceilDiv(start, alignment) * alignment;
      return new FreeBlocks.Block(
          MemorySegment.ofAddress(address).reinterpret(bytes), () -> free(start));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void free(long start) {
    try {
      Calls.FREE.invokeExact(start);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static AssertionError unexpected(Throwable e) {
    return new AssertionError("a function of the C library threw", e);
  }

  /** Functions of stdlib.h; sizes and addresses have 64 bits wherever the JDK runs. */
  private static final class Calls {
    static final MethodHandle MALLOC =
        bind("malloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    static final MethodHandle FREE =
        bind("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));

    private static MethodHandle bind(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }
  }
}
