package shinso.verify.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The memory that this process has taken. */
final class ProcessMemory {
  private ProcessMemory() {}

  /**
   * Returns a line of Linux's account of this process in bytes, such as {@code VmHWM}, the largest
   * resident size so far; −1 on other systems.
   */
  static long status(String name) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }

  /**
   * Frees what nobody holds and sets the largest resident size to the present one, where the system
   * can do that.
   */
  static void resetPeak() {
    System.gc();
    try {
      // Memory outside of the heap is freed by a thread that hears of it after the collection.
      Thread.sleep(100);
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      // Then it goes on counting from the start.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns the bytes that a run of a step allocates on the Java heap, in this thread and in the
   * workers.
   */
  static long heapBytes(Runnable step) {
    int runs = 5;
    long before = allocated();
    for (int i = 0; i < runs; i++) {
      step.run();
    }
    return (allocated() - before) / runs;
  }

  private static long allocated() {
    ThreadMXBean bean = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    long self = Thread.currentThread().threadId();
    // This thread last: looking at the others allocates.
    long others =
        Arrays.stream(bean.getThreadInfo(bean.getAllThreadIds()))
            .filter(t -> t != null && t.getThreadName().startsWith("shinso-"))
            .filter(t -> t.getThreadId() != self)
            .mapToLong(t -> Math.max(0, bean.getThreadAllocatedBytes(t.getThreadId())))
            .sum();
    return others + bean.getCurrentThreadAllocatedBytes();
  }
}
