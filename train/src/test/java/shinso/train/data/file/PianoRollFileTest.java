package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.UserException;
import shinso.train.data.DataException;
import shinso.train.data.Sequences;
import shinso.train.data.Split;

final class PianoRollFileTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("music"), text);
  }

  /** Returns the MIDI notes of a step. */
  private static int[] notes(Sequences pieces, int piece, int step) {
    float[] roll = pieces.batch(new int[] {piece}).getFirst().at(0, 0).at(0, step).toFloatArray();
    return IntStream.range(0, 88).filter(i -> roll[i] == 1).map(i -> i + 21).toArray();
  }

  @Test
  void aLineIsAPieceAndSilenceIsKept() throws IOException {
    Sequences pieces = PianoRollFile.read(file("60 64 67;;21 108;\n48\n"));
    assertEquals(2, pieces.size());
    assertEquals(4, pieces.length(0));
    assertEquals(1, pieces.length(1));
    assertArrayEquals(new int[] {60, 64, 67}, notes(pieces, 0, 0));
    assertArrayEquals(new int[] {}, notes(pieces, 0, 1));
    assertArrayEquals(new int[] {21, 108}, notes(pieces, 0, 2));
    assertArrayEquals(new int[] {48}, notes(pieces, 1, 0));
  }

  @Test
  void jsonHasThreePartsOfOneShape() throws IOException {
    Split parts =
        PianoRollFile.readJson(
            file(
                "{\"train\": [[[60, 64], [], [62]]], \"valid\": [[[50]]], \"test\": [[[51],"
                    + " [52]]]}"));
    assertEquals(parts.train().fields(), parts.test().fields());
    assertArrayEquals(new int[] {3}, parts.train().whole().get(1).toIntArray());
    assertArrayEquals(new int[] {1}, parts.validation().whole().get(1).toIntArray());
    assertArrayEquals(new int[] {2}, parts.test().whole().get(1).toIntArray());
  }

  @Test
  void whatIsNoMusicIsNamed() throws IOException {
    Path file = file("60\n60;20\n");
    assertEquals(
        file + ": line 2, step 2: '20' is no MIDI note of a piano, which has 21 to 108",
        assertThrows(DataException.class, () -> PianoRollFile.read(file)).getMessage());
    Path word = file("60 C4");
    assertEquals(
        word + ": line 1, step 1: 'C4' is no MIDI note of a piano, which has 21 to 108",
        assertThrows(DataException.class, () -> PianoRollFile.read(word)).getMessage());
    Path json = file("{\"train\": [[60]], \"valid\": [], \"test\": []}");
    assertEquals(
        json + ": train, piece 1: a list is expected, not 60",
        assertThrows(UserException.class, () -> PianoRollFile.readJson(json)).getMessage());
  }
}
