package shinso.spark;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** A Spark for tests: small, quiet, on the loopback interface. */
public final class Session {
  /** What Spark needs to see of the JDK's insides. */
  public static final List<String> OPENS =
      Stream.of(
              "java.lang",
              "java.lang.invoke",
              "java.lang.reflect",
              "java.io",
              "java.net",
              "java.nio",
              "java.util",
              "java.util.concurrent",
              "java.util.concurrent.atomic",
              "sun.nio.ch",
              "sun.nio.cs",
              "sun.util.calendar",
              "jdk.internal.ref")
          .map(p -> "--add-opens=java.base/" + p + "=ALL-UNNAMED")
          .toList();

  private Session() {}

  /** Returns what starts a session. */
  public static SparkSession.Builder builder(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("test")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/warehouse");
  }

  /** Starts one. */
  public static SparkSession start(String master) {
    return builder(master).getOrCreate();
  }
}
