package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, exit codes, completion, and how quiet a command can be. */
final class HelpTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "run", "list", "data", "data get", "completion", "help"})
  void helpInFrontOfACommandIsThatBehindIt(String command) {
    List<String> words = command.isEmpty() ? List.of() : List.of(command.split(" "));
    Result before = Result.of(with(List.of("help"), words));
    assertEquals(Result.of(with(words, List.of("--help"))), before);
    assertEquals(0, before.code());
  }

  /** Those of the table are what the page of the command line says, too. */
  @Test
  void exitCodesAreDocumented() throws IOException {
    String help = Result.of("--help").out();
    Set<String> listed = firsts("(?m)^ *(\\d+) {2,}\\S.*$", help);
    assertEquals(Set.of("0", "1", "2", "129", "130", "143"), listed);
    Path page = Path.of("..", "docs", "command-line.md");
    Set<String> documented = firsts("(?m)^\\| (\\d+) \\|", Files.readString(page));
    assertEquals(listed, documented);
  }

  private static Set<String> firsts(String pattern, String text) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    Set<String> found = new TreeSet<>();
    while (m.find()) {
      found.add(m.group(1));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aScriptThatCompletesIsPrinted(String shell) {
    Result result = Result.of("completion", shell);
    assertEquals(0, result.code());
    assertEquals("", result.err());
    assertTrue(result.out().startsWith("#!/usr/bin/env bash\n"), result.out());
    assertTrue(result.out().contains("ZSH_VERSION"), result.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pre | predict",
        "te | test",
        "help com | complete completion",
        "data g | get",
        "data get cif | cifar10",
        "run --pre | --precision",
        "run --budget sm | smoke",
        "run digits-m | digits-mlp",
        "list rbm-b | rbm-bars",
        "completion z | zsh",
      })
  void bashCompletes(String line, String candidates, @TempDir Path folder)
      throws IOException, InterruptedException {
    Path script =
        Files.writeString(folder.resolve("completion"), Result.of("completion", "bash").out());
    String[] words = ("shinso " + line).split(" ", -1);
    String list = Arrays.stream(words).map(w -> "'" + w + "'").collect(Collectors.joining(" "));
    // What bash does when the tab key is pressed, but for compopt, which works then alone.
    String program =
        """
        source '%s'
        compopt() { :; }
        COMP_WORDS=(%s) COMP_CWORD=%d COMP_LINE='%s' COMP_POINT=${#COMP_LINE}
        _complete_shinso
        echo "${COMPREPLY[@]}"
        """
            .formatted(script, list, words.length - 1, String.join(" ", words));
    Process bash =
        new ProcessBuilder("bash", "--norc", "-c", program).redirectErrorStream(true).start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), output);
    assertEquals(
        new TreeSet<>(List.of(candidates.split(" "))),
        new TreeSet<>(List.of(output.strip().split(" "))));
  }

  @Test
  void aQuietRunSaysWhatCameOutAlone(@TempDir Path folder) {
    String[] command = {
      "run", "digits-softmax", "--budget", "smoke", "--set", "train=700", "--set", "test=100",
    };
    Result loud = Result.of(with(List.of(command), List.of("--runs", folder + "/loud")));
    Result quiet =
        Result.of(with(List.of(command), List.of("--quiet", "--runs", folder + "/quiet")));
    Result first = Result.of(with(List.of("-q"), with(command, "--runs", folder + "/first")));
    assertTrue(loud.lines().size() > 4, loud.out());
    for (Result result : List.of(quiet, first)) {
      assertEquals(0, result.code(), result.err());
      assertEquals("", result.err());
      assertTrue(
          result.out().matches("test accuracy [^\n]+ report: [^\n]*report\\.html\\R"),
          result.out());
    }
    Result wrong = Result.of("run", "digts", "--quiet");
    assertEquals(Errors.USAGE, wrong.code());
    assertTrue(wrong.err().startsWith("shinso: there is no recipe 'digts'"), wrong.err());
  }

  /** The small letter of I is ı in Turkish: a name that is put in small letters so is unknown. */
  @Test
  void commandsAndNamesAreTheSameInTurkish() {
    Locale before = Locale.getDefault();
    List<String> commands = List.of("--help", "help", "list", "list digits", "data list");
    List<Result> usual = commands.stream().map(c -> Result.of(c.split(" "))).toList();
    try {
      Locale.setDefault(Locale.of("tr", "TR"));
      assertEquals(usual, commands.stream().map(c -> Result.of(c.split(" "))).toList());
      assertTrue(Result.of("RUN").err().contains("did you mean run"), Result.of("RUN").toString());
      assertTrue(Result.of("run", "DIGITS").err().contains("did you mean digits"));
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String[] with(List<String> first, List<String> more) {
    return with(first.toArray(String[]::new), more.toArray(String[]::new));
  }

  private static String[] with(List<String> first, String[] more) {
    return with(first.toArray(String[]::new), more);
  }

  private static String[] with(String[] first, String... more) {
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
