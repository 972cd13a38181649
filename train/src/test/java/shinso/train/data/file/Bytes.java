package shinso.train.data.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/** Makes the files that the tests read. */
final class Bytes {
  private Bytes() {}

  static Path write(Path file, byte[] content) {
    try {
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Returns an IDX file with this element type and shape and these bytes as elements. */
  static byte[] idx(int type, int[] dims, byte... elements) {
    ByteBuffer b = ByteBuffer.allocate(4 + 4 * dims.length + elements.length);
    b.put((byte) 0).put((byte) 0).put((byte) type).put((byte) dims.length);
    for (int d : dims) {
      b.putInt(d);
    }
    return b.put(elements).array();
  }

  /** Returns a chunk of a PNG. */
  static byte[] pngChunk(String type, byte[] content) {
    ByteBuffer b = ByteBuffer.allocate(12 + content.length);
    b.putInt(content.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
    CRC32 sum = new CRC32();
    sum.update(b.array(), 4, 4 + content.length);
    return b.putInt((int) sum.getValue()).array();
  }

  /** Returns a PNG or a JPEG with a note of the camera's orientation. */
  static byte[] withExif(byte[] picture, int orientation, boolean littleEndian) {
    ByteBuffer note = ByteBuffer.allocate(26);
    note.put((littleEndian ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
    note.order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    note.putShort((short) 42).putInt(8).putShort((short) 1);
    note.putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation);
    boolean png = picture[0] == (byte) 0x89;
    byte[] block;
    if (png) {
      block = pngChunk("eXIf", note.array());
    } else {
      byte[] name = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
      ByteBuffer segment = ByteBuffer.allocate(4 + name.length + 26);
      segment.putShort((short) 0xFFE1).putShort((short) (2 + name.length + 26));
      block = segment.put(name).put(note.array()).array();
    }
    // Behind the header of a PNG, or the first mark of a JPEG.
    int at = png ? 8 + 12 + 13 : 2;
    return ByteBuffer.allocate(picture.length + block.length)
        .put(picture, 0, at)
        .put(block)
        .put(picture, at, picture.length - at)
        .array();
  }

  /** Returns a grey TIFF of 8 bits with an orientation. */
  static byte[] tiff(int width, int height, byte[] pixels, int orientation) {
    int[][] tags = {
      {256, width},
      {257, height},
      {258, 8},
      {259, 1},
      {262, 1},
      {273, 8},
      {274, orientation},
      {277, 1},
      {278, height},
      {279, pixels.length}
    };
    int directory = 8 + pixels.length;
    ByteBuffer b = ByteBuffer.allocate(directory + 2 + 12 * tags.length + 4);
    b.put((byte) 'M').put((byte) 'M').putShort((short) 42).putInt(directory).put(pixels);
    b.putShort((short) tags.length);
    for (int[] tag : tags) {
      b.putShort((short) tag[0]).putShort((short) 3).putInt(1);
      b.putShort((short) tag[1]).putShort((short) 0);
    }
    return b.array();
  }
}
