package shinso.train.run;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;

/** Packs a run's folder into one file. */
public final class RunArchive {
  private RunArchive() {}

  /**
   * Writes all files of a run into a ZIP file, below the name of its folder, in the order of their
   * names. Symbolic links, locks and what unfinished writes left behind are no part of it.
   *
   * @throws FileException if somebody is at work on the run, the ZIP file would lie in it, a file
   *     can't be read, or the ZIP file can't be written
   */
  public static void write(Path run, Path zip) {
    try {
      Path top = run.toRealPath();
      Path parent = zip.toAbsolutePath().getParent();
      if (parent != null && Files.exists(parent) && parent.toRealPath().startsWith(top)) {
        throw new FileException(
            "%s lies in the run %s, of which it is to be a copy; write it elsewhere"
                .formatted(zip, run));
      }
      try (TrainingFolder.Lock _ = RunLock.take(run)) {
        List<Path> files = files(top);
        AtomicFile.write(
            zip,
            RunRemoval.bytes(top),
            out -> {
              // The channel is closed by its owner.
              ZipOutputStream packed = new ZipOutputStream(Channels.newOutputStream(out));
              for (Path file : files) {
                ZipEntry entry = new ZipEntry(name(top, file));
                entry.setLastModifiedTime(Files.getLastModifiedTime(file));
                packed.putNextEntry(entry);
                Files.copy(file, packed);
                packed.closeEntry();
              }
              packed.finish();
            });
      }
    } catch (IOException e) {
      throw FileException.reading(run, e);
    }
  }

  private static String name(Path top, Path file) {
    StringBuilder name = new StringBuilder(String.valueOf(top.getFileName()));
    top.relativize(file).forEach(part -> name.append('/').append(part));
    return name.toString();
  }

  private static List<Path> files(Path top) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            boolean passing = name.equals(".lock") || name.matches("\\..*\\.tmp");
            if (attributes.isRegularFile() && !passing) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(Comparator.comparing(file -> name(top, file)));
    return files;
  }
}
