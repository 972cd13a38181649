package shinso.verify.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library example of the README compiles, runs, and learns. */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void exampleCompilesAndLearns(@TempDir Path folder) throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    Matcher block = BLOCK.matcher(readme);
    assertTrue(block.find(), "the README has a Java example");
    String example = block.group(1);
    assertTrue(example.lines().filter(l -> !l.isBlank()).count() <= 14, "the example is short");

    // The full set takes a minute; the test takes the first examples of it.
    String quick =
        example.replace("Catalog.load(\"glyphs\")", "Catalog.load(\"glyphs\").limit(3000, 0, 500)");
    assertTrue(!quick.equals(example), "the example loads the built-in digits");
    compile(folder, quick);
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Object accuracy = loader.loadClass("Example").getMethod("run").invoke(null);
      assertTrue(
          (double) accuracy > 0.7,
          () ->
              String.format(Locale.ROOT, "an accuracy of %.3f is no learning", (double) accuracy));
    }
  }

  private static void compile(Path folder, String example) throws IOException {
    StringBuilder source = new StringBuilder();
    example
        .lines()
        .filter(l -> l.startsWith("import "))
        .forEach(l -> source.append(l).append('\n'));
    source.append("public class Example {\n  public static double run() throws Exception {\n");
    example
        .lines()
        .filter(l -> !l.startsWith("import "))
        .forEach(l -> source.append(l).append('\n'));
    source.append("    return outcome.metrics().get(\"test.accuracy\");\n  }\n}\n");
    Path file = Files.writeString(folder.resolve("Example.java"), source, StandardCharsets.UTF_8);

    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  problems,
                  List.of(
                      "-d",
                      folder.toString(),
                      "--module-path",
                      System.getProperty("java.class.path"),
                      "--add-modules",
                      "shinso.train"),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      List<String> errors =
          problems.getDiagnostics().stream()
              .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
              .map(d -> d.getMessage(Locale.ROOT))
              .toList();
      assertEquals(List.of(), errors);
      assertTrue(compiled);
    }
  }
}
