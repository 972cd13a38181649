package shinso.interchange.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.file.FileException;

/** Event files against TensorFlow's record format and the numbers of the fields in its messages. */
final class EventFileTest {
  @TempDir Path folder;

  /** Of RFC 3720, appendix B.4, and the masking of TensorFlow's lib/hash/crc32c.h. */
  @Test
  void checksumsAreThoseOfTheStandard() {
    int crc = 0x8a9136aa;
    int masked = (crc >>> 15 | crc << 17) + 0xa282ead8;
    assertEquals(masked, Records.masked(ByteBuffer.wrap(new byte[32])));
    int digits = 0xe3069283;
    assertEquals(
        (digits >>> 15 | digits << 17) + 0xa282ead8,
        Records.masked(ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII))));
  }

  /** What TensorBoard 2.21's own EventFileWriter writes for the same event, without the header. */
  @Test
  void aNumberHasTheBytesThatTensorBoardWritesForIt() throws IOException {
    try (EventFile file = EventFile.create(folder, "bytes")) {
      file.scalar("loss/train", 100, 0.25, 1.5);
      byte[] all = Files.readAllBytes(file.path());
      int header = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] record = Arrays.copyOfRange(all, header + 16, all.length);
      assertEquals(GOLDEN, HexFormat.of().formatHex(record));
    }
  }

  private static final String GOLDEN =
      "200000000000000029eda95009000000000000f83f10642a130a110a0a6c6f73732f747261696e150000803eb78dc4"
          + "3f";

  @Test
  void everyKindOfEventIsReadBackByItsFieldNumbers() throws IOException {
    byte[] png =
        Base64.getDecoder()
            .decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAAAAAC4HznGAAAAEElEQVR4nGNgYGRiYGZhBQAAVQAWUJTX"
                    + "7wAAAABJRU5ErkJggg==");
    Path path;
    try (EventFile file = EventFile.create(folder.resolve("a/b"), "kinds")) {
      path = file.path();
      Map<String, Double> row = new LinkedHashMap<>();
      row.put("loss/train", 2.5);
      row.put("rate", Double.POSITIVE_INFINITY);
      file.scalars(7, row, 10);
      file.picture("filters", 8, png, 11);
      file.text("settings", 0, "| a | b |\n|---|---|\n| ü | 1 |", 12);
      file.histogram("weight", 9, new double[] {1, 2, 4, Double.NaN}, 13);
      file.histogram("empty", 9, new double[] {Double.NaN}, 13);
      file.restart(5, 14);
    }
    List<byte[]> events = RecordReader.read(path);
    assertEquals(6, events.size());
    Fields version = Fields.of(events.getFirst());
    assertEquals("brain.Event:2", version.text(3));
    assertEquals(10, version.number(1), "the time of the first event");
    assertEquals("shinso", version.message(10).text(1));

    Fields numbers = Fields.of(events.get(1));
    assertEquals(10, numbers.number(1));
    assertEquals(7, numbers.integer(2));
    Fields summary = numbers.message(5);
    assertEquals("loss/train", summary.message(1, 0).text(1));
    assertEquals(2.5f, summary.message(1, 0).single(2));
    assertEquals("rate", summary.message(1, 1).text(1));
    assertEquals(Float.POSITIVE_INFINITY, summary.message(1, 1).single(2));

    Fields picture = Fields.of(events.get(2)).message(5).message(1);
    assertEquals("filters", picture.text(1));
    assertEquals(3, picture.message(4).integer(1), "height");
    assertEquals(2, picture.message(4).integer(2), "width");
    assertEquals(1, picture.message(4).integer(3), "grey");
    assertArrayEquals(png, picture.message(4).bytes(4));

    Fields text = Fields.of(events.get(3)).message(5).message(1);
    assertEquals("text", text.message(9).message(1).text(1), "the plugin");
    assertEquals(2, text.message(9).integer(4), "a tensor");
    assertEquals(7, text.message(8).integer(1), "of strings");
    assertEquals("| a | b |\n|---|---|\n| ü | 1 |", text.message(8).text(8));

    Fields histogram = Fields.of(events.get(4)).message(5).message(1).message(5);
    assertEquals(1, histogram.number(1));
    assertEquals(4, histogram.number(2));
    assertEquals(3, histogram.number(3), "NaN is left out");
    assertEquals(7, histogram.number(4));
    assertEquals(21, histogram.number(5));
    double[] limits = histogram.packed(6);
    double[] counts = histogram.packed(7);
    assertEquals(30, limits.length);
    assertEquals(1.1, limits[0], 1e-12);
    assertEquals(4, limits[29]);
    double[] expected = new double[30];
    expected[0] = expected[29] = 1;
    expected[2.0 <= limits[9] ? 9 : 10] = 1;
    assertArrayEquals(expected, counts);

    Fields start = Fields.of(events.get(5));
    assertEquals(5, start.integer(2));
    assertEquals(1, start.message(7).integer(1), "SessionLog.START");
  }

  @Test
  void eventsAreInTheFileAtOnceAndTheNextFileIsReadAfterIt() throws IOException {
    try (EventFile first = EventFile.create(folder, "host")) {
      first.scalar("x", 1, 1, 1);
      assertEquals(2, RecordReader.read(first.path()).size());
      Files.createFile(folder.resolve("events.out.tfevents.0000000041.other"));
      try (EventFile second = EventFile.create(folder, "host")) {
        assertEquals("events.out.tfevents.0000000042.host", second.path().getFileName().toString());
      }
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(3, files.count());
      }
    }
  }

  @Test
  void whatIsGivenWronglyIsNamed() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> EventFile.create(folder, "a/b"));
    Path file = Files.createFile(folder.resolve("file"));
    FileException e = assertThrows(FileException.class, () -> EventFile.create(file, "x"));
    assertEquals("can't write " + file + ": it exists already", e.getMessage());
    try (EventFile events = EventFile.create(folder, "x")) {
      assertThrows(IllegalArgumentException.class, () -> events.picture("p", 1, new byte[50], 1));
    }
  }
}
