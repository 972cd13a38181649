package shinso.dashboard.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import shinso.train.file.JsonFile;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;

/** A run that nobody has trained. */
record MadeRun(RunFolder folder) {
  /** Makes one that is said to be running. */
  static MadeRun in(Path root, String recipe) {
    Map<String, String> settings = Map.of("data", "glyphs", "rate", "0.1");
    return new MadeRun(
        RunFolder.create(
            root,
            RunInfo.starting(
                recipe, "smoke", 1, settings, "glyphs: 2,000", List.of("run", recipe))));
  }

  String name() {
    return String.valueOf(folder.path().getFileName());
  }

  MadeRun ended(RunStatus status, String ending) {
    folder.update(status, ending, 12.5, Map.of());
    return this;
  }

  /** Writes what was measured; the value and its text. */
  MadeRun scored(String quantity, double value, String text) {
    JsonFile.write(
        folder.file("scores.json"), Map.of(quantity, Map.of("value", value, "text", text)));
    return this;
  }

  /** Writes the numbers of a stage. */
  MadeRun numbers(String stage, String csv) throws IOException {
    Path path = folder.path().resolve("stages").resolve(stage);
    Files.createDirectories(path);
    Files.writeString(path.resolve("metrics.csv"), csv);
    return this;
  }

  /** Draws a figure whose picture has some bytes. */
  MadeRun figure(String name, String title, String bytes) {
    String text = Base64.getEncoder().encodeToString(bytes.getBytes(StandardCharsets.UTF_8));
    folder.folder("figures");
    JsonFile.write(
        folder.path().resolve("figures").resolve(name + ".json"),
        Map.of(
            "sections",
            List.of(Map.of("title", title, "html", "", "files", Map.of(name + ".png", text)))));
    return this;
  }

  /** Draws a picture at a step of a stage. */
  MadeRun snapshot(String stage, String name, long step, String bytes) throws IOException {
    Path path = folder.path().resolve("snapshots").resolve(stage);
    Files.createDirectories(path);
    Files.writeString(path.resolve(name + "-" + step + ".png"), bytes);
    return this;
  }
}
