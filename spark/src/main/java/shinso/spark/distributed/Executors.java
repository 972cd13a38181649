package shinso.spark.distributed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      if (System.getProperty("shinso.backend") == null) {
        System.setProperty("shinso.backend", "reference");
      }
      warnings.add(
          "an executor runs without the Vector API, on the reference interpreter, hundreds of times slower; set spark.executor.extraJavaOptions (in local mode spark.driver.extraJavaOptions) to '%s'"
              .formatted(JAVA_OPTIONS));
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
}
