package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.data.DataException;

final class TextFileTest {
  @TempDir private Path folder;

  private Path file(byte... bytes) throws IOException {
    return Files.write(folder.resolve("text.txt"), bytes);
  }

  private String message(Path file) {
    String message = assertThrows(DataException.class, () -> TextFile.read(file)).getMessage();
    return message.replace(file.toString(), "FILE");
  }

  @Test
  void linesEndAlikeAndAMarkOfTheByteOrderIsNoText() throws IOException {
    byte[] text = "\uFEFFfür\r\n日本\r𝄞\n".getBytes(StandardCharsets.UTF_8);
    assertEquals("für\n日本\n𝄞\n", TextFile.read(file(text)));
  }

  @Test
  void gzippedTextIsUnpacked() throws IOException {
    Path file = folder.resolve("text.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("hello\n".getBytes(StandardCharsets.UTF_8));
    }
    assertEquals("hello\n", TextFile.read(file));
  }

  /** The first byte that is wrong is named, also where a character is cut off at the end. */
  @Test
  void whatIsNotUtf8SaysWhere() throws IOException {
    assertEquals(
        "FILE: is not UTF-8 text: the byte 0xFC at offset 4, in line 2, begins no character;"
            + " convert the file to UTF-8",
        message(file((byte) 'a', (byte) 'b', (byte) '\n', (byte) 'f', (byte) 0xFC, (byte) 'r')));
    assertEquals(
        "FILE: is not UTF-8 text: the byte 0xE6 at offset 1, in line 1, begins no character;"
            + " convert the file to UTF-8",
        message(file((byte) 'a', (byte) 0xE6, (byte) 0x97)));
    assertEquals(
        "FILE: is UTF-16 text, by its first two bytes; convert it to UTF-8",
        message(file((byte) 0xFF, (byte) 0xFE, (byte) 'a', (byte) 0)));
  }

  /** UTF-16 without a mark is UTF-8 with a zero beside each letter. */
  @Test
  void aZeroByteIsNoText() throws IOException {
    String advice =
        ", which no text has; if it is UTF-16, convert it to UTF-8, else correct it or give another"
            + " file";
    assertEquals(
        "FILE: has a zero byte in line 1" + advice,
        message(file("ab\ncd\n".getBytes(StandardCharsets.UTF_16LE))));
    assertEquals(
        "FILE: has a zero byte in line 3" + advice,
        message(file("ä\r\nb\nc\0d\n".getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void nothingIsAnError() throws IOException {
    assertEquals("FILE: is empty (0 bytes); download or copy it again", message(file()));
    assertEquals(
        "FILE: has no text, only white space; give another file",
        message(file((byte) ' ', (byte) '\n')));
    assertEquals(
        "FILE: does not exist; is the path right?", message(folder.resolve("missing.txt")));
  }
}
