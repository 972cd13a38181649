package shinso.cpu.onednn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tries out known faults, in a process of its own since some end it. That prints the name of each
 * fault before it tries it, and then whether oneDNN is right or wrong.
 */
public final class FaultProbe {
  private static final String RIGHT = "right";
  private static final String WRONG = "wrong";
  private static final long SECONDS = 60;

  private FaultProbe() {}

  /** What came of trying a fault. */
  public enum Finding {
    /** It isn't one with the instruction set, or in the version, that is in use. */
    ELSEWHERE,
    /** The example came out right. */
    RIGHT,
    /** The example came out wrong. */
    WRONG,
    /** The process ended. */
    ENDED,
    /** No process could be started, or it failed for another reason. */
    UNKNOWN
  }

  /** Tries the faults with these names in order. */
  public static void main(String[] names) {
    if (!(OneDnn.load() instanceof OneDnn.Loaded.Ready(OneDnn dnn))) {
      throw new IllegalStateException("oneDNN isn't loaded: " + OneDnn.load());
    }
    List<String> wanted = List.of(names);
    for (KnownFaults.Fault f : KnownFaults.all()) {
      if (wanted.contains(f.name())) {
        say(f.name());
        say(Trial.isRight(dnn, f.example()) ? RIGHT : WRONG);
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Tries all known faults, with the instruction set in use; takes a second or two. */
  public static Map<KnownFaults.Fault, Finding> examine(OneDnn dnn) {
    Map<KnownFaults.Fault, Finding> found = new LinkedHashMap<>();
    KnownFaults.all().forEach(f -> found.put(f, Finding.ELSEWHERE));
    List<KnownFaults.Fault> open =
        new ArrayList<>(
            KnownFaults.all().stream()
                .filter(f -> f.concerns(dnn.isaCode(), dnn.version()))
                .toList());
    while (!open.isEmpty()) {
      List<String> said = tryAll(open);
      for (String line : said) {
        if (line.equals(RIGHT) || line.equals(WRONG)) {
          found.put(open.removeFirst(), line.equals(RIGHT) ? Finding.RIGHT : Finding.WRONG);
        }
      }
      if (!open.isEmpty() && said.contains(open.getFirst().name())) {
        found.put(open.removeFirst(), Finding.ENDED);
      } else {
        open.forEach(f -> found.put(f, Finding.UNKNOWN));
        open.clear();
      }
    }
    return found;
  }

  /** Tries faults in order, and returns what the process said. */
  private static List<String> tryAll(List<KnownFaults.Fault> faults) {
    List<String> command = command();
    faults.forEach(f -> command.add(f.name()));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      // Nothing that is tried takes long; what takes long is stuck.
      process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).exceptionally(e -> {
        process.destroyForcibly();
        return process;
      });
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1"));
    // Nobody needs to read how the process ended.
    command.addAll(List.of("-XX:+SuppressFatalErrorMessage", "-XX:-CreateCoredumpOnCrash"));
    for (String name : List.of("shinso.onednn.isa", "shinso.cache")) {
      String value = System.getProperty(name);
      if (value != null) {
        command.add("-D" + name + "=" + value);
      }
    }
    Module module = FaultProbe.class.getModule();
    if (module.isNamed()) {
      command.add("--enable-native-access=" + module.getName());
      command.addAll(List.of("-p", System.getProperty("jdk.module.path", "")));
      command.addAll(List.of("-m", module.getName() + "/" + FaultProbe.class.getName()));
    } else {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(FaultProbe.class.getName());
    }
    return command;
  }
}
