package shinso.verify.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library example of the README compiles with and without modules, runs, and learns. */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void exampleCompilesAndLearns(@TempDir Path folder) throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    Matcher block = BLOCK.matcher(readme);
    assertTrue(block.find(), "the README has a Java example");
    String example = block.group(1);
    assertTrue(
        example.lines().filter(l -> !l.isBlank() && !l.startsWith("import ")).count() <= 10,
        "the example is short");

    // The full set takes a minute; the test takes the first examples of it.
    String quick =
        example.replace("Catalog.load(\"glyphs\")", "Catalog.load(\"glyphs\").limit(3000, 0, 500)");
    assertTrue(!quick.equals(example), "the example loads the built-in digits");
    compile(folder, source(quick, imports(quick)), "-cp", System.getProperty("java.class.path"));
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Object accuracy = loader.loadClass("Example").getMethod("run").invoke(null);
      assertTrue(
          (double) accuracy > 0.7,
          () ->
              String.format(Locale.ROOT, "an accuracy of %.3f is no learning", (double) accuracy));
    }
  }

  /** The import that the README gives for a module is enough. */
  @Test
  void exampleCompilesInAModule(@TempDir Path folder) throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    Matcher block = BLOCK.matcher(readme);
    assertTrue(block.find(), "the README has a Java example");
    Matcher module = Pattern.compile("`requires ([a-z.]+)`").matcher(readme);
    Matcher line = Pattern.compile("`(import module [a-z.]+;)`").matcher(readme);
    assertTrue(module.find() && line.find(), "the README says how modules import it");
    Path declaration =
        Files.writeString(
            folder.resolve("module-info.java"),
            "module demo { requires %s; }".formatted(module.group(1)));
    String source = "package demo;\n" + source(block.group(1), line.group(1) + "\n");
    compile(
        folder,
        source,
        "--module-path",
        System.getProperty("java.class.path"),
        declaration.toString());
  }

  private static String imports(String example) {
    return example.lines().filter(l -> l.startsWith("import ")).collect(Collectors.joining("\n"));
  }

  private static String source(String example, String imports) {
    StringBuilder source = new StringBuilder(imports).append('\n');
    source.append("public class Example {\n  public static double run() throws Exception {\n");
    example
        .lines()
        .filter(l -> !l.startsWith("import "))
        .forEach(l -> source.append(l).append('\n'));
    return source
        .append("    return outcome.metrics().get(\"test.accuracy\");\n  }\n}\n")
        .toString();
  }

  /** Compiles a class with options of javac, the last of which may be a further file. */
  private static void compile(Path folder, String source, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("Example.java"), source, StandardCharsets.UTF_8);

    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8)) {
      List<Path> sources = new ArrayList<>(List.of(file));
      List<String> all = new ArrayList<>(List.of("-d", folder.toString()));
      for (String option : options) {
        if (option.endsWith(".java")) {
          sources.add(Path.of(option));
        } else {
          all.add(option);
        }
      }
      boolean compiled =
          compiler
              .getTask(null, files, problems, all, null, files.getJavaFileObjectsFromPaths(sources))
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
