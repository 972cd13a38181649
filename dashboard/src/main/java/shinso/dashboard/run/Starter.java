package shinso.dashboard.run;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import shinso.dashboard.web.RefusedException;
import shinso.train.file.FileException;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Recipe;

/**
 * Starts runs, each a process of its own that outlives the dashboard. What it prints goes into
 * {@code output.log} in the run's folder. There is no shell: recipe, data, budget and settings are
 * checked against what the recipe has, and handed over as arguments.
 */
final class Starter {
  /** Where what a run printed is found. */
  static final String OUTPUT = "output.log";

  private static final int MOST_AT_ONCE = 4;
  private static final int MOST_SETTINGS = 200;
  private static final int LONGEST = 1_000;
  private static final long WAIT_MILLIS = 120_000;
  private static final Pattern FOLDER = Pattern.compile("(?m)^run folder: (.+)$");
  private static final Pattern PROBLEM = Pattern.compile("(?m)^shinso: (.+)$");

  private final Runs runs;
  private final Launcher launcher;
  private final Semaphore free = new Semaphore(MOST_AT_ONCE);

  Starter(Runs runs, Launcher launcher) {
    this.runs = runs;
    this.launcher = launcher;
  }

  /**
   * Starts a run.
   *
   * @param fields {@code recipe}, and if wanted {@code data}, {@code budget}, {@code seed}, {@code
   *     threads} and {@code settings}, an object
   * @return the name of the run
   * @throws RefusedException 400 if a field is of another kind, 409 if so many runs that were
   *     started here are at work
   * @throws shinso.zoo.harness.UsageException if there is no such recipe, data, budget or setting,
   *     or a value is not allowed
   * @throws FileException if the run ended before it had begun, with the reason
   */
  String start(Map<String, Object> fields) throws IOException, InterruptedException {
    return launch(arguments(fields));
  }

  /**
   * Goes on with a run that was stopped.
   *
   * @throws RefusedException 409 if it is at work, or so many runs are
   */
  String resume(String run, boolean isBusy) throws IOException, InterruptedException {
    if (isBusy) {
      throw new RefusedException(409, "the run is at work");
    }
    return launch(
        List.of("run", "--resume", runs.folder(run).toString(), "--runs", runs.root().toString()));
  }

  /** Returns the arguments of a run, all of them checked. */
  List<String> arguments(Map<String, Object> fields) {
    for (String name : fields.keySet()) {
      if (!List.of("recipe", "data", "budget", "seed", "threads", "settings").contains(name)) {
        throw RefusedException.bad("a run has no '" + name + "'");
      }
    }
    String name = text(fields, "recipe");
    if (name == null) {
      throw RefusedException.bad("a run needs a recipe");
    }
    Recipe<?> recipe = Recipes.named(name);
    List<String> arguments = new ArrayList<>(List.of("run", recipe.name()));
    String data = text(fields, "data");
    if (data != null) {
      arguments.addAll(List.of("--data", recipe.data(data).name()));
    }
    String size = text(fields, "budget");
    Budget budget = size == null ? Budget.DEFAULT : Budget.named(size);
    arguments.addAll(List.of("--budget", budget.toString()));
    arguments.addAll(
        List.of(
            "--seed", Long.toString(number(fields, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE))));
    if (fields.get("threads") != null && !fields.get("threads").equals("")) {
      arguments.addAll(List.of("--threads", Long.toString(number(fields, "threads", 1, 1, 1024))));
    }
    Map<String, String> settings = settings(fields);
    recipe.settings(budget, settings);
    settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    arguments.addAll(List.of("--runs", runs.root().toString()));
    return arguments;
  }

  private static @Nullable String text(Map<String, Object> fields, String name) {
    Object value = fields.get(name);
    if (value == null || value.equals("")) {
      return null;
    }
    if (value instanceof String text && text.length() <= LONGEST) {
      return text;
    }
    throw RefusedException.bad("'" + name + "' has to be a text");
  }

  private static long number(
      Map<String, Object> fields, String name, long otherwise, long least, long most) {
    Object value = fields.get(name);
    if (value == null || value.equals("")) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(String.valueOf(value));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The same message.
    }
    throw RefusedException.bad(
        "'%s' has to be a whole number%s"
            .formatted(name, most == Long.MAX_VALUE ? "" : " from " + least + " to " + most));
  }

  private static Map<String, String> settings(Map<String, Object> fields) {
    Map<String, String> settings = new LinkedHashMap<>();
    Object given = fields.get("settings");
    if (given == null) {
      return settings;
    }
    if (!(given instanceof Map<?, ?> map) || map.size() > MOST_SETTINGS) {
      throw RefusedException.bad("'settings' has to be an object of texts");
    }
    map.forEach((key, value) -> {
      String text = String.valueOf(value);
      if (value instanceof Map || value instanceof List || text.length() > LONGEST) {
        throw RefusedException.bad("the setting '" + key + "' has to be a text");
      }
      settings.put(String.valueOf(key), text);
    });
    return settings;
  }

  private String launch(List<String> arguments) throws IOException, InterruptedException {
    if (!free.tryAcquire()) {
      throw new RefusedException(
          409,
          MOST_AT_ONCE
              + " runs that were started here are at work; wait for one of them or stop it");
    }
    boolean started = false;
    try {
      Files.createDirectories(runs.root());
      Path output = Files.createTempFile(runs.root(), ".output-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(launcher.command(arguments))
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(nothing()))
              .redirectOutput(output.toFile());
      Process process = builder.start();
      started = true;
      process.onExit().thenRun(free::release);
      return await(process, output);
    } finally {
      if (!started) {
        free.release();
      }
    }
  }

  private static File nothing() {
    return new File(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null");
  }

  /** Waits until the run has a folder, which is where its output belongs. */
  private String await(Process process, Path output) throws IOException, InterruptedException {
    for (long waited = 0; waited < WAIT_MILLIS; waited += 50) {
      boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
      String text = tail(output, 64 * 1024);
      Matcher folder = FOLDER.matcher(text);
      if (folder.find()) {
        Path path = Path.of(folder.group(1).strip()).toAbsolutePath().normalize();
        moveTo(path, output);
        return String.valueOf(path.getFileName());
      }
      if (ended) {
        Files.deleteIfExists(output);
        Matcher problem = PROBLEM.matcher(text);
        throw new FileException(
            problem.find()
                ? problem.group(1)
                : "the run ended at once with exit code " + process.exitValue() + ": " + text);
      }
    }
    throw new FileException("the run has not begun within two minutes; its output is in " + output);
  }

  /** The process goes on writing to the file under its new name. */
  private static void moveTo(Path run, Path output) throws IOException {
    Path target = run.resolve(OUTPUT);
    if (Files.exists(target)) {
      // What was printed before the run was gone on with is no more than its notes.
      Files.delete(target);
    }
    Files.move(output, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns the last lines of a text file, at most so many bytes. */
  static String tail(Path file, int most) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(0, in.length() - most);
      byte[] bytes = new byte[(int) (in.length() - start)];
      in.seek(start);
      in.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return start == 0 ? text : text.substring(text.indexOf('\n') + 1);
    }
  }
}
