package shinso.dashboard.run;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How busy the machine is.
 *
 * @param cores how many processors there are
 * @param processor the part of the processors' time that is used, 0 to 1; null if unknown
 * @param load how many threads wanted to run in the last minute; null if unknown
 * @param memoryUsed bytes of memory in use
 * @param memory bytes of memory that there are
 * @param diskFree bytes that are free where the runs are; null if unknown
 */
record MachineLoad(
    int cores,
    @Nullable Double processor,
    @Nullable Double load,
    long memoryUsed,
    long memory,
    @Nullable Long diskFree) {
  static MachineLoad now(Path folder) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long memory = system.getTotalMemorySize();
    return new MachineLoad(
        system.getAvailableProcessors(),
        known(system.getCpuLoad()),
        known(system.getSystemLoadAverage()),
        memory - available(system),
        memory,
        free(folder));
  }

  private static @Nullable Double known(double value) {
    return value >= 0 ? (Double) value : null;
  }

  /** What caches hold is free for whoever needs it; Linux says how much that is. */
  private static long available(OperatingSystemMXBean system) {
    Path linux = Path.of("/proc/meminfo");
    if (Files.isReadable(linux)) {
      try {
        for (String line : Files.readAllLines(linux)) {
          if (line.startsWith("MemAvailable:")) {
            long bytes = 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            return Math.min(bytes, system.getTotalMemorySize());
          }
        }
      } catch (IOException | NumberFormatException e) {
        return system.getFreeMemorySize();
      }
    }
    return system.getFreeMemorySize();
  }

  private static @Nullable Long free(Path folder) {
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      return there == null ? null : (Long) Files.getFileStore(there).getUsableSpace();
    } catch (IOException e) {
      return null;
    }
  }
}
