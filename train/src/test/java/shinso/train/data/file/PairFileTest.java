package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.data.DataException;
import shinso.train.data.text.TextPairs;
import shinso.train.data.text.TextPairs.Pair;

class PairFileTest {
  @TempDir private Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("pairs.tsv"), bytes);
  }

  private Path file(String text) throws IOException {
    return file(text.getBytes(StandardCharsets.UTF_8));
  }

  private String error(Path file) {
    String message = assertThrows(DataException.class, () -> PairFile.read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message.substring(file.toString().length());
  }

  @Test
  void aLineIsAPair() throws IOException {
    TextPairs pairs = PairFile.read(file("\uFEFFgo .\t行 け 。\r\n\n a  b \t𝒙\r\n"));
    List<Pair> expected = List.of(new Pair("go .", "行 け 。"), new Pair("a  b", "𝒙"));
    assertEquals(expected, TextPairs.pairs(pairs));
    assertEquals(expected.subList(1, 2), TextPairs.pairs(pairs.subset(new int[] {1})));
    assertEquals(List.of(4, 5), pairs.fields().stream().map(f -> f.shape().dim(0)).toList());
  }

  @Test
  void aGzippedFileIsUnpacked() throws IOException {
    Path file = folder.resolve("pairs.tsv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("a\tb".getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(List.of(new Pair("a", "b")), TextPairs.pairs(PairFile.read(file)));
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() throws IOException {
    assertEquals(
        ", line 2: has no tab; a line is a text, a tab, and another text, not 'c d'",
        error(file("a\tb\nc d\n")));
    assertEquals(
        ", line 1: has 2 tabs; a line is a text, one tab, and another text: leave further columns"
            + " out",
        error(file("a\tb\tCC-BY\n")));
    assertEquals(
        ", line 3: the second text is empty; fill it in or leave the line out",
        error(file("a\tb\nc\td\ne\t \n")));
    assertEquals(
        ", line 1: the first text is empty; fill it in or leave the line out", error(file("\tb")));
    assertEquals(
        ", line 2: the first text has 2,001 characters; the limit is 2,000: cut it into sentences",
        error(file("a\tb\n" + "x".repeat(2_001) + "\ty")));
    assertEquals(": has no text, only white space; give another file", error(file("\n\r\n")));
    assertTrue(
        error(file("a\tb\nçà\tb".getBytes(StandardCharsets.ISO_8859_1))).contains("in line 2"));
    assertTrue(error(file("a\tb\n".getBytes(StandardCharsets.UTF_16))).contains("UTF-16"));
    assertEquals(": is empty (0 bytes); download or copy it again", error(file("")));
    assertEquals(": does not exist; is the path right?", error(folder.resolve("none")));
  }
}
