package shinso.core.backend;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much memory tensors may take outside of the Java heap. */
final class MemoryLimit {
  /** The system property. */
  static final String OPTION = "shinso.memory";

  /** What the JVM takes besides heap and tensors: classes, compiled code, threads, libraries. */
  private static final long JVM = 96 << 20;

  /** Less is hardly enough for anything. */
  private static final long LITTLE = 64 << 20;

  private MemoryLimit() {}

  /**
   * Returns the limit of this process; throws an {@link OptionException} if the option is wrong.
   */
  static long here() {
    Long set = Options.bytes(OPTION);
    return set == null ? usual(machine(), heap()) : set;
  }

  /**
   * Returns the limit where the option isn't set: nine tenths of the memory, less the largest heap
   * and what the JVM takes besides; an eighth of the memory if that is more, as a heap is seldom
   * full.
   *
   * @param machine bytes that the machine or container has
   * @param heap bytes that the Java heap may take
   */
  static long usual(long machine, long heap) {
    return Math.max(room(machine, heap), machine / 8);
  }

  private static long room(long machine, long heap) {
    return machine / 10 * 9 - heap - JVM;
  }

  /** Returns a line that says so if heap, JVM and tensors have too little memory; else null. */
  static @Nullable String shortage(long machine, long heap) {
    return room(machine, heap) >= LITTLE
        ? null
        : String.format(
            Locale.ROOT,
            "the machine or container has %d MB of memory; with %d MB for the Java heap (-Xmx) and"
                + " %d MB for the JVM, little is left for tensors, which may take %d MB (-D%s): if"
                + " it isn't enough, make it larger or the heap smaller",
            machine >> 20,
            heap >> 20,
            JVM >> 20,
            usual(machine, heap) >> 20,
            OPTION);
  }

  /** {@link #shortage(long, long)} of this process; null also if the option is set. */
  static @Nullable String shortage() {
    return Options.bytes(OPTION) == null ? shortage(machine(), heap()) : null;
  }

  private static long machine() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private static long heap() {
    return Runtime.getRuntime().maxMemory();
  }
}
