package shinso.train.data.file;

import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The text of a file in UTF-8. What is in another encoding, or is no text, ends with an error at
 * the place where that shows.
 */
final class Utf8Reader extends FilterReader {
  /** What is read is not a text in UTF-8; the message says why, and the way out. */
  static final class NotText extends IOException {
    private static final long serialVersionUID = 1;

    private NotText(String message) {
      super(message);
    }

    static NotText utf16() {
      return new NotText("is UTF-16 text, by its first two bytes; convert it to UTF-8");
    }

    /** Texts in UTF-16 without a mark are UTF-8, too, with a zero beside each letter. */
    static NotText zero(long line) {
      return new NotText(
          String.format(
              Locale.ROOT,
              "has a zero byte in line %,d, which no text has; if it is UTF-16, convert it to UTF-8,"
                  + " else correct it or give another file",
              line));
    }
  }

  private long line = 1;

  private Utf8Reader(Reader text) {
    super(text);
  }

  /**
   * Returns the text of an open file.
   *
   * @throws NotText if it begins with the byte order mark of UTF-16
   */
  static Utf8Reader of(InputStream in) throws IOException {
    PushbackInputStream bytes = new PushbackInputStream(in, 2);
    byte[] first = bytes.readNBytes(2);
    if (isUtf16(first)) {
      throw NotText.utf16();
    }
    bytes.unread(first);
    // The usual decoder would put question marks in place of what it can't decode.
    return new Utf8Reader(
        new InputStreamReader(
            bytes,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)));
  }

  /** Returns whether a file begins with the byte order mark of UTF-16. */
  static boolean isUtf16(byte[] content) {
    if (content.length < 2) {
      return false;
    }
    int mark = (content[0] & 0xFF) << 8 | (content[1] & 0xFF);
    return mark == 0xFEFF || mark == 0xFFFE;
  }

  @Override
  public int read() throws IOException {
    int c = super.read();
    if (c >= 0) {
      check((char) c);
    }
    return c;
  }

  @Override
  public int read(char[] to, int from, int length) throws IOException {
    int n = super.read(to, from, length);
    for (int i = from; i < from + n; i++) {
      check(to[i]);
    }
    return n;
  }

  private void check(char c) throws NotText {
    if (c == 0) {
      throw NotText.zero(line);
    }
    line += c == '\n' ? 1 : 0;
  }
}
