package shinso.verify.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Other processes, whose time or output is wanted. */
final class Child {
  private Child() {}

  /** The command line of this benchmark in a JVM like this one, with further options. */
  static List<String> bench(List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName()));
    command.addAll(arguments);
    return command;
  }

  /**
   * Runs a command and returns what it wrote.
   *
   * @throws IOException if its exit code isn't 0, with its last words
   */
  static String output(List<String> command) throws IOException, InterruptedException {
    return output(command, Map.of());
  }

  /** The same, with further environment variables. */
  static String output(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("shinso-child", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process p = builder.start();
      p.getOutputStream().close();
      String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = p.waitFor();
      if (code != 0) {
        throw new IOException(
            "'%s' failed with exit code %d: %s"
                .formatted(command.getFirst(), code, lastLine(out + "\n" + text(errors))));
      }
      return out;
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  /** Returns the milliseconds from the start of a process to its end. */
  static double millis(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    output(command);
    return (System.nanoTime() - start) / 1e6;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  static String lastLine(String text) {
    return text.lines().map(String::strip).filter(l -> !l.isEmpty()).reduce("", (a, b) -> b);
  }
}
