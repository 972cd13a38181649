package shinso.verify.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The blocks of the page on training are one program, which compiles and runs. */
class TrainingPageTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static final List<String> PACKAGES =
      List.of(
          "java.nio.file",
          "java.util",
          "shinso.core.backend",
          "shinso.core.random",
          "shinso.core.tensor",
          "shinso.nn.layer",
          "shinso.nn.loss",
          "shinso.nn.optim",
          "shinso.train.data",
          "shinso.train.data.catalog",
          "shinso.train.loop",
          "shinso.train.report",
          "shinso.train.run");

  @Test
  void itsProgramRuns(@TempDir Path folder) throws Exception {
    String page = Files.readString(Path.of("..", "docs", "training.md"));
    String program =
        BLOCK.matcher(page).results().map(r -> r.group(1)).collect(Collectors.joining());
    // A few examples of the set, and rates that a test has time for.
    String quick =
        program
            .replace("Catalog.load(\"glyphs\")", "Catalog.load(\"glyphs\").limit(1_500, 0, 300)")
            .replace("withStratifiedValidation(1_000", "withStratifiedValidation(300");
    assertTrue(!quick.equals(program), "the program loads the built-in digits");
    Path source = folder.resolve("Page.java");
    Files.writeString(
        source,
        PACKAGES.stream().map(p -> "import " + p + ".*;\n").collect(Collectors.joining())
            + "public class Page {\n  public static Outcome run(Path folder) {\n"
            + quick
            + "    return outcome;\n  }\n}\n");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    List<String> options =
        List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    boolean compiled =
        compiler
            .getTask(
                problems,
                null,
                null,
                options,
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
            .call();
    assertTrue(compiled, problems::toString);
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Object outcome = loader.loadClass("Page").getMethod("run", Path.class).invoke(null, folder);
      assertTrue(String.valueOf(outcome).contains("test.f1"), String.valueOf(outcome));
    }
    List<String> reports;
    try (var files = Files.walk(folder)) {
      reports = files.map(f -> f.getFileName().toString()).filter("report.html"::equals).toList();
    }
    assertEquals(List.of("report.html"), reports);
    assertTrue(Files.size(folder.resolve("rates.png")) > 1_000);
  }

  /** Pictures and pages that it links to exist. */
  @Test
  void itsLinksLeadSomewhere() throws Exception {
    Path docs = Path.of("..", "docs");
    List<String> links =
        Pattern.compile("\\]\\(([^)#:]+)[^)]*\\)")
            .matcher(Files.readString(docs.resolve("training.md")))
            .results()
            .map((MatchResult r) -> r.group(1))
            .toList();
    assertTrue(links.size() >= 2);
    for (String link : links) {
      assertTrue(Files.exists(docs.resolve(link)), link);
    }
  }
}
