package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;

final class ImageFileTest {
  @TempDir Path folder;

  private Path write(String name, String format, BufferedImage image) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    assertTrue(ImageIO.write(image, format, file.toFile()), "no writer of " + format);
    return file;
  }

  private static BufferedImage grey(int width, int height, int... samples) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, width, height, samples);
    return image;
  }

  private static BufferedImage colour(int type, int width, int height, int... argb) {
    BufferedImage image = new BufferedImage(width, height, type);
    image.setRGB(0, 0, width, height, argb, 0, width);
    return image;
  }

  private static final float[] RAMP = {0, 1 / 255f, 100 / 255f, 128 / 255f, 254 / 255f, 1};

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void greysAreTheNumbersInTheFile(String format) throws IOException {
    Path file = write("g." + format, format, grey(3, 2, 0, 1, 100, 128, 254, 255));
    Tensor x = ImageFile.read(file);
    float[] values = x.toFloatArray();
    if (x.shape().dim(2) == 3) {
      // BMP knows no grey, only palettes.
      assertEquals("bmp", format);
      values = ImageFile.read(file, 2, 3, 1, Interpolation.AREA).toFloatArray();
    } else {
      assertEquals(Shape.of(2, 3, 1), x.shape());
    }
    assertArrayEquals(RAMP, values);
  }

  @Test
  void sixteenBitsAreKept() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    WritableRaster raster = image.getRaster();
    raster.setSample(0, 0, 0, 1);
    raster.setSample(1, 0, 0, 40_000);
    Tensor x = ImageFile.read(write("s.png", "png", image));
    assertArrayEquals(new float[] {1 / 65535f, 40_000 / 65535f}, x.toFloatArray());
  }

  @Test
  void coloursAreRedGreenBlue() throws IOException {
    BufferedImage image = colour(BufferedImage.TYPE_INT_RGB, 2, 1, 0xFF102030, 0xFFFF8000);
    Tensor x = ImageFile.read(write("c.png", "png", image));
    assertEquals(Shape.of(1, 2, 3), x.shape());
    assertArrayEquals(
        new float[] {16 / 255f, 32 / 255f, 48 / 255f, 1, 128 / 255f, 0}, x.toFloatArray());
    Tensor g = ImageFile.read(folder.resolve("c.png"), 1, 2, 1, Interpolation.AREA);
    assertEquals(Shape.of(1, 2, 1), g.shape());
    assertArrayEquals(
        new float[] {(0.299f * 16 + 0.587f * 32 + 0.114f * 48) / 255, 0.299f + 0.587f * 128 / 255},
        g.toFloatArray(),
        1e-6f);
  }

  @Test
  void greysStayGreyThroughColours() throws IOException {
    Path file = write("g.png", "png", grey(3, 2, 0, 1, 100, 128, 254, 255));
    float[] rgb = ImageFile.read(file, 2, 3, 3, Interpolation.AREA).toFloatArray();
    for (int i = 0; i < 6; i++) {
      assertArrayEquals(
          new float[] {RAMP[i], RAMP[i], RAMP[i]}, Arrays.copyOfRange(rgb, 3 * i, 3 * i + 3));
    }
    BufferedImage image = colour(BufferedImage.TYPE_INT_RGB, 1, 1, 0xFF646464);
    Path same = write("same.png", "png", image);
    assertEquals(100 / 255f, ImageFile.read(same, 1, 1, 1, Interpolation.AREA).item());
  }

  @Test
  void transparentPartsAreWhite() throws IOException {
    BufferedImage image =
        colour(BufferedImage.TYPE_INT_ARGB, 3, 1, 0x00000000, 0xFF000000, 0x66000000);
    float[] x = ImageFile.read(write("a.png", "png", image)).toFloatArray();
    assertArrayEquals(new float[] {1, 1, 1, 0, 0, 0, 0.6f, 0.6f, 0.6f}, x, 1e-6f);
  }

  @Test
  void palettesAndJpegsAreRead() throws IOException {
    BufferedImage indexed = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    indexed.setRGB(1, 0, 0xFFFFFFFF);
    Path gif = write("i.gif", "gif", indexed);
    assertArrayEquals(new float[] {0, 0, 0, 1, 1, 1}, ImageFile.read(gif).toFloatArray());
    int[] red = new int[256];
    Arrays.fill(red, 0xFFC83C28);
    Path jpeg = write("r.jpg", "jpg", colour(BufferedImage.TYPE_INT_RGB, 16, 16, red));
    float[] x = ImageFile.read(jpeg, 1, 1, 3, Interpolation.AREA).toFloatArray();
    assertArrayEquals(new float[] {200 / 255f, 60 / 255f, 40 / 255f}, x, 0.02f);
  }

  @Test
  void shrinkingTakesMeansOverAreas() throws IOException {
    Path file = write("g.png", "png", grey(4, 2, 0, 255, 51, 51, 255, 0, 51, 153));
    assertArrayEquals(
        new float[] {0.5f, 0.3f},
        ImageFile.read(file, 1, 2, 1, Interpolation.AREA).toFloatArray(),
        1e-6f);
    // Three pixels of a width of 4/3 each: the second pixel goes to the first by a third.
    Path row = write("row.png", "png", grey(4, 1, 255, 0, 0, 255));
    assertArrayEquals(
        new float[] {0.75f, 0, 0.75f},
        ImageFile.read(row, 1, 3, 1, Interpolation.AREA).toFloatArray(),
        1e-6f);
  }

  @Test
  void bilinearGrowthIsLinearBetweenCentres() throws IOException {
    Path row = write("row.png", "png", grey(2, 1, 0, 255));
    assertArrayEquals(
        new float[] {0, 0.25f, 0.75f, 1},
        ImageFile.read(row, 1, 4, 1, Interpolation.BILINEAR).toFloatArray(),
        1e-6f);
    assertArrayEquals(
        new float[] {0, 0, 1, 1},
        ImageFile.read(row, 1, 4, 1, Interpolation.AREA).toFloatArray(),
        1e-6f);
  }

  @ParameterizedTest
  @EnumSource
  void evenImagesStayEvenAtAnySize(Interpolation how) throws IOException {
    int[] samples = new int[13 * 7];
    Arrays.fill(samples, 77);
    Path file = write("even.png", "png", grey(13, 7, samples));
    for (int size : new int[] {1, 2, 5, 7, 13, 28}) {
      for (float v : ImageFile.read(file, size, size + 1, 1, how).toFloatArray()) {
        assertEquals(77 / 255f, v, 1e-6f, how + " to " + size);
      }
    }
  }

  @Test
  void impossibleSizesAreRefused() {
    Path file = folder.resolve("none.png");
    assertThrows(
        IllegalArgumentException.class, () -> ImageFile.read(file, 0, 5, 1, Interpolation.AREA));
    assertThrows(
        IllegalArgumentException.class, () -> ImageFile.read(file, 5, 5, 2, Interpolation.AREA));
  }

  @Test
  void filesThatAreNoImagesAreNamed() throws IOException {
    Path empty = Bytes.write(folder.resolve("empty.png"), new byte[0]);
    assertEquals(empty + ": is empty (0 bytes); download or copy it again", error(empty));
    Path text = Bytes.write(folder.resolve("t.png"), "Hello".getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        text
            + ": is not an image that can be read: it begins with 48 65 6c 6c; known are PNG, JPEG,"
            + " GIF, BMP and TIFF",
        error(text));
    Path missing = folder.resolve("missing.png");
    assertEquals(missing + ": does not exist; is the path right?", error(missing));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void imagesThatAreCutOffAreNamed(String format) throws IOException {
    int[] samples = new int[64 * 64];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = i * 37 % 251;
    }
    Path whole = write("w." + format, format, grey(64, 64, samples));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Bytes.write(folder.resolve("cut." + format), Arrays.copyOf(bytes, bytes.length / 2));
    String message = error(cut);
    assertTrue(message.startsWith(cut + ": the image is "), message);
    assertEquals(1, message.lines().count());
    Path head = Bytes.write(folder.resolve("head." + format), Arrays.copyOf(bytes, 12));
    assertTrue(error(head).startsWith(head + ": "), error(head));
  }

  private static String error(Path file) {
    return assertThrows(DataException.class, () -> ImageFile.read(file)).getMessage();
  }

  // ---- what a header claims

  @Test
  void picturesThatClaimTooManyPixelsAreNamed() {
    byte[] gif = {
      'G', 'I', 'F', '8', '9', 'a', -1, -1, 0, 16, -128, 0, 0, 0, 0, 0, -1, -1, -1, 0x2C, 0, 0, 0,
      0, -1, -1, 0, 16, 0, 2, 2, 0x4C, 1, 0, 0x3B
    };
    Path bomb = Bytes.write(folder.resolve("bomb.gif"), gif);
    assertEquals(
        bomb
            + ": the image claims 65,535 x 4,096 pixels; the limits are 100,000,000 pixels and sides"
            + " of 65,535; make it smaller",
        error(bomb));
    Path wide = Bytes.write(folder.resolve("wide.png"), pngOf(1_000_000, 1));
    assertTrue(error(wide).startsWith(wide + ": the image claims 1,000,000 x 1 pixels; "));
    Path empty = Bytes.write(folder.resolve("empty.png"), pngOf(8_000, 8_000));
    assertEquals(
        empty
            + ": the image claims 8,000 x 8,000 pixels, more than 65 bytes can hold; it is damaged,"
            + " download or copy it again",
        error(empty));
    Path large = Bytes.write(folder.resolve("large.png"), pngOf(16_384, 16_384));
    assertTrue(error(large).startsWith(large + ": the image claims 16,384 x 16,384 pixels; "));
  }

  /** A PNG of one bit a pixel of which only the first row is there. */
  private static byte[] pngOf(int width, int height) {
    ByteBuffer header =
        ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {1, 0, 0, 0, 0});
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    png.writeBytes(Bytes.pngChunk("IHDR", header.array()));
    png.writeBytes(Bytes.pngChunk("IDAT", new byte[] {0x78, (byte) 0x9C, 3, 0, 0, 0, 0, 1}));
    png.writeBytes(Bytes.pngChunk("IEND", new byte[0]));
    return png.toByteArray();
  }

  /** Fields of a TIFF, by which decoders make buffers: the bytes of a strip, the rows of a tile. */
  @ParameterizedTest
  @CsvSource({"279, 279, 2147483000", "278, 323, 500000", "278, 323, 1000000000"})
  void partsOfATiffThatClaimMuchTakeNoRoom(int tag, int becomes, int value) {
    byte[] tiff = Bytes.tiff(3, 2, new byte[6], 1);
    ByteBuffer fields = ByteBuffer.wrap(tiff);
    for (int at = 8 + 6 + 2; at + 12 <= tiff.length; at += 12) {
      if (fields.getShort(at) == 259) {
        fields.putShort(at + 8, (short) 8); // Deflate
      } else if (fields.getShort(at) == tag) {
        fields.putShort(at, (short) becomes).putShort(at + 2, (short) 4).putInt(at + 8, value);
      } else if (becomes == 323 && fields.getShort(at) == 277) {
        fields.putShort(at, (short) 322).putShort(at + 2, (short) 4).putInt(at + 8, 4096);
      }
    }
    Path file = Bytes.write(folder.resolve("claims.tiff"), tiff);
    assertTrue(error(file).startsWith(file + ": the image is damaged"), error(file));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void picturesOfNoSizeAreNamed(int width) {
    byte[] tiff = Bytes.tiff(3, 2, new byte[6], 1);
    // The width becomes a number of 32 bits.
    ByteBuffer.wrap(tiff).putShort(8 + 6 + 2 + 2, (short) 4).putInt(8 + 6 + 2 + 8, width);
    Path file = Bytes.write(folder.resolve("none.tiff"), tiff);
    assertTrue(error(file).startsWith(file + ": the image "), error(file));
  }

  // ---- orientation

  /** What a picture of 1 2 3 over 4 5 6 looks like, by the number in its file. */
  private static final int[][][] ORIENTED = {
    {{1, 2, 3}, {4, 5, 6}},
    {{3, 2, 1}, {6, 5, 4}},
    {{6, 5, 4}, {3, 2, 1}},
    {{4, 5, 6}, {1, 2, 3}},
    {{1, 4}, {2, 5}, {3, 6}},
    {{4, 1}, {5, 2}, {6, 3}},
    {{6, 3}, {5, 2}, {4, 1}},
    {{3, 6}, {2, 5}, {1, 4}}
  };

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void picturesAreTurnedAsTheirFilesSay(int orientation) throws IOException {
    int[][] expected = ORIENTED[orientation - 1];
    byte[] png = Files.readAllBytes(write("p.png", "png", grey(3, 2, 40, 80, 120, 160, 200, 240)));
    assertOriented(expected, Bytes.withExif(png, orientation, false), 1e-6f);
    int[] rgb = new int[6];
    for (int i = 0; i < 6; i++) {
      rgb[i] = 0xFF000000 | (i + 1) * 40 * 0x010101;
    }
    BufferedImage palette = colour(BufferedImage.TYPE_BYTE_INDEXED, 3, 2, rgb);
    byte[] indexed = Files.readAllBytes(write("i.png", "png", palette));
    // Colours of the usual palette are 51 apart, greys less.
    assertOriented(expected, Bytes.withExif(indexed, orientation, true), 0.06f);
    byte[] jpeg =
        Files.readAllBytes(write("j.jpg", "jpg", enlarged(grey(3, 2, 40, 80, 120, 160, 200, 240))));
    assertOriented(expected, Bytes.withExif(jpeg, orientation, true), 0.02f);
    byte[] tiff =
        Bytes.tiff(3, 2, new byte[] {40, 80, 120, (byte) 160, (byte) 200, (byte) 240}, orientation);
    assertOriented(expected, tiff, 1e-6f);
  }

  /** Each pixel becomes 8 x 8, which JPEG keeps. */
  private static BufferedImage enlarged(BufferedImage image) {
    BufferedImage large =
        new BufferedImage(
            8 * image.getWidth(), 8 * image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < large.getHeight(); y++) {
      for (int x = 0; x < large.getWidth(); x++) {
        large.getRaster().setSample(x, y, 0, image.getRaster().getSample(x / 8, y / 8, 0));
      }
    }
    return large;
  }

  private void assertOriented(int[][] expected, byte[] file, float tolerance) {
    Path path = Bytes.write(folder.resolve("oriented"), file);
    int h = expected.length;
    int w = expected[0].length;
    Shape whole = ImageFile.read(path).shape();
    assertEquals(w * whole.dim(0), h * whole.dim(1), "proportions");
    float[] x = ImageFile.read(path, h, w, 1, Interpolation.AREA).toFloatArray();
    for (int i = 0; i < x.length; i++) {
      assertEquals(expected[i / w][i % w] * 40 / 255f, x[i], tolerance, "pixel " + i);
    }
  }

  @Test
  void anOrientationThatMakesNoSenseIsNone() throws IOException {
    byte[] png = Files.readAllBytes(write("p.png", "png", grey(3, 2, 40, 80, 120, 160, 200, 240)));
    assertOriented(ORIENTED[0], Bytes.withExif(png, 9, false), 1e-6f);
    assertOriented(ORIENTED[0], Bytes.withExif(png, 0, true), 1e-6f);
    byte[] damaged = Bytes.withExif(png, 6, false);
    // The number of tags: 65,535.
    int exif = new String(damaged, StandardCharsets.ISO_8859_1).indexOf("MM\0*");
    damaged[exif + 8] = -1;
    damaged[exif + 9] = -1;
    assertOriented(ORIENTED[0], damaged, 1e-6f);
  }
}
