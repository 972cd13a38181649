package shinso.spark.run;

import java.net.InetAddress;
import org.apache.spark.sql.SparkSession;
import shinso.spark.distributed.Executors;

/** Sessions that the command line starts. */
public final class Sessions {
  /** The jars that executors need beside Spark's, commas between them; set by the launcher. */
  private static final String JARS = "shinso.spark.jars";

  private Sessions() {}

  /**
   * Starts a session; system properties {@code spark.…} count, as with {@code spark-submit}.
   *
   * @param master the cluster's address
   */
  public static SparkSession start(String master, String name) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master(master)
            .appName(name)
            .config("spark.ui.enabled", System.getProperty("spark.ui.enabled", "false"))
            .config(
                "spark.executor.extraJavaOptions",
                (Executors.JAVA_OPTIONS
                        + " "
                        + System.getProperty("spark.executor.extraJavaOptions", ""))
                    .trim());
    String jars = System.getProperty(JARS);
    if (master.startsWith("local")) {
      String loopback = InetAddress.getLoopbackAddress().getHostAddress();
      builder.config("spark.driver.host", loopback).config("spark.driver.bindAddress", loopback);
    } else if (jars != null) {
      builder.config("spark.jars", jars);
    }
    return builder.getOrCreate();
  }
}
