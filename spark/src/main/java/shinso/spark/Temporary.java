package shinso.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import shinso.train.file.FileException;

/** Files that live for a moment. */
final class Temporary {
  private Temporary() {}

  static Path file(byte[] content, String suffix) {
    Path file = Path.of(System.getProperty("java.io.tmpdir", "."));
    try {
      file = Files.createTempFile("shinso", suffix);
      return Files.write(file, content);
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
  }
}
