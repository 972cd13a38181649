package shinso.zoo.harness;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.run.RunFolder;

/**
 * By what a run knows the user's data again.
 *
 * @param sha256 of all examples of all parts, as they are trained on
 * @param notes what was said about the data
 */
record Origin(String sha256, List<String> notes) {
  private static final String FILE = "origin.json";

  /** Writes what a run has to know of its data. */
  static void write(RunFolder folder, OwnSource.Reading reading) {
    Path data = folder.folder("data");
    reading.files().forEach((name, file) -> file.accept(data.resolve(name)));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sha256", sha256(reading.data()));
    fields.put("notes", reading.notes());
    JsonFile.write(data.resolve(FILE), fields);
  }

  static Origin read(RunFolder folder) {
    try {
      JsonFile json = JsonFile.read(folder.file("data").resolve(FILE));
      return new Origin(
          json.text("sha256"), json.list("notes").stream().map(String::valueOf).toList());
    } catch (FileException e) {
      throw e.orElse("put it back, or train again: shinso runs repeat " + folder.path());
    }
  }

  /**
   * Returns the data of a run, if it is what it was.
   *
   * @throws DataException if it is not there any more, or other data
   */
  static Split load(RunFolder folder, String recipe, OwnSource source) {
    String remedy =
        "shinso train %s %s --resume %s".formatted(recipe, "PLACE", folder.path().toAbsolutePath());
    if (!Files.exists(source.place())) {
      throw new DataException(
          "%s: is not there any more, and the run %s needs it to go on; put it back, or say where it"
                  .formatted(source.place(), folder.path())
              + " is now: "
              + remedy);
    }
    Split data = source.load();
    if (!sha256(data).equals(read(folder).sha256())) {
      throw new DataException(
          "%s: has other examples than when the run %s was started; put the old ones back, or train"
                  .formatted(source.place(), folder.path())
              + " anew: shinso train %s %s".formatted(recipe, source.place()));
    }
    return data;
  }

  private static String sha256(Split data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Dataset part : List.of(data.train(), data.validation(), data.test())) {
        add(digest, part.fields() + " " + part.classNames() + " " + part.size());
        for (int from = 0; from < part.size(); from += Dataset.CHUNK) {
          int to = Math.min(from + Dataset.CHUNK, part.size());
          part.batch(IntStream.range(from, to).toArray()).forEach(t -> add(digest, t));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void add(MessageDigest digest, Tensor values) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, values.shape().size()));
    if (values.dtype() == DType.I32) {
      bytes.asIntBuffer().put(values.toIntArray());
    } else {
      bytes.asFloatBuffer().put(values.toFloatArray());
    }
    digest.update(bytes);
  }
}
