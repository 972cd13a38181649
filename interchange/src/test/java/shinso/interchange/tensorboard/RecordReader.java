package shinso.interchange.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads records by the words of the format's description, with nothing of what writes them. */
final class RecordReader {
  private RecordReader() {}

  static List<byte[]> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      check(length, in.getInt());
      long size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] content = new byte[Math.toIntExact(size)];
      in.get(content);
      check(content, in.getInt());
      records.add(content);
    }
    return records;
  }

  private static void check(byte[] bytes, int stored) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    long c = crc.getValue();
    long masked = ((c >> 15 | c << 17) + 0xa282ead8L) & 0xffffffffL;
    assertEquals(masked, Integer.toUnsignedLong(stored), "checksum");
  }
}
