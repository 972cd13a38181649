package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of Java and pages, run by the command line; snippets print where the process prints. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_PROPERTIES)
@ResourceLock(Resources.LOCALE)
final class ShellCommandTest {
  @TempDir Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /** What a user types first: modules imported, methods used before they are declared. */
  @Test
  void scriptsRunAfterOneAnother() throws IOException {
    String first =
        file(
            "first.jsh",
            """
            import module shinso.zoo; // once more does no harm
            double twice(double x) {
              return 2 * half(x) * two;
            }
            double half(double x) { return x / 2; }
            int two = 2;
            Tensor x = Tensor.of(new float[] {1, 2}).mul(twice(0.5));
            Enumeration states = Enumeration.of(2);
            Callback nothing = (event, control) -> {};
            """);
    String second =
        file(
            "second.jsh",
            """
            IO.println(x); /* a comment */ IO.println(states.states());
            show(Tensor.eye(2));
            IO.println("%.1f".formatted(1.5));
            /exit
            this is never read
            """);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      Result result = Result.of("shell", first, second);
      assertEquals("", result.err());
      assertEquals(0, result.code());
      assertEquals(
          """
          F32[2] [1. 2.]
          F32[4, 2]
          [[0. 0.]
           [1. 0.]
           [0. 1.]
           [1. 1.]]
          ██
            ██
          1.5
          """,
          result.out());
      assertEquals(Locale.GERMANY, Locale.getDefault());
    } finally {
      Locale.setDefault(before);
    }
  }

  /** As in JShell, the end of a line is enough where it is the end of a statement. */
  @Test
  void semicolonsMayBeLeftOut() throws IOException {
    String script =
        file(
            "lines.jsh",
            """
            int x = 5 // five
            Tensor t = Tensor.iota(6)
                .reshape(2, 3)
            // a remark
            IO.println(t.shape())
            for (int i = 0; i < 2; i++)
              IO.println(x + i)
            int twice(int a) {
              return 2 * a;
            }
            twice(
                x)
            IO.println(twice(x))
            """);
    assertEquals(new Result(0, "[2, 3]\n5\n6\n10\n", ""), Result.of("shell", script));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int a = 1;~~int b = c; | 3: cannot find symbol: variable c",
        "int a = 1~  +; | 2: illegal start of expression",
        "int f() {~  return 1;~ | 2: reached end of file while parsing",
        "String s = ~  1; | 2: incompatible types: int cannot be converted to java.lang.String",
        "int f(int x) {~  return 1 / x;~}~~f(0); | 5: ArithmeticException: / by zero",
        "int x = 0;~int y =~  1 +~  1 / x; | 2: ArithmeticException: / by zero",
        "int f() {~  return g();~}~int a = 1; | 1: there is no method g()",
        "int f() { return g(); }~f(); | 2: f was used, which lacks something that isn't declared",
        "Tensor.ones(2, 3)~    .matmul(Tensor.ones(2, 3)); | 2: IllegalArgumentException: matmul: inner dimensions differ: [2, 3] x [2, 3]; transpose the right operand?",
        "Catalog.load(\"nothing\"); | 1: there is no data set 'nothing'",
        "int a = 1~int b = c~ | 2: cannot find symbol: variable c",
        "int a = 1;~/vars | 2: /vars is for the interactive shell; a script has Java, and /exit to end early",
      })
  void theFirstErrorEndsAScriptWithItsLine(String script, String error) throws IOException {
    String name = file("wrong.jsh", script.replace('~', '\n'));
    Result result = Result.of("shell", name);
    assertEquals(Errors.FAILED, result.code(), result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("shinso: " + name + ":" + error), result.err());
  }

  @Test
  void aPageIsComparedAndUpdated() throws IOException {
    String text =
        """
        # Numbers

        ```java
        IO.println("a\\nb");
        ```

        ```text
        a
        c
        ```

        ```java
        int x = 2;
        ```

        ```java
        IO.println(x);
        ```

        The end.
        """;
    String page = file("page.md", text);
    String property = System.getProperty("shinso.onednn");
    try {
      Result checked = Result.of("shell", "--check", page);
      assertEquals(Errors.FAILED, checked.code());
      assertEquals(
          "shinso: %s:9: prints \"b\", not \"c\"\nshinso: %1$s:17: prints \"2\", which the page doesn't show\n"
              .formatted(page),
          checked.err());
      assertEquals(text, Files.readString(Path.of(page)));

      assertEquals(page + " has changed\n", Result.of("shell", "--update", page).out());
      assertEquals(
          text.replace("a\nc\n", "a\nb\n").replace("(x);\n```\n", "(x);\n```\n\n```text\n2\n```\n"),
          Files.readString(Path.of(page)));
      assertEquals(new Result(0, "", ""), Result.of("shell", "--update", page));
      assertEquals(0, Result.of("shell", "--check", page).code());
      // A page can be run, too.
      assertEquals("a\nb\n2\n", Result.of("shell", page).out());
    } finally {
      if (property == null) {
        System.clearProperty("shinso.onednn");
      }
    }
  }

  @Test
  void wrongUsageIsSaid() throws IOException {
    String script = file("s.jsh", "int a = 1;\n");
    assertSays(Errors.USAGE, "doesn't end in .md", "shell", "--check", script);
    assertSays(Errors.USAGE, "there are no pages to compare", "shell", "--check");
    assertSays(Errors.USAGE, "--interactive needs a terminal", "shell", "-i", script);
    assertSays(Errors.USAGE, "mutually exclusive", "shell", "--check", "--update", script);
    assertSays(
        Errors.FAILED,
        "no-such.jar for the class path",
        "shell",
        "--class-path",
        "no-such.jar",
        script);
    assertSays(
        Errors.FAILED, "there is no such file", "shell", folder.resolve("no.jsh").toString());
  }

  private static void assertSays(int code, String text, String... args) {
    Result result = Result.of(args);
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(text), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  /** A class of the user's own, in a folder. */
  @Test
  void theClassPathCanHaveMore() throws IOException {
    Path source =
        Files.writeString(
            folder.resolve("Mine.java"),
            "package mine; public class Mine { public static int seven() { return 7; } }");
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), source.toString());
    assertEquals(0, compiled);
    String script = file("s.jsh", "IO.println(mine.Mine.seven());\n");
    Result result = Result.of("shell", "--class-path", folder.toString(), script);
    assertEquals(new Result(0, "7\n", ""), result);
  }
}
