package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
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

  /** Adds parts that are made, or were made before; returns them. */
  List<Section> add(String name, Supplier<List<Section>> make, boolean kept) {
    Path file = folder.resolve(name + ".json");
    if (Files.exists(file)) {
      List<Section> sections = read(file);
      all.addAll(sections);
      return sections;
    }
    List<Section> sections = make.get();
    all.addAll(sections);
    if (kept) {
      JsonFile.write(file, Map.of("sections", sections.stream().map(Sections::fields).toList()));
    }
    return sections;
  }

  private static Map<String, Object> fields(Section section) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("title", section.title());
    fields.put("html", section.html());
    Map<String, Object> files = new LinkedHashMap<>();
    section
        .files()
        .forEach((name, bytes) -> files.put(name, Base64.getEncoder().encodeToString(bytes)));
    fields.put("files", files);
    return fields;
  }

  private List<Section> read(Path file) {
    try {
      return parsed(JsonFile.read(file));
    } catch (FileException e) {
      throw e.orElse(
          "put it back, or remove it and draw it anew: shinso report " + folder.getParent());
    }
  }

  private static List<Section> parsed(JsonFile json) {
    List<Section> sections = new ArrayList<>();
    for (JsonFile section : json.objects("sections")) {
      Map<String, byte[]> files = new LinkedHashMap<>();
      section.texts("files").forEach((name, text) -> files.put(name, decoded(json, text)));
      sections.add(new Section(section.text("title"), section.text("html"), files));
    }
    return sections;
  }

  private static byte[] decoded(JsonFile json, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new FileException(json.file() + " is corrupt: a picture is not in base 64", e);
    }
  }

  List<Section> all() {
    return all;
  }
}
