package shinso.train.data.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.train.data.DataException;

final class TarArchiveTest {
  @TempDir Path folder;

  /** Writes tar archives. */
  static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Writer entry(char type, String name, byte[] content) {
      return entry(type, name, content, String.format(Locale.ROOT, "%011o\0", content.length));
    }

    Writer entry(char type, String name, byte[] content, String size) {
      byte[] header = new byte[512];
      put(header, 0, name);
      put(header, 100, "0000644\0");
      put(header, 124, size);
      header[156] = (byte) type;
      put(header, 257, "ustar\00000");
      put(header, 148, "        ");
      int sum = 0;
      for (byte b : header) {
        sum += b & 0xFF;
      }
      put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
      out.writeBytes(header);
      out.writeBytes(Arrays.copyOf(content, Math.ceilDiv(content.length, 512) * 512));
      return this;
    }

    Writer file(String name, byte[] content) {
      return entry('0', name, content);
    }

    byte[] end() {
      out.writeBytes(new byte[1024]);
      return out.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(bytes, 0, header, at, bytes.length);
    }
  }

  private List<Path> unpack(byte[] tar) throws IOException {
    return TarArchive.unpack("a.tar", new ByteArrayInputStream(tar), folder, 1_000_000);
  }

  private String error(byte[] tar) {
    return assertThrows(DataException.class, () -> unpack(tar)).getMessage();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void filesAreUnpackedWithoutTheirFolders() throws IOException {
    byte[] large = new byte[200_000];
    Arrays.fill(large, (byte) 7);
    byte[] tar =
        new Writer()
            .entry('5', "set/", new byte[0])
            .file("set/one.bin", large)
            .file("set/empty", new byte[0])
            .entry('\0', "set/old", new byte[] {1, 2, 3})
            .file("set/exact", new byte[512])
            .end();
    List<Path> files = unpack(tar);
    assertEquals(List.of("empty", "exact", "old", "one.bin"), names());
    assertEquals(4, files.size());
    assertArrayEquals(large, Files.readAllBytes(folder.resolve("one.bin")));
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(folder.resolve("old")));
    assertEquals(512, Files.size(folder.resolve("exact")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../evil", "set/../../evil", "/etc/evil", "set\\..\\evil", "C:evil", "..", "x/."})
  void namesThatLeadOutAreRefused(String name) throws IOException {
    String message = error(new Writer().file(name, new byte[] {1}).end());
    assertEquals(
        "a.tar: the name '%s' leads out of the folder; the archive is not to be trusted"
            .formatted(name),
        message);
    assertEquals(List.of(), names());
  }

  @Test
  void filesThatClaimTooMuchAreRefused() throws IOException {
    byte[] header = new Writer().entry('0', "huge", new byte[0], "77777777777\0").end();
    assertEquals(
        "a.tar: 'huge' claims 8,589,934,591 bytes, more than the 1,000,000 that all its files may"
            + " have; the archive is not to be trusted",
        error(header));
    byte[] many = new Writer().file("a", new byte[600_000]).file("b", new byte[600_000]).end();
    assertTrue(error(many).startsWith("a.tar: 'b' claims 600,000 bytes, more than "));
    assertEquals(List.of("a"), names());
  }

  @Test
  void linksAreRefused() {
    assertTrue(
        error(new Writer().entry('2', "link", new byte[0]).end())
            .contains("is neither a file nor a folder"));
  }

  @Test
  void archivesThatAreCutOffAreNamed() throws IOException {
    byte[] tar = new Writer().file("a", new byte[1000]).end();
    String expected = "a.tar: the archive is cut off; delete it and get it again";
    assertEquals(expected, error(Arrays.copyOf(tar, 300)));
    assertEquals(expected, error(Arrays.copyOf(tar, 900)));
    assertEquals(expected, error(Arrays.copyOf(tar, 512 + 1010)));
    // Without the blocks of zeros at the end, more files may be missing.
    assertEquals(expected, error(Arrays.copyOf(tar, 512 + 1024)));
    assertEquals(List.of("a"), names());
  }

  @Test
  void whatIsNoArchiveIsNamed() {
    byte[] noise = new byte[2048];
    Arrays.fill(noise, (byte) 'x');
    String expected =
        "a.tar: the archive is damaged, or no tar archive; delete it and get it again";
    assertEquals(expected, error(noise));
    byte[] tar = new Writer().file("a", new byte[10]).end();
    tar[3] = 'z';
    assertEquals(expected, error(tar));
  }
}
