package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;

/**
 * A part of a data set as a run's folder remembers it: its size and fields. The examples are loaded
 * when they are asked for, so that a run whose stages have finished needs none.
 */
record Remembered(
    int size,
    List<Field> fields,
    List<String> classNames,
    String description,
    Supplier<Dataset> examples)
    implements Dataset {

  @Override
  public List<Tensor> batch(int[] indices) {
    return examples.get().batch(indices);
  }

  @Override
  public int[] labels() {
    return examples.get().labels();
  }

  /**
   * Returns a split that is loaded when its examples are asked for.
   *
   * @param file remembers it; made from the loaded split if it isn't there yet
   * @throws FileException if the file is corrupt
   */
  static Split split(Path file, Supplier<Split> load) {
    Supplier<Split> once = new Once<>(load);
    if (!Files.exists(file)) {
      Split s = once.get();
      Map<String, Object> parts = new LinkedHashMap<>();
      parts.put("train", describe(s.train()));
      parts.put("validation", describe(s.validation()));
      parts.put("test", describe(s.test()));
      JsonFile.write(file, parts);
    }
    try {
      JsonFile json = JsonFile.read(file);
      return new Split(
          part(json, "train", once, Split::train),
          part(json, "validation", once, Split::validation),
          part(json, "test", once, Split::test));
    } catch (FileException e) {
      throw e.orElse("put it back, or remove it: it is made anew from the data");
    }
  }

  private static Map<String, Object> describe(Dataset data) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("description", data.description());
    part.put("size", data.size());
    part.put("classNames", data.classNames());
    part.put("fields", data.fields().stream().map(Remembered::describe).toList());
    return part;
  }

  private static Map<String, Object> describe(Field field) {
    Map<String, Object> texts = new LinkedHashMap<>();
    texts.put("name", field.name());
    texts.put("type", field.dtype().name());
    texts.put("shape", field.shape().dims());
    return texts;
  }

  private static Dataset part(
      JsonFile json, String name, Supplier<Split> load, Function<Split, Dataset> choice) {
    JsonFile part = json.object(name);
    return new Remembered(
        Math.toIntExact(part.integer("size")),
        part.objects("fields").stream().map(Remembered::field).toList(),
        part.list("classNames").stream().map(String::valueOf).toList(),
        part.text("description"),
        () -> choice.apply(load.get()));
  }

  private static Field field(JsonFile field) {
    try {
      int[] dims =
          field.list("shape").stream().mapToInt(d -> Integer.parseInt(String.valueOf(d))).toArray();
      return new Field(field.text("name"), Shape.of(dims), DType.valueOf(field.text("type")));
    } catch (IllegalArgumentException e) {
      throw new FileException(field.file() + " is corrupt: it describes no field", e);
    }
  }
}
