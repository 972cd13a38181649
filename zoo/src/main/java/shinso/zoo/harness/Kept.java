package shinso.zoo.harness;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.file.Safetensors;

/**
 * A value in a safetensors file: a tensor, or a record of tensors, arrays of doubles, numbers,
 * booleans, texts and such records; exact to the bit. A JSON file beside it has its checksum.
 */
final class Kept {
  private static final String VALUE = "value";
  private static final String SHA256 = "sha256";

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();

  private Kept() {}

  /**
   * Returns the value of a file, or makes it and writes the file.
   *
   * @param written whether the file is to be written
   * @throws FileException if the file is damaged or of another kind of value, or can't be written
   */
  static <T> T once(Path file, Class<T> type, Supplier<T> make, boolean written) {
    Path description = file.resolveSibling(file.getFileName() + ".json");
    if (Files.exists(file)) {
      Safetensors.Contents contents = Safetensors.read(file);
      if (Files.exists(description)) {
        check(file, contents.sha256(), checksum(description, file));
      }
      return type.cast(read(file, contents, VALUE, type));
    }
    T value = make.get();
    Kept kept = new Kept();
    Object known = value instanceof Tensor t ? t.evaluate() : value;
    kept.put(VALUE, known);
    if (written) {
      String sha256 = Safetensors.write(file, kept.tensors, kept.texts);
      JsonFile.write(description, Map.of(SHA256, sha256));
    }
    return type.cast(known);
  }

  private static String checksum(Path description, Path file) {
    try {
      return JsonFile.read(description).text(SHA256);
    } catch (FileException e) {
      throw e.orElse("remove it and %s and resume the run to make them anew".formatted(file));
    }
  }

  private static void check(Path file, String found, String written) {
    if (!found.equals(written)) {
      throw new FileException(
          "%s is damaged: its SHA-256 is %s, but was %s when it was written; remove it and resume the run to make it anew"
              .formatted(file, found, written));
    }
  }

  private void put(String name, @Nullable Object value) {
    switch (value) {
      case Tensor t -> tensors.put(name, t.evaluate());
      case double[] a -> tensors.put(name, Tensor.of(a, a.length));
      case Record r -> {
        for (RecordComponent c : r.getClass().getRecordComponents()) {
          put(name + "." + c.getName(), component(r, c));
        }
      }
      case Double d -> texts.put(name, Double.toString(d));
      case Float f -> texts.put(name, Float.toString(f));
      case Integer i -> texts.put(name, Integer.toString(i));
      case Long l -> texts.put(name, Long.toString(l));
      case Boolean b -> texts.put(name, Boolean.toString(b));
      case String s -> texts.put(name, s);
      case null, default ->
          throw new IllegalArgumentException(
              "%s is %s, which can't be kept; use tensors, numbers, texts and records of these"
                  .formatted(name, value == null ? "null" : value.getClass().getName()));
    }
  }

  private static @Nullable Object component(Record record, RecordComponent c) {
    try {
      c.getAccessor().trySetAccessible();
      return c.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalArgumentException("the record " + record.getClass() + " can't be read", e);
    }
  }

  private static Object read(Path file, Safetensors.Contents from, String name, Class<?> type) {
    if (type.isRecord()) {
      RecordComponent[] components = type.getRecordComponents();
      Object[] values =
          Arrays.stream(components)
              .map(c -> read(file, from, name + "." + c.getName(), c.getType()))
              .toArray();
      return construct(type, components, values);
    }
    if (type == Tensor.class || type == double[].class) {
      Tensor t = from.tensors().get(name);
      if (t == null) {
        throw wrong(file, name);
      }
      return type == Tensor.class ? t : t.toDoubleArray();
    }
    String text = from.metadata().get(name);
    if (text == null) {
      throw wrong(file, name);
    }
    try {
      return switch (type.getName()) {
        case "double", "java.lang.Double" -> Double.valueOf(text);
        case "float", "java.lang.Float" -> Float.valueOf(text);
        case "int", "java.lang.Integer" -> Integer.valueOf(text);
        case "long", "java.lang.Long" -> Long.valueOf(text);
        case "boolean", "java.lang.Boolean" -> Boolean.valueOf(text);
        case "java.lang.String" -> text;
        default -> throw wrong(file, name);
      };
    } catch (NumberFormatException e) {
      throw new FileException(file + " is corrupt: '" + name + "' is not a number: " + text, e);
    }
  }

  private static Object construct(Class<?> type, RecordComponent[] components, Object[] values) {
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.trySetAccessible();
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "the record %s can't be made; it must be public in an exported package"
              .formatted(type.getName()),
          e);
    }
  }

  private static FileException wrong(Path file, String name) {
    return new FileException(
        "%s was made by another version: it has no '%s'; remove it to make it anew"
            .formatted(file, name));
  }
}
