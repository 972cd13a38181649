package shinso.spark.run;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import shinso.spark.distributed.DistributionException;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;

/** Folders that travel between driver and executors. */
final class FolderZip {
  private FolderZip() {}

  /** Returns the files of a folder, none if there is no such folder. */
  static byte[] pack(Path folder) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!Files.isDirectory(folder)) {
      return bytes.toByteArray();
    }
    try (ZipOutputStream zip = new ZipOutputStream(bytes);
        Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw FileException.reading(folder, e);
    }
    return bytes.toByteArray();
  }

  /**
   * Makes a folder what another one was; {@code last} is written behind all others, so that who
   * sees it sees a whole folder.
   */
  static void unpack(byte[] zip, Path folder, String last) {
    byte[] kept = null;
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      remove(folder);
      Files.createDirectories(folder);
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new DistributionException(
              "an executor sent a file '%s', outside of its run".formatted(entry.getName()));
        }
        if (entry.getName().equals(last)) {
          kept = in.readAllBytes();
        } else {
          Files.createDirectories(Objects.requireNonNull(file.getParent()));
          Files.write(file, in.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
    if (kept != null) {
      AtomicFile.write(folder.resolve(last), kept);
    }
  }

  /** Removes a folder with all that is in it. */
  static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(folder)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
