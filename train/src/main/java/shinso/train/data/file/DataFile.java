package shinso.train.data.file;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import shinso.train.data.DataException;

/** Opens files, unpacking those that are gzipped, and says in one line why one can't be read. */
final class DataFile {
  private static final int GZIP_MAGIC = 0x1F8B;
  private static final int BUFFER = 1 << 16;

  private DataFile() {}

  /** What is done with an open file. */
  interface Reading<T> {
    T read(InputStream in) throws IOException;
  }

  /**
   * Opens a file, reads it and closes it.
   *
   * @throws DataException if it does not exist, is empty, is damaged or can't be read
   */
  static <T> T read(Path file, Reading<T> reading) {
    try (InputStream in = open(file)) {
      return reading.read(in);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Returns all bytes of a file, unpacked. */
  static byte[] readAll(Path file) {
    return read(file, InputStream::readAllBytes);
  }

  private static InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new DataException(file + ": is a folder, not a file; give a file in it");
    }
    InputStream raw = Files.newInputStream(file);
    try {
      BufferedInputStream in = new BufferedInputStream(raw, BUFFER);
      in.mark(2);
      int first = in.read();
      int second = in.read();
      in.reset();
      if (first < 0) {
        throw new DataException(file + ": is empty (0 bytes); download or copy it again");
      }
      return (first << 8 | second) == GZIP_MAGIC ? new GZIPInputStream(in, BUFFER) : in;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  static DataException unreadable(Path file, IOException e) {
    String why =
        switch (e) {
          case NoSuchFileException _ -> "does not exist; is the path right?";
          case AccessDeniedException _ -> "may not be read; change its permissions";
          case EOFException _ -> "is cut off; download or copy it again";
          case ZipException _ -> "is damaged (%s); download or copy it again".formatted(reason(e));
          case CharacterCodingException _ -> "is not UTF-8 text; convert it to UTF-8";
          default -> "can't be read: " + reason(e);
        };
    return new DataException(file + ": " + why, e);
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
