package shinso.train.run;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import shinso.core.backend.Backend;
import shinso.core.backend.Backends;

/** What a run ran on. */
final class Machine {
  private Machine() {}

  static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("shinso", Build.version());
    versions.put("commit", Build.commit());
    versions.put("java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
    return versions;
  }

  static Map<String, String> describe() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put(
        "system",
        String.format(
            Locale.ROOT,
            "%s %s, %s",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")));
    machine.put("processor", processor());
    machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    long bytes =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    machine.put("memory", Math.round((double) bytes / (1 << 30)) + " GiB");
    Backend backend = Backends.preferred();
    machine.put("backend", backend.name());
    machine.put("precision", "f32");
    machine.putAll(backend.describe());
    return machine;
  }

  /** Returns the processor's name where the system tells it, else its architecture. */
  private static String processor() {
    Path linux = Path.of("/proc/cpuinfo");
    if (Files.isReadable(linux)) {
      try (Stream<String> lines = Files.lines(linux, StandardCharsets.UTF_8)) {
        return lines
            .filter(line -> line.startsWith("model name") && line.contains(":"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException e) {
        return System.getProperty("os.arch");
      }
    }
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return windows != null ? windows : System.getProperty("os.arch");
  }
}
