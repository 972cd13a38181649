package shinso.train.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object in a file, for people as much as for programs: indented, in the given order.
 *
 * @param file where it was read, for messages
 * @param fields texts, numbers, booleans, nulls, lists and maps of these
 */
public record JsonFile(Path file, Map<String, Object> fields) {
  /** A tree of objects takes several times the space of its text. */
  private static final ReadLimit LIMIT = ReadLimit.ofHeap(16);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Writes an object of texts, numbers, booleans, nulls, lists and maps.
   *
   * @throws FileException if that fails; the file is as it was
   */
  public static void write(Path file, Map<String, ?> fields) {
    AtomicFile.write(file, written(fields));
  }

  /** Returns an object of texts, numbers, booleans, nulls, lists and maps as it is written. */
  public static String written(Map<String, ?> fields) {
    String text = JSON.writeValueAsString(fields) + "\n";
    return text.replace(System.lineSeparator(), "\n");
  }

  /**
   * Reads an object.
   *
   * @throws FileException if the file can't be read, is too large or isn't one JSON object
   */
  public static JsonFile read(Path file) {
    try {
      return of(file, new String(LIMIT.readAll(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }

  /**
   * Returns the object that a text is.
   *
   * @param file where it comes from, for messages
   * @throws FileException if the text isn't one JSON object
   */
  public static JsonFile of(Path file, String text) {
    try {
      Map<String, Object> fields =
          JSON.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
      if (fields == null) {
        throw new FileException(file + " is corrupt: it is not a JSON object");
      }
      return new JsonFile(file, fields);
    } catch (JacksonException e) {
      throw new FileException(file + " is corrupt: it is not a valid JSON object", e);
    }
  }

  /**
   * Returns a text.
   *
   * @throws FileException if there is none of this name
   */
  public String text(String name) {
    if (fields.get(name) instanceof String s) {
      return s;
    }
    throw wrong(name, "a text");
  }

  /**
   * Returns an integer.
   *
   * @throws FileException if there is none of this name
   */
  public long integer(String name) {
    Object value = fields.get(name);
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wrong(name, "an integer");
  }

  /**
   * Returns an object's texts; other values become texts.
   *
   * @throws FileException if there is no object of this name
   */
  public Map<String, String> texts(String name) {
    if (!(fields.get(name) instanceof Map<?, ?> map)) {
      throw wrong(name, "an object");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    map.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
    return texts;
  }

  /**
   * Returns an object in the object.
   *
   * @throws FileException if there is none of this name
   */
  public JsonFile object(String name) {
    if (fields.get(name) instanceof Map<?, ?> map) {
      return new JsonFile(file, named(map));
    }
    throw wrong(name, "an object");
  }

  /**
   * Returns a list of objects.
   *
   * @throws FileException if there is none of this name
   */
  public List<JsonFile> objects(String name) {
    List<JsonFile> objects = new ArrayList<>();
    for (Object entry : list(name)) {
      if (!(entry instanceof Map<?, ?> map)) {
        throw wrong(name, "a list of objects");
      }
      objects.add(new JsonFile(file, named(map)));
    }
    return objects;
  }

  /**
   * Returns a list.
   *
   * @throws FileException if there is none of this name
   */
  public List<?> list(String name) {
    if (fields.get(name) instanceof List<?> list) {
      return list;
    }
    throw wrong(name, "a list");
  }

  private static Map<String, Object> named(Map<?, ?> map) {
    Map<String, Object> named = new LinkedHashMap<>();
    map.forEach((key, value) -> named.put(String.valueOf(key), value));
    return named;
  }

  private FileException wrong(String name, String expected) {
    return new FileException(file + " is corrupt: '" + name + "' is missing or not " + expected);
  }
}
