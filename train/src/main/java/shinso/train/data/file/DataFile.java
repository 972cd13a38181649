package shinso.train.data.file;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import shinso.train.data.DataException;
import shinso.train.file.ReadLimit;

/**
 * Opens files, unpacking those that are gzipped as far as a limit, and says in one line why one
 * can't be read.
 */
final class DataFile {
  /** What is read of a file, which is in memory twice while it becomes an array. */
  static final ReadLimit MEMORY = ReadLimit.ofHeap(3);

  /** What a reader may take that makes something else of it on the way. */
  private static final ReadLimit STREAM = ReadLimit.ofHeap(2);

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
   * @throws DataException if it does not exist, is empty, is damaged, can't be read, or has more
   *     than half of the heap
   */
  static <T> T read(Path file, Reading<T> reading) {
    return read(file, STREAM, reading);
  }

  /**
   * Opens a file, reads it and closes it.
   *
   * @throws DataException if it does not exist, is empty, is damaged, can't be read, or has more
   *     than the limit
   */
  static <T> T read(Path file, ReadLimit limit, Reading<T> reading) {
    try (InputStream in = open(file, limit)) {
      return reading.read(in);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Returns all bytes of a file, unpacked.
   *
   * @throws DataException if it can't be read or has more
   */
  static byte[] readAll(Path file, ReadLimit limit) {
    return read(file, limit, InputStream::readAllBytes);
  }

  private static InputStream open(Path file, ReadLimit limit) throws IOException {
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
      return (first << 8 | second) == GZIP_MAGIC
          ? new Bounded(new GZIPInputStream(in, BUFFER), limit, "unpacks to more than ")
          : new Bounded(in, limit, "has more than ");
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** Parsers between this and {@link #read} pass exceptions of this kind on. */
  private static final class TooLong extends IOException {
    private static final long serialVersionUID = 1;

    TooLong(String message) {
      super(message);
    }
  }

  /** Ends with an error where more comes than is taken. */
  private static final class Bounded extends FilterInputStream {
    private final ReadLimit limit;
    private final String complaint;
    private long count;

    Bounded(InputStream in, ReadLimit limit, String complaint) {
      super(in);
      this.limit = limit;
      this.complaint = complaint;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      int n = super.read(to, from, length);
      count(Math.max(0, n));
      return n;
    }

    private void count(int n) throws TooLong {
      count += n;
      if (count > limit.bytes()) {
        throw new TooLong(complaint + limit.text());
      }
    }
  }

  /**
   * Checks that what a file says it holds can be held.
   *
   * @param claim what that is, such as {@code "its header says 3 x 4 bytes"}
   * @throws DataException if it takes more than {@link #MEMORY}
   */
  static void checkFits(Path file, String claim, long bytes) {
    if (bytes > MEMORY.bytes()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %s, which take %,d bytes; the limit is %s",
              file,
              claim,
              bytes,
              MEMORY.text()));
    }
  }

  static DataException unreadable(Path file, IOException e) {
    String why =
        switch (e) {
          case TooLong _, Utf8Reader.NotText _ -> reason(e);
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
