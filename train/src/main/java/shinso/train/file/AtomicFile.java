package shinso.train.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Writes files that are complete as soon as they are visible: to {@code .<name>.tmp} in the same
 * folder, synced, renamed over the target, the folder synced. Whoever opens the target sees the old
 * content or the new one, also after a power failure.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What is to be written. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to a channel that takes each buffer as a whole. */
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /**
   * Writes bytes.
   *
   * @throws FileException if that fails, say because the disk is full; the target is as it was
   */
  public static void write(Path target, byte[] bytes) {
    write(target, bytes.length, out -> out.write(ByteBuffer.wrap(bytes)));
  }

  /**
   * Writes text in UTF-8.
   *
   * @throws FileException if that fails, say because the disk is full; the target is as it was
   */
  public static void write(Path target, String text) {
    write(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes content that is made while it is written.
   *
   * @param size how many bytes it will be, for the message if they don't fit
   * @throws FileException if that fails, say because the disk is full; the target is as it was
   */
  public static void write(Path target, long size, Content content) {
    write(target, size, content, UnaryOperator.identity());
  }

  /** The same through a channel around the file's own: how tests come by a full disk. */
  static void write(
      Path target, long size, Content content, UnaryOperator<WritableByteChannel> through) {
    Path file = target.toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null || file.getFileName() == null) {
      throw new FileException("can't write " + target + ": it is not the name of a file");
    }
    Path temporary = folder.resolve("." + file.getFileName() + ".tmp");
    boolean done = false;
    try {
      try (FileChannel channel = open(temporary)) {
        content.writeTo(through.apply(new Whole(channel)));
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      done = true;
    } catch (IOException e) {
      delete(temporary);
      throw failed(file, size, folder, e);
    } finally {
      if (!done) {
        delete(temporary);
      }
    }
    sync(folder);
  }

  /** Removes what writes that were killed have left behind in a folder. */
  public static void removeLeftovers(Path folder) {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, ".*.tmp")) {
      leftovers.forEach(AtomicFile::delete);
    } catch (IOException e) {
      throw FileException.reading(folder, e);
    }
  }

  private static FileChannel open(Path temporary) throws IOException {
    return FileChannel.open(
        temporary,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  private static FileException failed(Path file, long size, Path folder, IOException cause) {
    if (!Files.isDirectory(folder)) {
      return new FileException(
          "can't write " + file + ": the folder " + folder + " doesn't exist", cause);
    }
    if (Files.isDirectory(file)) {
      return new FileException("can't write " + file + ": it is a folder", cause);
    }
    String space = bytes(size) + " are needed";
    try {
      space += ", " + bytes(Files.getFileStore(folder).getUsableSpace()) + " are free";
    } catch (IOException unknown) {
      cause.addSuppressed(unknown);
    }
    return new FileException(
        "can't write " + file + ": " + FileException.reason(cause) + " (" + space + ")", cause);
  }

  /** Makes the rename durable, where the system can do that; Windows can't open folders. */
  private static void sync(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The file is complete under its name; only how soon that survives a power failure is open.
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A leftover does no harm: it is overwritten by the next write of the same file.
    }
  }

  /** Returns a size for people, such as {@code 5.1 MB}. */
  public static String bytes(long n) {
    if (n < 1000) {
      return n + " bytes";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double value = n / 1000.0;
    int unit = 0;
    while (value >= 999.95 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  /** A file that takes each buffer as a whole, which channels don't promise. */
  private record Whole(FileChannel file) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer source) throws IOException {
      int count = source.remaining();
      while (source.hasRemaining()) {
        file.write(source);
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
