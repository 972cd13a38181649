package shinso.train.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.write(file, "one");
    AtomicFile.write(file, "zwölf");
    assertEquals("zwölf", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void fullDiskLeavesTheOldFileAndSaysWhatIsMissing() throws IOException {
    Path file = folder.resolve("model.safetensors");
    AtomicFile.write(file, "old");
    for (int room : new int[] {0, 1, 999, 1000, 1999}) {
      FileException e =
          assertThrows(
              FileException.class,
              () ->
                  AtomicFile.write(
                      file,
                      2000,
                      out -> {
                        out.write(ByteBuffer.allocate(1000));
                        out.write(ByteBuffer.allocate(1000));
                      },
                      channel -> new SmallDisk(channel, room)));
      String message = e.getMessage();
      assertTrue(
          message.startsWith(
              "can't write " + file + ": No space left on device (2.0 kB are needed, "),
          message);
      assertTrue(message.endsWith(" are free)"), message);
      assertEquals(1, message.lines().count());
      assertEquals("old", Files.readString(file));
      assertEquals(List.of("model.safetensors"), names());
    }
    AtomicFile.write(
        file,
        3,
        out -> out.write(ByteBuffer.wrap(new byte[] {'n', 'e', 'w'})),
        channel -> new SmallDisk(channel, 3));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void contentThatFailsLeavesNothing() throws IOException {
    Path file = folder.resolve("x");
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                file,
                10,
                out -> {
                  out.write(ByteBuffer.allocate(5));
                  throw new IllegalStateException("no more");
                }));
    assertEquals(List.of(), names());
  }

  @Test
  void missingFolderIsNamed() {
    Path file = folder.resolve("no").resolve("x");
    FileException e = assertThrows(FileException.class, () -> AtomicFile.write(file, "x"));
    assertEquals(
        "can't write " + file + ": the folder " + file.getParent() + " doesn't exist",
        e.getMessage());
  }

  @Test
  void leftoversOfKilledWritesAreRemovedAndNothingElse() throws IOException {
    Files.writeString(folder.resolve(".model.safetensors.tmp"), "half");
    Files.writeString(folder.resolve("notes.tmp"), "mine");
    AtomicFile.removeLeftovers(folder);
    assertEquals(List.of("notes.tmp"), names());
    assertFalse(Files.exists(folder.resolve(".model.safetensors.tmp")));
  }

  @Test
  void sizesForPeople() {
    assertEquals("0 bytes", AtomicFile.bytes(0));
    assertEquals("999 bytes", AtomicFile.bytes(999));
    assertEquals("1.0 kB", AtomicFile.bytes(1000));
    assertEquals("1.0 MB", AtomicFile.bytes(999_960));
    assertEquals("5.1 MB", AtomicFile.bytes(5_123_456));
    assertEquals("12.0 GB", AtomicFile.bytes(12_000_000_000L));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /**
   * A disk with room for so many bytes, which writes what fits before it fails, as real ones do.
   */
  private static final class SmallDisk implements WritableByteChannel {
    private final WritableByteChannel file;
    private int room;

    SmallDisk(WritableByteChannel file, int room) {
      this.file = file;
      this.room = room;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int fits = Math.min(room, source.remaining());
      boolean full = fits < source.remaining();
      file.write(source.slice(source.position(), fits));
      room -= fits;
      if (full) {
        throw new IOException("No space left on device");
      }
      source.position(source.limit());
      return fits;
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
