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
    JsonFile json = JsonFile.read(file);
    return new Split(
        part(json, "train", once, Split::train),
        part(json, "validation", once, Split::validation),
        part(json, "test", once, Split::test));
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
    try {
      Map<?, ?> part = (Map<?, ?>) json.fields().get(name);
      List<Field> fields =
          ((List<?>) part.get("fields")).stream().map(f -> field((Map<?, ?>) f)).toList();
      List<String> classes =
          ((List<?>) part.get("classNames")).stream().map(String::valueOf).toList();
      return new Remembered(
          ((Number) part.get("size")).intValue(),
          fields,
          classes,
          String.valueOf(part.get("description")),
          () -> choice.apply(load.get()));
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new FileException(json.file() + " is corrupt: it describes no '" + name + "'", e);
    }
  }

  private static Field field(Map<?, ?> texts) {
    int[] dims =
        ((List<?>) texts.get("shape")).stream().mapToInt(d -> ((Number) d).intValue()).toArray();
    return new Field(
        String.valueOf(texts.get("name")),
        Shape.of(dims),
        DType.valueOf(String.valueOf(texts.get("type"))));
  }

  /** A value that is made at the first call. */
  private static final class Once<T> implements Supplier<T> {
    private final Supplier<T> make;
    private volatile @org.jspecify.annotations.Nullable T value;

    Once(Supplier<T> make) {
      this.make = make;
    }

    @Override
    public T get() {
      T known = value;
      if (known == null) {
        synchronized (this) {
          known = value;
          if (known == null) {
            known = make.get();
            value = known;
          }
        }
      }
      return known;
    }
  }
}
