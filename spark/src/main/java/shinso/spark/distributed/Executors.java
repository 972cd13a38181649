package shinso.spark.distributed;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import shinso.core.backend.Backend;
import shinso.core.backend.Backends;

/** Makes an executor's JVM ready to compute. */
public final class Executors {
  /** What the JVM of an executor should be started with: the Vector API, and the native library. */
  public static final String JAVA_OPTIONS =
      "--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED";

  private static final Logger LOG = LoggerFactory.getLogger(Executors.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private Executors() {}

  /**
   * Chooses a backend that can run here, and says once where that is not the fast one.
   *
   * @return what the user should know, a line each
   */
  public static synchronized List<String> prepare() {
    List<String> warnings = new ArrayList<>();
    String missing = missing();
    if (!missing.isEmpty()) {
      if (System.getProperty("shinso.backend") == null) {
        System.setProperty("shinso.backend", "reference");
      }
      warnings.add(
          "an executor runs without %s, on the reference interpreter, hundreds of times slower; start its JVM with '%s', as Spark does where it starts JVMs itself"
              .formatted(missing, JAVA_OPTIONS));
    } else {
      String oneDnn = Backends.preferred().describe().getOrDefault("oneDNN", "");
      if (oneDnn.startsWith("off") && !"off".equals(System.getProperty("shinso.onednn"))) {
        warnings.add("an executor computes with portable kernels: oneDNN is " + oneDnn);
      }
    }
    if (!warnings.isEmpty() && WARNED.compareAndSet(false, true)) {
      warnings.forEach(LOG::warn);
    }
    return warnings;
  }

  /** Returns what the fast backend can't do without; empty if nothing is missing. */
  private static String missing() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return "the Vector API";
    }
    try {
      // Restricted: fails where native access was denied, and does nothing else.
      MemorySegment.NULL.reinterpret(0);
      return "";
    } catch (IllegalCallerException e) {
      return "native access";
    }
  }

  /** Returns what decides the bits of results: the backend, its instruction set and its width. */
  static String kind() {
    Backend backend = Backends.preferred();
    Map<String, String> facts = backend.describe();
    return "%s, oneDNN %s, vectors of %s"
        .formatted(
            backend.name(),
            facts.getOrDefault("oneDNN", "none").replaceFirst("^off:.*", "off"),
            facts.getOrDefault("vector width", "no width"));
  }
}
