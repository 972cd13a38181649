package shinso.zoo.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.run.MetricsTable;

/**
 * What a stage of a run wrote down.
 *
 * @param name as the recipe calls it
 * @param folder where it lies
 * @param status how far it is, in a word; empty if it has not begun
 * @param complete whether it has finished
 * @param seconds the time spent in it
 * @param numbers its final numbers by name; none before it is complete
 */
public record StageSummary(
    String name,
    Path folder,
    String status,
    boolean complete,
    double seconds,
    Map<String, Double> numbers) {
  /**
   * Returns the stages of a run in their order.
   *
   * @param run its folder
   * @throws FileException if a file is damaged
   */
  public static List<StageSummary> of(Path run) {
    List<StageSummary> all = new ArrayList<>();
    for (Path folder : StageFolder.all(run)) {
      String full = folder.getFileName().toString();
      all.add(StageFolder.told(() -> read(full.substring(full.indexOf('-') + 1), folder)));
    }
    return List.copyOf(all);
  }

  private static StageSummary read(String name, Path folder) {
    Path file = folder.resolve("stage.json");
    if (!Files.exists(file)) {
      return new StageSummary(name, folder, "", false, 0, Map.of());
    }
    JsonFile json = JsonFile.read(file);
    Map<String, Double> numbers = new LinkedHashMap<>();
    if (json.fields().containsKey("metrics")) {
      json.texts("metrics").forEach((key, text) -> numbers.put(key, number(json, key, text)));
    }
    return new StageSummary(
        name,
        folder,
        json.text("status"),
        Boolean.TRUE.equals(json.fields().get("complete")),
        json.fields().get("seconds") instanceof Number n ? n.doubleValue() : 0,
        numbers);
  }

  private static double number(JsonFile json, String name, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new FileException(json.file() + " is corrupt: '" + name + "' is not a number", e);
    }
  }

  /**
   * Returns the numbers of all stages of a run as one table in CSV, with the number of the stage if
   * there are several; empty if nothing was recorded.
   *
   * @param run its folder
   * @throws FileException if a file is damaged
   */
  public static String csv(Path run) {
    List<Path> files =
        StageFolder.all(run).stream()
            .map(s -> s.resolve("metrics.csv"))
            .filter(Files::exists)
            .toList();
    try {
      return files.isEmpty()
          ? ""
          : files.size() == 1 ? Files.readString(files.getFirst()) : MetricsTable.joined(files);
    } catch (IOException e) {
      throw FileException.reading(files.getFirst(), e);
    }
  }

  /** Returns its number and name, such as {@code 1-train}. */
  public String title() {
    return String.valueOf(folder.getFileName());
  }

  /** Returns the numbers on the way. */
  public MetricsTable metrics() {
    return MetricsTable.read(folder.resolve("metrics.csv"));
  }
}
