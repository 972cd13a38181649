package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.backend.OptionException;
import shinso.train.file.FileException;
import shinso.zoo.harness.UsageException;

/** What is said about a command line that makes no sense: one line, and exit code 2. */
final class UsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rnu | there is no command 'rnu' (did you mean run?); choose run, train, list, predict,"
            + " sample, translate, complete, encode, export, judge, report, runs, sweep, shell,"
            + " dashboard, gradcheck, data,"
            + " doctor, completion or help; see shinso --help",
        "--versoin | shinso has no option '--versoin' (did you mean --version?); see shinso --help",
        "run | run needs a RECIPE, or --resume RUN; shinso list shows the recipes",
        "run digts | there is no recipe 'digts' (did you mean digits?); shinso list shows those"
            + " that there are",
        "run digits more | run takes no further argument 'more'; see shinso run --help",
        "run digits --budgt smoke | run has no option '--budgt' (did you mean --budget?); see"
            + " shinso run --help",
        "run digits --budget smok | there is no budget 'smok' (did you mean smoke?); choose smoke,"
            + " default or paper",
        "run digits --data minst | the recipe digits doesn't run on 'minst' (did you mean mnist?);"
            + " choose glyphs, mnist or fashion-mnist",
        "run digits --seed one | invalid value for option '--seed': 'one' is not a whole number"
            + " such as 42; see shinso run --help",
        "run digits --threads 0 | invalid value for option '--threads': '0' is not a whole number"
            + " from 1 to 1024; see shinso run --help",
        "run digits --threads 9999999999 | invalid value for option '--threads': '9999999999' is"
            + " not a whole number from 1 to 1024; see shinso run --help",
        "run digits --max-time soon | invalid value for option '--max-time': 'soon' is not a time"
            + " such as 90s, 5m or 1h30m; see shinso run --help",
        "run digits --max-time 0s | invalid value for option '--max-time': '0s' is not a time"
            + " longer than none; see shinso run --help",
        "run digits --set | run needs a value for --set; see shinso run --help",
        "run digits --set epochs | --set takes KEY=VALUE, such as --set epochs=3, not 'epochs'",
        "run digits --set =3 | --set takes KEY=VALUE, such as --set epochs=3, not '=3'",
        "run digits --set epoch=3 | the recipe digits has no setting 'epoch' (did you mean"
            + " epochs?); it has train, validation, test, epochs, batch, rate and dropout",
        "run digits --set epochs=many | the setting epochs is a whole number from 1 to 10,000, not"
            + " 'many'",
        "run digits --set dropout=1 | the setting dropout is a number from 0 to 0.95, not '1'",
        "run --resume x --seed 3 --set a=b | a run is resumed with the settings that it was started"
            + " with; leave --seed, --set out",
        "list digts | there is no recipe 'digts' (did you mean digits?); shinso list shows those"
            + " that there are",
        "predict | predict needs RUN; see shinso predict --help",
        "predict x | predict needs FILE; see shinso predict --help",
        "report | report needs RUN; see shinso report --help",
        "dashboard --port 70000 | invalid value for option '--port': '70000' is not a port from 0"
            + " to 65535; see shinso dashboard --help",
        "dashboard --port http | invalid value for option '--port': 'http' is not a port from 0 to"
            + " 65535; see shinso dashboard --help",
        "dashboard a --runs b | the folder of all runs is given twice; leave --runs out",
        "data lst | there is no command 'lst' (did you mean list?); choose list, get or verify; see"
            + " shinso data --help",
        "help rnu | there is no command 'rnu' (did you mean run?); choose run, train, list,"
            + " predict, sample, translate, complete, encode, export, judge, report, runs, sweep,"
            + " shell, dashboard, gradcheck,"
            + " data, doctor, completion or help",
        "help run digits | shinso run has no commands, so there is no 'digits'; see shinso run"
            + " --help",
        "completion | completion needs SHELL; see shinso completion --help",
        "completion tcsh | invalid value for positional parameter at index 0 (SHELL): 'tcsh' is"
            + " not bash, zsh or fish; see shinso completion --help",
        "runs lst | there is no command 'lst' (did you mean list?); choose list, show, compare, rm,"
            + " prune, export or repeat; see shinso runs --help",
        "runs show | show needs RUN; see shinso runs show --help",
        "runs rm | rm needs RUN; see shinso runs rm --help",
        "data get | get needs NAME; see shinso data get --help",
        "data get minst | there is no data set 'minst' (did you mean mnist?); choose glyphs, mnist,"
            + " fashion-mnist, cifar10, iris, wine, breast-cancer, diabetes, california-housing,"
            + " adult, sunspots, newsgroups-w100, tinyshakespeare, jsb-chorales, nottingham or"
            + " eng-jpn",
        "data verify minst | there is no data set 'minst' (did you mean mnist?); choose glyphs,"
            + " mnist, fashion-mnist, cifar10, iris, wine, breast-cancer, diabetes,"
            + " california-housing, adult, sunspots, newsgroups-w100, tinyshakespeare,"
            + " jsb-chorales, nottingham or eng-jpn",
      })
  void wrongUsageIsOneLine(String line, String message) {
    Result result = Result.of(line.split(" ", -1));
    assertEquals("shinso: " + message + System.lineSeparator(), result.err());
    assertEquals(Errors.USAGE, result.code());
    assertEquals("", result.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "run --help",
        "list --help",
        "predict --help",
        "report --help",
        "dashboard --help",
        "data --help",
        "data list --help",
        "data get --help",
        "data verify --help",
        "doctor --help",
        "runs",
        "runs --help",
        "runs list --help",
        "runs show --help",
        "runs compare --help",
        "runs rm --help",
        "runs prune --help",
        "runs export --help",
        "runs repeat --help",
        "sweep --help",
        "completion --help",
        "help",
        "help --help",
        "help run",
        "help data get",
        "",
        "data"
      })
  void helpGoesToStandardOutput(String line) {
    Result result = line.isEmpty() ? Result.of() : Result.of(line.split(" ", -1));
    assertEquals(0, result.code());
    assertEquals("", result.err());
    assertTrue(result.out().startsWith("Usage: shinso"), result.out());
  }

  @Test
  void theVersionIsSaid() {
    Result result = Result.of("--version");
    assertEquals(0, result.code());
    assertTrue(result.out().startsWith("shinso "), result.out());
  }

  @Test
  void aStackTraceIsShownOnRequest() {
    Result result = Result.of("run", "digts", "--stacktrace");
    assertEquals(Errors.USAGE, result.code());
    assertTrue(result.err().startsWith("shinso: there is no recipe 'digts'"), result.err());
    assertTrue(
        result.err().contains(UsageException.class.getName()) && result.err().contains("\tat "),
        result.err());
  }

  @Test
  void errorsOfTheProgramAreToldFromThoseOfUsers() {
    Errors errors = new Errors(silent(), () -> false);
    assertEquals(Errors.USAGE, errors.handle(new UsageException("no")));
    assertEquals(Errors.FAILED, errors.handle(new FileException("no")));
    assertEquals("shinso: two lines in one\n", said(new FileException("two lines\n  in one")));
    assertEquals(
        "shinso: the Java heap is full; give it more, such as SHINSO_JAVA_OPTS=-Xmx8g\n",
        said(new OutOfMemoryError("Java heap space")));
    assertEquals("shinso: no memory for x\n", said(new OutOfMemoryError("no memory for x")));
    OptionException wrong = new OptionException("shinso.memory", "abc", "a size such as 512m");
    assertEquals(
        "shinso: shinso.memory is 'abc'; use a size such as 512m, or leave it out\n", said(wrong));
    assertEquals(said(wrong), said(new ExceptionInInitializerError(wrong)));
    assertEquals(Errors.USAGE, errors.handle(wrong));
  }

  @ParameterizedTest
  @ValueSource(classes = {NullPointerException.class, IllegalArgumentException.class})
  void whatWasNotWrittenForUsersIsAFaultWithAFile(Class<? extends RuntimeException> type)
      throws ReflectiveOperationException, IOException {
    String line = said(type.getConstructor(String.class).newInstance("x"));
    Matcher m =
        Pattern.compile(
                "shinso: (\\S+): x; this is a fault of shinso, please report it with the file"
                    + " (\\S+)\n")
            .matcher(line);
    assertTrue(m.matches(), line);
    assertEquals(type.getName(), m.group(1));
    Path file = Path.of(m.group(2));
    assertTrue(Files.readString(file).contains("at shinso.app.UsageTest"), file.toString());
    Files.delete(file);
  }

  private static PrintStream silent() {
    return new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
  }

  private static String said(Throwable e) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    new Errors(new PrintStream(err, true, StandardCharsets.UTF_8), () -> false).handle(e);
    return err.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
