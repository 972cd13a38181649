package shinso.app;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The command line in a process of its own, to be killed and interrupted, or to be given other
 * environment variables and options of the JVM.
 */
final class Subprocess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 300;
  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  private final Process process;
  private final Path output;

  private Subprocess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a command; its output goes to a file in the folder. */
  static Subprocess start(Path folder, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    List<String> ignored = ignoredSignals();
    if (!ignored.isEmpty()) {
      command.addAll(List.of("env", "--default-signal=" + String.join(",", ignored)));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-Dshinso."))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "shinso.app.Main"));
    command.addAll(List.of(args));
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().remove("SHINSO_DEBUG");
    builder.environment().putAll(environment);
    return new Subprocess(builder.start(), output);
  }

  /**
   * Returns the signals that this process ignores: interrupts, as what a shell runs in the
   * background does, or hang-ups under nohup. A JVM that inherits that leaves it so, as it should,
   * and could not be interrupted.
   */
  private static List<String> ignoredSignals() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return List.of();
    }
    long mask =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .mapToLong(
                line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
            .findFirst()
            .orElse(0);
    return SIGNALS.entrySet().stream()
        .filter(signal -> (mask & 1L << (signal.getValue() - 1)) != 0)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** What is waited for. */
  @FunctionalInterface
  interface Condition {
    /** Returns whether it is so. */
    boolean isMet() throws IOException;
  }

  /** Waits until something is so; fails if the process ends before. */
  void await(Condition condition) throws InterruptedException, IOException {
    while (!condition.isMet()) {
      if (!process.isAlive()) {
        throw new AssertionError("it ended too early:\n" + output());
      }
      Thread.sleep(2);
    }
  }

  /** Sends a signal by its name. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Ends the process without giving it a chance. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits for the end and returns the exit code. */
  int end() throws InterruptedException, IOException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end:\n" + output());
    }
    return process.exitValue();
  }

  /** Returns what it has written so far. */
  String output() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
