package shinso.verify.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written down for users of the library agrees with the build. */
class UsingTest {
  private static final Path ROOT = Path.of("..");

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static List<String> all(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher m = Pattern.compile(pattern).matcher(text);
    while (m.find()) {
      found.add(m.group(1));
    }
    return found;
  }

  private static String property(String name) throws IOException {
    return all("<" + Pattern.quote(name) + ">([^<]+)</", text("pom.xml")).getFirst();
  }

  private static String version() throws IOException {
    return all("<artifactId>shinso-parent</artifactId>\\s*<version>([^<]+)<", text("pom.xml"))
        .getFirst();
  }

  @Test
  void theBillOfMaterialsHasEveryLibrary() throws IOException {
    String bom = text("bom/pom.xml");
    Set<String> modules = new TreeSet<>();
    for (String module : all("<module>(\\w+)</module>", text("pom.xml"))) {
      modules.add("shinso-" + module);
    }
    modules.removeAll(Set.of("shinso-app", "shinso-dashboard", "shinso-verify"));
    Set<String> listed = new TreeSet<>(all("<artifactId>([^<]+)</artifactId>", bom));
    assertEquals(modules, listed);
    assertEquals(
        version(), all("<artifactId>shinso-bom</artifactId>\\s*<version>([^<]+)<", bom).getFirst());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docs/using.md",
        "samples/class-path/pom.xml",
        "samples/module-path/pom.xml",
        "samples/web-service/pom.xml"
      })
  void versionsAreThoseOfTheBuild(String file) throws IOException {
    String text = text(file);
    assertEquals(
        List.of(version()), all("<artifactId>shinso-bom</artifactId>\\s*<version>([^<]+)<", text));
    if (file.endsWith(".md")) {
      assertTrue(text.contains("shinso-bom:" + version() + "\""), "Gradle's line");
      assertTrue(text.contains("dnnl:" + property("dnnl.version") + ":"), "oneDNN's version");
    } else {
      assertEquals(
          List.of(property("slf4j.version")),
          all("<artifactId>slf4j-simple</artifactId>\\s*<version>([^<]+)<", text));
    }
  }

  /** Both are the README's example, with less data so that they are quick. */
  @ParameterizedTest
  @ValueSource(strings = {"class-path", "module-path"})
  void theSamplesAreTheExampleOfTheReadme(String sample) throws IOException {
    String example =
        all("(?s)```java\n(.*?)```", text("README.md"))
            .getFirst()
            .replaceAll("(?m)^import .*$", "")
            .replace("withValidation(1000, 1)", "limit(3000, 0, 500).withValidation(500, 1)");
    String file = text("samples/" + sample + "/src/main/java/demo/Digits.java");
    assertTrue(
        file.replaceAll("\\s", "").contains(example.replaceAll("\\s", "")),
        "the sample has other code than the README:\n" + example);
  }

  /** The options of the page are those with which the samples are started. */
  @Test
  void theOptionsOfThePageAreTried() throws IOException {
    String script = text(".ci/samples");
    List<String> lines = all("(?m)^java (.* -(?:cp|p)) ", text("docs/using.md"));
    assertEquals(2, lines.size());
    for (String options : lines) {
      String words = script.replaceAll("\\s+", " ");
      assertTrue(words.contains("options=(" + options + " "), options);
    }
  }
}
