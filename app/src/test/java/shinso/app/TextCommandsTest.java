package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training on a text of the user's own, and going on with it. */
@Tag("row-F7")
final class TextCommandsTest {
  @TempDir static Path folder;

  /** A run on characters whose text is not there any more. */
  private static Path trained = Path.of("");

  @BeforeAll
  static void trainAndRemove() throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "ab ba\n".repeat(500));
    trained = run(train(text, "--epochs", "3"));
    Files.delete(text);
  }

  private static Result train(Path file, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("train", "text", file.toString(), "--runs", folder.resolve("runs").toString()));
    args.addAll(List.of("--set", "hidden=12", "--set", "layers=1", "--set", "embedding=4"));
    args.addAll(List.of("--set", "window=16", "--set", "rate=0.03"));
    args.addAll(List.of(more));
    return Result.of(args.toArray(String[]::new));
  }

  private static Path run(Result result) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith("run folder: "))
        .map(line -> Path.of(line.substring("run folder: ".length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(result.toString()));
  }

  private static Result sample(Path run, String... more) {
    List<String> args = new ArrayList<>(List.of("sample", run.toString()));
    args.addAll(List.of(more));
    return Result.of(args.toArray(String[]::new));
  }

  /** The model and its characters are in the run's folder: the text is not needed. */
  @Test
  void aTextGoesOn() {
    Result result = sample(trained, "--prompt", "ab b", "--length", "8", "--top-k", "1");
    assertEquals(0, result.code(), result.err());
    assertEquals("ab ba\nab ba\n\n".strip(), result.out().strip());
    assertTrue(Files.exists(trained.resolve("report.html")));
  }

  @Test
  void whatIsWrittenFollowsFromTheSeed() {
    String[] options = {"--prompt", "a", "--length", "200", "--temperature", "5"};
    Result one = sample(trained, options);
    assertEquals(one.out(), sample(trained, options).out());
    List<String> other = new ArrayList<>(List.of(options));
    other.addAll(List.of("--seed", "2"));
    assertNotEquals(one.out(), sample(trained, other.toArray(String[]::new)).out());
  }

  @Test
  void wordsArePredictedToo() throws IOException {
    Path text = folder.resolve("words.txt");
    Files.writeString(text, "The cat sleeps.\nThe dog barks!\n".repeat(100));
    Result training = train(text, "--epochs", "3", "--level", "words");
    assertEquals(0, training.code(), training.err());
    Result result = sample(run(training), "--prompt", "The cat", "--length", "2", "--top-k", "1");
    assertEquals("The cat sleeps.", result.out().strip());
    Result unknown = sample(run(training), "--prompt", "The elephant", "--length", "1");
    assertEquals(0, unknown.code(), unknown.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --prompt   | Ω    | 1 | there is no character 'Ω' (U+03A9) in the texts that the model was trained on
          --prompt   | ""   | 2 | give at least one character with --prompt
          --temperature | -1 | 2 | '-1' is not a number greater than 0
          --temperature | 0 | 2 | '0' is not a number greater than 0
          --temperature | NaN | 2 | 'NaN' is not a number greater than 0
          --top-k    | 5    | 2 | the model knows 4 characters, of which the first 1 to 4 can be drawn from, not 5
          --top-k    | 0    | 2 | '0' is not a whole number from 1
          --length   | none | 2 | 'none' is not a whole number from 1
          --out      | a.txt | 2 | texts are printed
          """)
  void wrongOptionsAreNamed(String option, String value, int code, String message) {
    Result result = sample(trained, option, value);
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @Test
  void whatIsNoTextIsNamed() throws IOException {
    Path latin = folder.resolve("latin.txt");
    Files.write(latin, "für ".repeat(400).getBytes(StandardCharsets.ISO_8859_1));
    Result result = train(latin);
    assertEquals(1, result.code());
    assertTrue(result.err().contains("the byte 0xFC at offset 1, in line 1"), result.err());
    Path empty = Files.createFile(folder.resolve("empty.txt"));
    assertTrue(train(empty).err().contains("is empty (0 bytes)"));
    Path few = Files.writeString(folder.resolve("few.txt"), "short");
    assertTrue(train(few).err().contains("has 5 characters, too few to learn from"));
  }
}
