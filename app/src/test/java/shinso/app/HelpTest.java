package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(strings = {"", "run", "list", "data", "data get", "runs show", "completion", "help"})
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
        "runs li | list",
        "runs list --sort si | size",
        "sweep --method h | halving",
        "sweep-w | ''",
      })
  void bashCompletes(String line, String candidates) throws IOException, InterruptedException {
    // compopt works only while the tab key is being answered.
    String output = complete(line, "bash", List.of("--norc"), "compopt() { :; }");
    assertEquals(set(candidates), set(output));
  }

  /** zsh itself drops candidates that don't begin as the word does. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pre | run train list predict sample translate complete encode export judge report runs sweep"
            + " shell dashboard gradcheck data doctor completion help test bench docs mvn",
        "data g | list get verify",
        "run --budget sm | smoke default paper",
        "completion z | bash zsh fish",
      })
  void zshCompletes(String line, String candidates) throws IOException, InterruptedException {
    assumeTrue(
        new ProcessBuilder("sh", "-c", "command -v zsh").start().waitFor() == 0, "there is no zsh");
    String output =
        complete(
            line,
            "zsh",
            List.of("-f"),
            "[[ -n ${_comps[shinso]} ]] || echo unregistered",
            "emulate sh -o ksharrays",
            "compopt() { :; }");
    assertEquals(set(candidates), set(output));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pre | predict",
        "te | test",
        "data g | get",
        "data get cif | cifar10",
        "run --pre | --precision",
        "run --budget sm | smoke",
        "run digits-m | digits-mlp",
        "list rbm-b | rbm-bars",
        "completion f | fish",
        "runs list --so | --sort",
        "runs list --sort si | size",
        "runs show 2026 | 20261129-1-digits 20261129-2-digits",
        "sweep --resume 2026 | 20261129-3-sweep-digits",
        "sweep-w | ''",
      })
  void fishCompletes(String line, String candidates) throws IOException, InterruptedException {
    assumeTrue(
        new ProcessBuilder("sh", "-c", "command -v fish").start().waitFor() == 0,
        "there is no fish");
    for (String run :
        List.of("1-digits/run.json", "2-digits/run.json", "3-sweep-digits/sweep.json")) {
      Path file = home.resolve("runs/20261129-" + run);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "{}");
    }
    String script = Result.of("completion", "fish").out();
    Path file = Files.writeString(home.resolve("shinso.fish"), script);
    ProcessBuilder builder =
        new ProcessBuilder(
                "fish",
                "--no-config",
                "-c",
                "source " + file + "; complete -C './shinso " + line + "'")
            .directory(home.toFile())
            .redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    // A candidate is followed by what it means.
    String offered = output.lines().map(l -> l.split("\t")[0]).collect(Collectors.joining(" "));
    assertEquals(set(candidates), set(offered));
  }

  @Test
  void fishIsToldEveryCommandAndOption() {
    String script = Result.of("completion", "fish").out();
    for (String path : List.of("run", "runs prune", "data get", "train images")) {
      assertTrue(script.contains("'" + path + "'"), path);
    }
    assertTrue(script.contains("-n '__shinso_at runs prune' -l keep -x -d"), script);
    assertTrue(script.contains("-n '__shinso_at runs export' -l zip -r -F -d"), script);
    assertFalse(script.contains("stacktrace"), "a hidden option");
    assertFalse(script.contains("sweep-worker"), "a hidden command");
    assertFalse(script.contains("${"), "a variable of picocli's");
  }

  private static Set<String> set(String words) {
    return new TreeSet<>(List.of(words.strip().split(" ")));
  }

  /** Returns what a shell offers for the last word of a line, as it does for the tab key. */
  private String complete(String line, String shell, List<String> options, String... preparation)
      throws IOException, InterruptedException {
    String[] words = ("shinso " + line).split(" ", -1);
    String list = Arrays.stream(words).map(w -> "'" + w + "'").collect(Collectors.joining(" "));
    String program =
        """
        %s
        %s
        COMP_WORDS=(%s) COMP_CWORD=%d COMP_LINE='%s' COMP_POINT=${#COMP_LINE}
        _complete_shinso
        echo "${COMPREPLY[@]}"
        """
            .formatted(
                Result.of("completion", shell).out(),
                String.join("\n", preparation),
                list,
                words.length - 1,
                String.join(" ", words));
    List<String> command = new ArrayList<>(List.of(shell));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Where zsh keeps what it has found.
    builder.environment().put("ZDOTDIR", home.toString());
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(program.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
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
