package shinso.train.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How many bytes of a file are taken into memory. A file that is damaged, hostile or the wrong one
 * may claim any number, or unpack to it.
 *
 * @param bytes the most that are taken
 * @param reason why no more are, and the way out: the end of a message
 */
public record ReadLimit(long bytes, String reason) {
  /** Returns a part of the heap: a half, a third, … */
  public static ReadLimit ofHeap(int part) {
    long heap = Runtime.getRuntime().maxMemory();
    return new ReadLimit(
        heap / part,
        "the most that fits into a heap of %s; give it more, such as SHINSO_JAVA_OPTS=-Xmx8g"
            .formatted(AtomicFile.bytes(heap)));
  }

  /** Returns what is left of this when some has been read. */
  public ReadLimit without(long read) {
    return new ReadLimit(Math.max(0, bytes - read), reason);
  }

  /** Returns the end of a message about something larger: the limit in numbers, and the reason. */
  public String text() {
    return String.format(Locale.ROOT, "%,d bytes, %s", bytes, reason);
  }

  /**
   * Reads a whole text in UTF-8.
   *
   * @throws FileException if it is larger
   * @throws IOException if it can't be read or is not in UTF-8
   */
  public String readText(Path file) throws IOException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(readAll(file))).toString();
  }

  /**
   * Reads a whole file.
   *
   * @throws FileException if it is larger
   * @throws IOException if it can't be read
   */
  public byte[] readAll(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes((int) Math.min(bytes + 1, Integer.MAX_VALUE - 8));
      if (content.length > bytes) {
        throw new FileException(file + " has more than " + text());
      }
      return content;
    }
  }
}
