package shinso.app.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.UserException;

/** What of a page is code, and what it is said to print. */
final class ScriptTest {
  @TempDir Path folder;

  @Test
  void theJavaBlocksOfAPageAreItsScript() {
    Script page =
        Script.page(
            "p.md",
            """
            # A page

            ```java
            int a = 1;
            IO.println(a);
            ```

            Some words.

            ```text
            1
            ```

            ```
            ./shinso shell p.md
            ```

            ```java
            int b = 2;
            ```

            ```json
            {}
            ```
            """);
    assertEquals(
        List.of(
            new Script.Block(
                "int a = 1;\nIO.println(a);\n", 4, new Script.Output(List.of("1"), 11)),
            new Script.Block("int b = 2;\n", 19, null)),
        page.blocks());
    assertEquals("int a = 1;\nIO.println(a);\n\nint b = 2;\n\n", page.code());
  }

  @Test
  void aBlockWithoutEndGoesToTheEnd() {
    Script page = Script.page("p.md", "```java\nint a = 1;");
    assertEquals(List.of(new Script.Block("int a = 1;\n", 2, null)), page.blocks());
  }

  @Test
  void whatCannotBeReadIsSaid() throws Exception {
    Path none = folder.resolve("none.jsh");
    assertTrue(message(none).contains("none.jsh: there is no such file"), message(none));
    Path prose = Files.writeString(folder.resolve("prose.md"), "# Prose\n");
    assertTrue(message(prose).contains("prose.md has nothing to run"), message(prose));
    Path bytes = Files.write(folder.resolve("bytes.jsh"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertTrue(message(bytes).contains("bytes.jsh: it is no text in UTF-8"), message(bytes));
  }

  private static String message(Path file) {
    return assertThrows(UserException.class, () -> Script.read(file)).getMessage();
  }
}
