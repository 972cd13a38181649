package shinso.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import shinso.spark.distributed.Executors;

/**
 * A standalone cluster of Spark on the loopback interface: a master and workers as processes of
 * their own, from the jars of the class path. The folder that serves as Spark's home is made of
 * links to these.
 */
public final class LocalCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final long PATIENCE_SECONDS = 30;

  private final Path home;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  private LocalCluster(Path home, int port) {
    this.home = home;
    this.port = port;
  }

  /**
   * Starts a cluster.
   *
   * @param folder an empty one for links, logs and work
   * @param workers how many, with a core each
   */
  public static LocalCluster start(Path folder, int workers) throws IOException {
    return start(folder, Collections.nCopies(workers, ""));
  }

  /**
   * Starts a cluster of machines that differ.
   *
   * @param folder an empty one for links, logs and work
   * @param options of the JVMs of each worker's executors, beside those of a session
   */
  public static LocalCluster start(Path folder, List<String> options) throws IOException {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    Files.createFile(folder.resolve("RELEASE"));
    for (String entry : classPath()) {
      Path path = Path.of(entry);
      if (entry.endsWith(".jar") && !name(entry).startsWith("shinso-")) {
        Path link = jars.resolve(name(entry));
        if (!Files.exists(link)) {
          Files.createSymbolicLink(link, path.toAbsolutePath());
        }
      }
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      port = free.getLocalPort();
    }
    LocalCluster cluster = new LocalCluster(folder, port);
    cluster.launch(
        "master",
        "",
        "org.apache.spark.deploy.master.Master",
        "--host",
        LOOPBACK,
        "--port",
        Integer.toString(port),
        "--webui-port",
        "0");
    for (int w = 1; w <= options.size(); w++) {
      cluster.launch(
          "worker-" + w,
          options.get(w - 1),
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          LOOPBACK,
          "--cores",
          "1",
          "--memory",
          "1g",
          "--webui-port",
          "0",
          "--work-dir",
          folder.resolve("work-" + w).toString(),
          cluster.url());
    }
    return cluster;
  }

  private static List<String> classPath() {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator))
        .filter(e -> !e.isEmpty())
        .toList();
  }

  private void launch(String name, String options, String main, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                home.resolve("jars") + File.separator + "*"));
    command.addAll(2, Session.OPENS);
    command.add(main);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_LOCAL_IP", LOOPBACK);
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_DIRS", home.resolve("local").toString());
    if (!options.isEmpty()) {
      // What a worker starts inherits its environment.
      builder.environment().put("JDK_JAVA_OPTIONS", options);
    }
    builder.redirectErrorStream(true).redirectOutput(home.resolve(name + ".log").toFile());
    processes.add(builder.start());
  }

  /** Returns the master's address. */
  public String url() {
    return "spark://" + LOOPBACK + ":" + port;
  }

  /** Returns what starts a session on this cluster, whose executors run one task each. */
  public SparkSession.Builder session(int executors) {
    return session(executors, Executors.JAVA_OPTIONS);
  }

  /** Returns what starts a session whose executors' JVMs have other flags. */
  public SparkSession.Builder session(int executors, String flags) {
    String own =
        classPath().stream()
            .filter(e -> !Files.exists(home.resolve("jars").resolve(name(e))))
            .map(e -> Path.of(e).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return Session.builder(url())
        .config("spark.executor.cores", "1")
        .config("spark.cores.max", Integer.toString(executors))
        .config("spark.executor.memory", "600m")
        .config("spark.executor.extraClassPath", own)
        .config(
            "spark.executor.extraJavaOptions",
            (flags + " -XX:+UseSerialGC -Dshinso.threads=1").trim());
  }

  private static String name(String entry) {
    return Objects.requireNonNull(Path.of(entry).getFileName()).toString();
  }

  /** Returns the processes of the executors. */
  public List<ProcessHandle> executors() {
    return processes.stream()
        .skip(1)
        .flatMap(worker -> worker.toHandle().descendants())
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    for (Process process : processes) {
      try {
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
