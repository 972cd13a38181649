package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.report.Section;

/** The parts of a run's report, those that were drawn once in a folder of their own. */
final class Sections {
  private final Path folder;
  private final List<Section> all = new ArrayList<>();

  Sections(Path folder) {
    this.folder = folder;
  }

  void add(List<Section> sections) {
    all.addAll(sections);
  }

  void add(String name, Supplier<List<Section>> make, boolean kept) {
    Path file = folder.resolve(name + ".json");
    if (Files.exists(file)) {
      all.addAll(read(JsonFile.read(file)));
      return;
    }
    List<Section> sections = make.get();
    all.addAll(sections);
    if (kept) {
      JsonFile.write(
          file, Map.of("sections", sections.stream().map(Sections::fields).toList()));
    }
  }

  private static Map<String, Object> fields(Section section) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("title", section.title());
    fields.put("html", section.html());
    Map<String, Object> files = new LinkedHashMap<>();
    section
        .files()
        .forEach((name, bytes) ->
            files.put(name, java.util.Base64.getEncoder().encodeToString(bytes)));
    fields.put("files", files);
    return fields;
  }

  private static List<Section> read(JsonFile json) {
    try {
      List<?> list = (List<?>) json.fields().get("sections");
      List<Section> sections = new ArrayList<>();
      for (Object entry : list) {
        Map<?, ?> fields = (Map<?, ?>) entry;
        Map<String, byte[]> files = new LinkedHashMap<>();
        ((Map<?, ?>) fields.get("files"))
            .forEach((name, text) ->
                files.put(
                    String.valueOf(name),
                    java.util.Base64.getDecoder().decode(String.valueOf(text))));
        sections.add(
            new Section(
                String.valueOf(fields.get("title")), String.valueOf(fields.get("html")), files));
      }
      return sections;
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new FileException(json.file() + " is corrupt: it holds no sections", e);
    }
  }

  List<Section> all() {
    return all;
  }
}
