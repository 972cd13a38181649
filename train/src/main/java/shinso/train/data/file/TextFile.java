package shinso.train.data.file;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import shinso.train.data.DataException;
import shinso.train.file.ReadLimit;

/** Texts in UTF-8, plain or gzipped. */
public final class TextFile {
  /** Of a heap: the bytes, the text, and what is made of it. */
  private static final ReadLimit MEMORY = ReadLimit.ofHeap(8);

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private TextFile() {}

  /**
   * Reads a text. Each line ends with {@code \n}, whatever it ends with in the file; a byte order
   * mark at the beginning is left out.
   *
   * @throws DataException if the file does not exist, is empty, is too large for the heap, is not
   *     UTF-8, or has a zero byte; the message names the first byte that is wrong
   */
  public static String read(Path file) {
    byte[] bytes = DataFile.readAll(file, MEMORY);
    if (Utf8Reader.isUtf16(bytes)) {
      throw DataFile.unreadable(file, Utf8Reader.NotText.utf16());
    }
    String text = decode(file, bytes);
    int zero = text.indexOf(0);
    if (zero >= 0) {
      throw DataFile.unreadable(file, Utf8Reader.NotText.zero(1 + lines(text, zero)));
    }
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    if (text.isBlank()) {
      throw new DataException(file + ": has no text, only white space; give another file");
    }
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }

  private static String decode(Path file, byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      int at = in.position();
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: is not UTF-8 text: the byte 0x%02X at offset %,d, in line %,d, begins no"
                  + " character; convert the file to UTF-8",
              file,
              bytes[at] & 0xFF,
              at,
              1 + lines(bytes, at)));
    }
    return out.flip().toString();
  }

  private static long lines(String text, int end) {
    return text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  private static int lines(byte[] bytes, int end) {
    int lines = 0;
    for (int i = 0; i < end; i++) {
      lines += bytes[i] == '\n' ? 1 : 0;
    }
    return lines;
  }
}
