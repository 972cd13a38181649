package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.data.DataException;
import shinso.train.file.ReadLimit;

/** How much of a file is taken. */
final class DataFileTest {
  private static final ReadLimit LIMIT = new ReadLimit(1000, "since this is a test; do nothing");

  @TempDir Path folder;

  private Path file(byte[] content) {
    return Bytes.write(folder.resolve("file"), content);
  }

  private static String error(Path file, ReadLimit limit) {
    return assertThrows(DataException.class, () -> DataFile.readAll(file, limit)).getMessage();
  }

  @Test
  void aFileOfTheLimitIsRead() {
    byte[] content = new byte[1000];
    content[999] = 7;
    assertArrayEquals(content, DataFile.readAll(file(content), LIMIT));
    assertArrayEquals(content, DataFile.readAll(file(Bytes.gzip(content)), LIMIT));
  }

  @Test
  void moreIsAnErrorThatSaysHowMuch() {
    Path plain = file(new byte[1001]);
    assertEquals(
        plain + ": has more than 1,000 bytes, since this is a test; do nothing",
        error(plain, LIMIT));
    assertEquals(
        plain + ": has more than 300 bytes, since this is a test; do nothing",
        error(plain, LIMIT.without(700)));
    assertEquals(
        plain + ": has more than 0 bytes, since this is a test; do nothing",
        error(plain, LIMIT.without(5000)));
  }

  @Test
  void whatUnpacksToMoreIsLeftAtTheLimit() {
    // A gzip file may have parts: 3 GB in 3 MB.
    byte[] part = Bytes.gzip(new byte[100_000_000]);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 30; i++) {
      all.writeBytes(part);
    }
    Path bomb = file(all.toByteArray());
    assertEquals(
        bomb + ": unpacks to more than 1,000 bytes, since this is a test; do nothing",
        error(bomb, LIMIT));
    assertEquals(
        bomb
            + ": unpacks to more than 268,435,456 bytes, the most that is read of a picture; is it"
            + " the right file?",
        assertThrows(DataException.class, () -> ImageFile.read(bomb)).getMessage());
  }

  @Test
  void parsersHearOfItAsOfOtherFailuresToRead() {
    // They wrap other exceptions in their own.
    Path file = file(new byte[1001]);
    IOException e =
        DataFile.read(file, LIMIT, in -> assertThrows(IOException.class, in::readAllBytes));
    assertEquals("has more than 1,000 bytes, since this is a test; do nothing", e.getMessage());
  }
}
