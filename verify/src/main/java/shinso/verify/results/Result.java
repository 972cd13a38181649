package shinso.verify.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;

/**
 * What one run came to.
 *
 * @param command the command that runs it again
 * @param seconds the time that it took, measurements and pictures included
 * @param machine what it ran on
 * @param scores the texts of its numbers, by the names of the quantities
 * @param values the numbers themselves
 */
record Result(
    String recipe,
    String data,
    String budget,
    String command,
    String date,
    double seconds,
    String machine,
    Map<String, String> scores,
    Map<String, Double> values) {

  /**
   * Returns the result of a run.
   *
   * @throws FileException if it has not finished, or its files are damaged
   */
  static Result of(Path folder) {
    RunFolder run = RunFolder.open(folder, folder.toString());
    RunInfo info = run.info();
    if (info.status() != RunStatus.FINISHED) {
      throw new FileException("the run " + folder + " is " + info.status() + ", not finished");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Double> values = new LinkedHashMap<>();
    JsonFile scores = JsonFile.read(run.file("scores.json"));
    for (String name : scores.fields().keySet()) {
      Map<String, String> score = scores.texts(name);
      texts.put(name, score.getOrDefault("text", ""));
      values.put(name, Double.valueOf(score.getOrDefault("value", "NaN")));
    }
    return new Result(
        info.recipe(),
        info.configuration().getOrDefault("data", ""),
        info.budget(),
        "./shinso " + String.join(" ", info.commandLine()),
        info.started().substring(0, 10),
        info.seconds(),
        info.machine().getOrDefault("processor", "")
            + ", "
            + info.machine().get("cores")
            + " cores",
        texts,
        values);
  }

  /** Writes it into a folder, in place of an earlier one of the same recipe, data and budget. */
  void write(Path folder) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("recipe", recipe);
    fields.put("data", data);
    fields.put("budget", budget);
    fields.put("command", command);
    fields.put("date", date);
    fields.put("seconds", Math.round(10 * seconds) / 10.0);
    fields.put("machine", machine);
    fields.put("scores", scores);
    fields.put("values", values);
    String name = data.isEmpty() ? recipe : recipe + "-" + data;
    JsonFile.write(folder.resolve(name + "-" + budget + ".json"), fields);
  }

  private static Result read(Path file) {
    JsonFile json = JsonFile.read(file);
    Map<String, Double> values = new LinkedHashMap<>();
    json.texts("values").forEach((name, text) -> values.put(name, Double.valueOf(text)));
    return new Result(
        json.text("recipe"),
        json.text("data"),
        json.text("budget"),
        json.text("command"),
        json.text("date"),
        Double.parseDouble(String.valueOf(json.fields().get("seconds"))),
        json.text("machine"),
        json.texts("scores"),
        values);
  }

  /** Returns those that a folder keeps, by the names of their files. */
  static List<Result> all(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".json"))
          .sorted(Comparator.comparing(Path::toString))
          .map(Result::read)
          .toList();
    } catch (IOException e) {
      throw FileException.reading(folder, e);
    }
  }
}
