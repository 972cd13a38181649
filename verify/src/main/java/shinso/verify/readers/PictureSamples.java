package shinso.verify.readers;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Small valid pictures of all kinds. */
final class PictureSamples {
  private static final int WIDTH = 23;
  private static final int HEIGHT = 17;

  /** A directory with the orientation 6, in the format of TIFF. */
  private static final byte[] EXIF = {
    'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0
  };

  private PictureSamples() {}

  static List<byte[]> png() {
    List<byte[]> all = new ArrayList<>();
    for (int type :
        new int[] {
          BufferedImage.TYPE_BYTE_GRAY,
          BufferedImage.TYPE_USHORT_GRAY,
          BufferedImage.TYPE_INT_RGB,
          BufferedImage.TYPE_INT_ARGB,
          BufferedImage.TYPE_BYTE_INDEXED,
          BufferedImage.TYPE_BYTE_BINARY
        }) {
      all.add(write("png", type, null, false));
    }
    all.add(write("png", BufferedImage.TYPE_INT_RGB, null, true));
    byte[] palette = all.get(4);
    byte[] texts = "Comment\0\0".getBytes(StandardCharsets.ISO_8859_1);
    all.add(withChunk(withChunk(palette, "eXIf", EXIF), "zTXt", join(texts, deflated())));
    return all;
  }

  static List<byte[]> jpeg() {
    byte[] grey = write("jpeg", BufferedImage.TYPE_BYTE_GRAY, null, false);
    byte[] colour = write("jpeg", BufferedImage.TYPE_INT_RGB, null, false);
    byte[] progressive = write("jpeg", BufferedImage.TYPE_INT_RGB, null, true);
    return List.of(grey, colour, progressive, withExif(colour), withExif(grey));
  }

  static List<byte[]> gif() {
    return List.of(
        write("gif", BufferedImage.TYPE_BYTE_INDEXED, null, false),
        write("gif", BufferedImage.TYPE_BYTE_INDEXED, null, true),
        write("gif", BufferedImage.TYPE_BYTE_BINARY, null, false));
  }

  static List<byte[]> bmp() {
    return List.of(
        write("bmp", BufferedImage.TYPE_INT_RGB, null, false),
        write("bmp", BufferedImage.TYPE_BYTE_INDEXED, null, false),
        write("bmp", BufferedImage.TYPE_BYTE_INDEXED, "BI_RLE8", false),
        write("bmp", BufferedImage.TYPE_USHORT_565_RGB, "BI_BITFIELDS", false),
        write("bmp", BufferedImage.TYPE_BYTE_BINARY, null, false));
  }

  static List<byte[]> tiff() {
    List<byte[]> all = new ArrayList<>();
    for (String compression : new String[] {null, "LZW", "ZLib", "Deflate", "PackBits", "JPEG"}) {
      all.add(write("tiff", BufferedImage.TYPE_INT_RGB, compression, false));
      all.add(write("tiff", BufferedImage.TYPE_BYTE_GRAY, compression, true));
    }
    for (String compression : List.of("CCITT RLE", "CCITT T.4", "CCITT T.6")) {
      all.add(write("tiff", BufferedImage.TYPE_BYTE_BINARY, compression, false));
    }
    all.add(write("tiff", BufferedImage.TYPE_BYTE_INDEXED, null, false));
    all.add(write("tiff", BufferedImage.TYPE_USHORT_GRAY, null, false));
    return all;
  }

  private static BufferedImage picture(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        boolean ink = (x / 3 + y / 4) % 3 == 0;
        image.setRGB(x, y, ink ? 0xFFE0_4010 : 0xFF00_0000 | x * 9 << 8 | y * 11);
      }
    }
    return image;
  }

  /**
   * Returns a picture in a format.
   *
   * @param parts whether it is written in tiles, or else in passes that get finer
   */
  private static byte[] write(
      String format, int type, @Nullable String compression, boolean parts) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (compression != null) {
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionType(compression);
      }
      if (parts && param.canWriteTiles()) {
        param.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
        param.setTiling(16, 16, 0, 0);
      } else if (parts) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(null, new IIOImage(picture(type), null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] withExif(byte[] jpeg) {
    byte[] name = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer all = ByteBuffer.allocate(jpeg.length + 4 + name.length + EXIF.length);
    all.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (2 + name.length + EXIF.length));
    all.put(name).put(EXIF).put(jpeg, 2, jpeg.length - 2);
    return all.array();
  }

  /** Returns a PNG with a further chunk behind its header. */
  private static byte[] withChunk(byte[] png, String type, byte[] content) {
    int header = 8 + 12 + 13;
    byte[] typed = join(type.getBytes(StandardCharsets.ISO_8859_1), content);
    CRC32 crc = new CRC32();
    crc.update(typed);
    ByteBuffer all = ByteBuffer.allocate(png.length + 8 + typed.length);
    all.put(png, 0, header).putInt(content.length).put(typed).putInt((int) crc.getValue());
    all.put(png, header, png.length - header);
    return all.array();
  }

  private static byte[] deflated() {
    Deflater deflater = new Deflater();
    deflater.setInput(new byte[1000]);
    deflater.finish();
    byte[] out = new byte[1000];
    int n = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, n);
  }

  private static byte[] join(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }
}
