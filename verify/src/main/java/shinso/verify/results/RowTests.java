package shinso.verify.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shinso.train.file.FileException;

/** The rows of the catalogue that tests claim by {@code @Tag("row-I3")}. */
public final class RowTests {
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"row-([A-Z]\\d+)\"\\)");

  private RowTests() {}

  /**
   * Returns the names of the test classes of each claimed row.
   *
   * @param project the root of the sources
   * @throws FileException if they can't be read
   */
  public static SortedMap<String, SortedSet<String>> in(Path project) {
    SortedMap<String, SortedSet<String>> rows = new TreeMap<>();
    for (String module : List.of("core", "cpu", "nn", "train", "zoo", "app", "verify")) {
      Path tests = project.resolve(module).resolve("src/test/java");
      try (Stream<Path> files = Files.walk(tests)) {
        for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
          String test = file.getFileName().toString().replace(".java", "");
          Matcher tag = TAG.matcher(Files.readString(file));
          while (tag.find()) {
            rows.computeIfAbsent(tag.group(1), r -> new TreeSet<>()).add(test);
          }
        }
      } catch (IOException e) {
        throw FileException.reading(tests, e);
      }
    }
    return rows;
  }
}
