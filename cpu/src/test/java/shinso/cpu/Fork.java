package shinso.cpu;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JVM of its own, for what is decided once a process and for what may end one.
 *
 * @param exit what the process returned
 * @param output what it printed
 */
public record Fork(int exit, String output) {
  /** Runs a main class of the tests' class path with some JVM flags. */
  public static Fork run(List<String> flags, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Dstdout.encoding=UTF-8"));
    // The compiler's first stage is enough for what runs some seconds.
    command.addAll(List.of("-Xmx512m", "-XX:+SuppressFatalErrorMessage"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Fork(process.waitFor(), text.strip().replace("\r\n", "\n"));
  }

  private static String classPath() {
    // Runners with class loaders of their own keep their class path there.
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return String.join(
          File.pathSeparator, Arrays.stream(loader.getURLs()).map(URL::getPath).toList());
    }
    return System.getProperty("java.class.path");
  }
}
