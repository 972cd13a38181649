package shinso.interchange.tensorboard;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The records of which event files are made, as TensorFlow's {@code RecordWriter} has them. */
final class Records {
  private static final int FRAME = Long.BYTES + Integer.BYTES + Integer.BYTES;
  private static final int MASK = 0xa282ead8;

  private Records() {}

  /** Returns a record with its frame, ready to be written. */
  static ByteBuffer record(ByteString content) {
    ByteBuffer record = ByteBuffer.allocate(Math.addExact(content.size(), FRAME));
    record.order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(content.size());
    record.putInt(masked(record.slice(0, Long.BYTES)));
    int begin = record.position();
    content.copyTo(record);
    record.putInt(masked(record.slice(begin, content.size())));
    return record.flip();
  }

  /**
   * A checksum of bytes that hold checksums is to differ from these: so it is turned and shifted.
   */
  static int masked(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
