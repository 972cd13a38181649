package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;
import shinso.train.file.JsonFile;

/** What tables say to programs; colours. */
final class JsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "list | recipes | recipe",
        "list digits | recipes | recipe",
        "data list | sets | set",
        "data verify glyphs | files | ",
        "doctor | sets | set",
        "gradcheck digits-softmax --examples 1 --set train=600 | parameters | parameter",
      })
  void rowsAreObjects(String command, String list, String name) {
    Result result = Result.of((command + " --json").split(" "));
    assertEquals("", result.err());
    assertEquals(0, result.code());
    JsonFile json = JsonFile.of(Path.of(command), result.out());
    List<JsonFile> rows = json.objects(list);
    if (name != null) {
      assertFalse(rows.isEmpty());
      rows.forEach(row -> assertFalse(row.text(name).isEmpty()));
    }
  }

  /** What the page says of the shape is what comes out. */
  @Test
  void thePageListsTheCommands() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "command-line.md"));
    String table = page.substring(page.indexOf("## JSON"), page.indexOf("## Exit codes"));
    Set<String> documented = new TreeSet<>();
    Matcher m = Pattern.compile("(?m)^\\| `([a-z ]+)` \\|").matcher(table);
    while (m.find()) {
      documented.add(m.group(1));
      Result help = Result.of((m.group(1) + " --help").split(" "));
      assertTrue(help.out().contains("--json"), m.group(1));
    }
    assertEquals(
        Set.of(
            "list",
            "runs list",
            "runs show",
            "runs compare",
            "sweep",
            "judge",
            "predict",
            "encode",
            "gradcheck",
            "data list",
            "data verify",
            "doctor"),
        documented);
  }

  @Test
  void coloursAreThereIfTheyAreWanted() {
    assertEquals(Ansi.OFF, Colours.ansi(false, null));
    assertEquals(Ansi.OFF, Colours.ansi(false, "1"), "who wants none gets none");
    assertEquals(Ansi.ON, Colours.ansi(true, "1"));
    for (String not : new String[] {null, "", "0"}) {
      assertEquals(Ansi.AUTO, Colours.ansi(true, not));
    }
  }

  @Test
  void numbersThatJsonHasNotAreTexts() {
    assertEquals(0.5, JsonOption.number(0.5));
    assertEquals("NaN", JsonOption.number(Double.NaN));
    assertEquals("-Infinity", JsonOption.number(Double.NEGATIVE_INFINITY));
  }
}
