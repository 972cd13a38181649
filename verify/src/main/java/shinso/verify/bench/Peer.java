package shinso.verify.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A system to compare with: a command that takes {@code --threads N --seconds S WORKLOAD} and
 * prints a JSON object a line for each of its variants.
 *
 * @param name what the user called it
 * @param command the program and its first arguments
 */
record Peer(String name, List<String> command) {
  /** Peers on the JVM, whose classes are compiled in a Maven profile of the same name. */
  private static final Map<String, String> MAIN_CLASSES =
      Map.of(
          "tensorflow-java", "shinso.verify.bench.TensorFlowSteps",
          "djl", "shinso.verify.bench.DjlSteps",
          "dl4j", "shinso.verify.bench.Dl4jSteps");

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A variant's time.
   *
   * @param system the variant, such as {@code torch-eager}
   * @param millis the median of its steps
   */
  record Result(String system, double millis) {}

  /**
   * Finds a peer.
   *
   * @param text the name of a peer on the JVM, or a command
   * @throws IllegalArgumentException if it is neither
   */
  static Peer of(String text) {
    String mainClass = MAIN_CLASSES.get(text);
    if (mainClass != null) {
      return new Peer(text, javaCommand(text, mainClass));
    }
    List<String> words = Arrays.stream(text.split("\\s+")).filter(w -> !w.isEmpty()).toList();
    if (words.isEmpty() || !isProgram(words.getFirst())) {
      throw new IllegalArgumentException(
          "unknown peer '%s': it is one of %s, or a command such as \"python torch_steps.py\""
              .formatted(text, String.join(", ", new TreeSet<>(MAIN_CLASSES.keySet()))));
    }
    return new Peer(text, words);
  }

  private static boolean isProgram(String word) {
    if (word.contains(File.separator)) {
      return Files.isExecutable(Path.of(word));
    }
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.of(path.split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, word)));
  }

  /** The launcher fetches a JVM peer's libraries and leaves the class path where it says. */
  private static List<String> javaCommand(String name, String mainClass) {
    String folder = System.getProperty("shinso.bench.peers", "");
    Path classPath = Path.of(folder, "classpath-" + name);
    if (folder.isEmpty() || !Files.isReadable(classPath)) {
      throw new IllegalArgumentException(
          "the libraries of %s are not here; ./shinso bench compare --peer %s fetches them"
              .formatted(name, name));
    }
    try {
      String path = Path.of(folder, "classes") + File.pathSeparator + Files.readString(classPath);
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "--add-modules",
          "jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "-cp",
          path.strip(),
          mainClass);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + classPath + ": " + e.getMessage(), e);
    }
  }

  /**
   * Lets the peer measure.
   *
   * @throws IOException if it gives no time, with its last words
   */
  List<Result> ask(Workload workload, int threads, double seconds)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of("--threads", Integer.toString(threads)));
    line.addAll(List.of("--seconds", Double.toString(seconds), workload.text()));
    String out = Child.output(line, Map.of("OMP_NUM_THREADS", Integer.toString(threads)));
    List<Result> results = results(out);
    if (results.isEmpty()) {
      throw new IOException(
          "the peer '%s' gave no time for %s: %s"
              .formatted(name, workload.text(), Child.lastLine(out)));
    }
    return results;
  }

  /** Reads what a peer prints; lines that hold no time are left out. */
  static List<Result> results(String output) {
    List<Result> results = new ArrayList<>();
    for (String line : output.lines().filter(l -> l.strip().startsWith("{")).toList()) {
      try {
        JsonNode n = JSON.readTree(line);
        double millis = n.path("median_ms").asDouble(0);
        if (millis > 0 && n.path("system").isString()) {
          results.add(new Result(n.path("system").asString(), millis));
        }
      } catch (JacksonException e) {
        // Something else that the peer says.
      }
    }
    return results;
  }
}
