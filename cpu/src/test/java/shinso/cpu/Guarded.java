package shinso.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Memory that ends, or begins, where no memory is mapped: who reads or writes one byte further ends
 * the process. Elsewhere than on Linux it is ordinary memory.
 */
public final class Guarded {
  private static final long PAGE = 1 << 16;
  private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

  /** Blocks by the order in which they were allocated, for use again and again. */
  private final List<MemorySegment> blocks = new ArrayList<>();

  private int used;

  /** Takes back all that was allocated. */
  public void reset() {
    used = 0;
  }

  /**
   * Returns memory of any content.
   *
   * @param atEnd whether it ends where memory ends, or begins where memory begins
   */
  public MemorySegment allocate(long bytes, boolean atEnd) {
    if (used == blocks.size() || blocks.get(used).byteSize() < bytes) {
      MemorySegment block = map(Math.ceilDiv(Math.max(bytes, 1), PAGE) * PAGE);
      if (used == blocks.size()) {
        blocks.add(block);
      } else {
        blocks.set(used, block);
      }
    }
    MemorySegment block = blocks.get(used++);
    return block.asSlice(atEnd ? block.byteSize() - bytes : 0, bytes);
  }

  private static MemorySegment map(long bytes) {
    if (!LINUX) {
      return Arena.ofAuto().allocate(bytes, 64);
    }
    try {
      long start = (long) Calls.MMAP.invokeExact(0L, bytes + 2 * PAGE, 3L, 2L | 32, -1L, 0L);
      long before = (long) Calls.MPROTECT.invokeExact(start, PAGE, 0L);
      long behind = (long) Calls.MPROTECT.invokeExact(start + PAGE + bytes, PAGE, 0L);
      if (start == -1 || (int) before != 0 || (int) behind != 0) {
        throw new AssertionError("no guarded memory of " + bytes + " bytes");
      }
      return MemorySegment.ofAddress(start + PAGE).reinterpret(bytes);
    } catch (Throwable e) {
      throw new AssertionError("a system call threw", e);
    }
  }

  private static final class Calls {
    static final MethodHandle MMAP = bind("mmap", 6);
    static final MethodHandle MPROTECT = bind("mprotect", 3);

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
