package shinso.train.run;

import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;

/**
 * What was run, on what, and how it ended: the content of {@code run.json}.
 *
 * @param recipe the recipe's name
 * @param budget its size, such as {@code smoke}, {@code default} or {@code paper}
 * @param seed the seed that everything random follows from
 * @param configuration every setting by name, in order
 * @param data what was trained on, in words
 * @param commandLine the arguments that start the same run
 * @param versions of the programs, by name
 * @param machine what it ran on, by name: processor, backend, threads, libraries
 * @param changes what was another when it was gone on with later, in words
 * @param started when it was first started, as an ISO 8601 time
 * @param status how far it is
 * @param ending why it ended, or the error; null while it runs
 * @param seconds the time spent so far
 * @param metrics the final numbers by name
 * @param modelSha256 the SHA-256 of the file of the trained model; null while none is finished
 */
public record RunInfo(
    String recipe,
    String budget,
    long seed,
    Map<String, String> configuration,
    String data,
    List<String> commandLine,
    Map<String, String> versions,
    Map<String, String> machine,
    List<String> changes,
    String started,
    RunStatus status,
    @Nullable String ending,
    double seconds,
    Map<String, Double> metrics,
    @Nullable String modelSha256) {
  /** What the last bits of results depend on; threads and vector width are none of it. */
  private static final List<String> DECISIVE =
      List.of("shinso", "commit", "backend", "oneDNN", "precision");

  /** Keeps copies. */
  public RunInfo {
    configuration = copy(configuration);
    commandLine = List.copyOf(commandLine);
    versions = copy(versions);
    machine = copy(machine);
    changes = List.copyOf(changes);
    metrics = copy(metrics);
  }

  private static <V> Map<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** Returns the description of a run that starts now, on this machine. */
  public static RunInfo starting(
      String recipe,
      String budget,
      long seed,
      Map<String, String> configuration,
      String data,
      List<String> commandLine) {
    return new RunInfo(
        recipe,
        budget,
        seed,
        configuration,
        data,
        commandLine,
        Machine.versions(),
        Machine.describe(),
        List.of(),
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            ZonedDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS)),
        RunStatus.RUNNING,
        null,
        0,
        Map.of(),
        null);
  }

  /** Returns this in another state; a run that goes on will replace its model. */
  public RunInfo with(
      RunStatus status, @Nullable String ending, double seconds, Map<String, Double> metrics) {
    String model = status == RunStatus.RUNNING ? null : modelSha256;
    return copy(changes, status, ending, seconds, metrics, model);
  }

  /** Returns this with another value of a setting. */
  RunInfo withSetting(String name, String value) {
    Map<String, String> settings = new LinkedHashMap<>(configuration);
    settings.put(name, value);
    return new RunInfo(
        recipe,
        budget,
        seed,
        settings,
        data,
        commandLine,
        versions,
        machine,
        changes,
        started,
        status,
        ending,
        seconds,
        metrics,
        modelSha256);
  }

  /** Returns this with another model. */
  RunInfo withModel(String sha256) {
    return copy(changes, status, ending, seconds, metrics, sha256);
  }

  private RunInfo copy(
      List<String> changes,
      RunStatus status,
      @Nullable String ending,
      double seconds,
      Map<String, Double> metrics,
      @Nullable String modelSha256) {
    return new RunInfo(
        recipe,
        budget,
        seed,
        configuration,
        data,
        commandLine,
        versions,
        machine,
        changes,
        started,
        status,
        ending,
        seconds,
        metrics,
        modelSha256);
  }

  /**
   * Returns what decides on the last bits of results and is another here and now than when the run
   * was started, in words; what wasn't recorded then is not compared.
   */
  public List<String> changesHere() {
    return differencesHere(DECISIVE);
  }

  /** Returns what else of versions and machine is another here and now, in words. */
  public List<String> furtherChangesHere() {
    List<String> names = new ArrayList<>(versions.keySet());
    names.addAll(machine.keySet());
    names.removeAll(DECISIVE);
    return differencesHere(names);
  }

  private List<String> differencesHere(List<String> names) {
    Map<String, String> then = new LinkedHashMap<>(versions);
    then.putAll(machine);
    Map<String, String> now = Machine.versions();
    now.putAll(Machine.describe());
    return names.stream()
        .filter(name -> then.containsKey(name) && !then.get(name).equals(now.get(name)))
        .map(name -> "%s was %s and is %s".formatted(name, then.get(name), now.get(name)))
        .toList();
  }

  /** Returns this with what is another here and now. */
  RunInfo goingOnHere() {
    Set<String> all = new LinkedHashSet<>(changes);
    all.addAll(changesHere());
    return copy(List.copyOf(all), status, ending, seconds, metrics, modelSha256);
  }

  void write(Path file) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("recipe", recipe);
    fields.put("status", status.toString());
    if (ending != null) {
      fields.put("ending", ending);
    }
    Map<String, Object> numbers = new LinkedHashMap<>();
    // JSON has no NaN; a text keeps the file readable by everybody.
    metrics.forEach((name, x) -> numbers.put(name, Double.isFinite(x) ? x : x.toString()));
    fields.put("metrics", numbers);
    if (modelSha256 != null) {
      fields.put("modelSha256", modelSha256);
    }
    fields.put("seconds", seconds);
    fields.put("started", started);
    fields.put("budget", budget);
    fields.put("seed", seed);
    fields.put("data", data);
    fields.put("configuration", configuration);
    fields.put("commandLine", commandLine);
    fields.put("versions", versions);
    fields.put("machine", machine);
    if (!changes.isEmpty()) {
      fields.put("changes", changes);
    }
    JsonFile.write(file, fields);
  }

  /**
   * Reads a {@code run.json}.
   *
   * @throws FileException if it can't be read or lacks something
   */
  static RunInfo read(Path file) {
    try {
      return parsed(file);
    } catch (FileException e) {
      throw e.orElse("put it back, or start the run anew (report.html in its folder says how)");
    }
  }

  private static RunInfo parsed(Path file) {
    JsonFile json = JsonFile.read(file);
    Map<String, Double> metrics = new LinkedHashMap<>();
    json.texts("metrics").forEach((name, text) -> metrics.put(name, number(file, name, text)));
    return new RunInfo(
        json.text("recipe"),
        json.text("budget"),
        json.integer("seed"),
        json.texts("configuration"),
        json.text("data"),
        list(json, "commandLine"),
        json.texts("versions"),
        json.texts("machine"),
        json.fields().containsKey("changes") ? list(json, "changes") : List.of(),
        json.text("started"),
        status(json),
        json.fields().get("ending") == null ? null : json.text("ending"),
        number(file, "seconds", String.valueOf(json.fields().get("seconds"))),
        metrics,
        json.fields().get("modelSha256") == null ? null : json.text("modelSha256"));
  }

  private static List<String> list(JsonFile json, String name) {
    if (json.fields().get(name) instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    throw new FileException(json.file() + " is corrupt: '" + name + "' is missing or not a list");
  }

  private static RunStatus status(JsonFile json) {
    String text = json.text("status");
    for (RunStatus s : RunStatus.values()) {
      if (s.toString().equals(text)) {
        return s;
      }
    }
    throw new FileException(json.file() + " is corrupt: there is no status '" + text + "'");
  }

  private static double number(Path file, String name, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new FileException(file + " is corrupt: '" + name + "' is not a number: " + text, e);
    }
  }
}
