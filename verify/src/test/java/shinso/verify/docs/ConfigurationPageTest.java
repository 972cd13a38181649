package shinso.verify.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Options;

/** The page of the options has those that there are, and all that are read are known. */
final class ConfigurationPageTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void thePageHasAllOptions() throws IOException {
    List<String> shown =
        Files.readAllLines(ROOT.resolve("docs/configuration.md")).stream()
            .filter(line -> line.startsWith("| `shinso."))
            .flatMap(line -> found("`(shinso\\.[a-z.]+)`", line.split("\\|", -1)[1]).stream())
            .toList();
    assertEquals(Options.names(), shown);
  }

  /** A property that is read without being known would be refused where it is set. */
  @Test
  void whatIsReadOrSetIsKnown() throws IOException {
    Set<String> used = new TreeSet<>();
    for (Path module : modules()) {
      for (Path source : sources(module.resolve("src/main/java"))) {
        String text = Files.readString(source);
        used.addAll(found("\"(?:-D)?(shinso(?:\\.[a-z]+)+)=?\"", text));
      }
      used.addAll(found("-D(shinso(?:\\.[a-z]+)+)=", Files.readString(module.resolve("pom.xml"))));
    }
    used.addAll(found("-D(shinso(?:\\.[a-z]+)+)=", Files.readString(ROOT.resolve("shinso"))));
    for (String name : used) {
      assertTrue(Options.isRead(name) || isPackage(name), name);
    }
    assertTrue(used.containsAll(Options.names()), used::toString);
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).toList();
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders.filter(f -> Files.isDirectory(f.resolve("src/main/java"))).toList();
    }
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".java")).toList();
    }
  }

  /** Returns whether a name is that of a package or module instead. */
  private static boolean isPackage(String name) throws IOException {
    return modules().stream()
        .anyMatch(m -> Files.isDirectory(m.resolve("src/main/java", name.split("\\."))));
  }
}
