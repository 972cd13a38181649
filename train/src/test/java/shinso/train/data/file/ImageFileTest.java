package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;

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

  @Test
  void aFolderOfFoldersIsADataSet() throws IOException {
    write("set/dog/b.png", "png", grey(2, 2, 255, 255, 255, 255));
    write("set/dog/a.png", "png", grey(1, 1, 51));
    write("set/cat/deep/z.png", "png", grey(1, 1, 102));
    Files.createDirectories(folder.resolve("set/.hidden"));
    Bytes.write(folder.resolve("set/README.txt"), new byte[] {'x'});
    Bytes.write(folder.resolve("set/dog/.DS_Store"), new byte[] {'x'});
    Bytes.write(folder.resolve("set/dog/Thumbs.db"), new byte[] {'x'});
    Dataset data = ImageFolder.read(folder.resolve("set"), 1, 2, 1, Interpolation.AREA);
    assertEquals(List.of("cat", "dog"), data.classNames());
    assertArrayEquals(new int[] {0, 1, 1}, data.labels());
    Tensor x = data.batch(new int[] {0, 1, 2}).getFirst();
    assertEquals(Shape.of(3, 1, 2, 1), x.shape());
    assertArrayEquals(new float[] {0.4f, 0.4f, 0.2f, 0.2f, 1, 1}, x.toFloatArray());
  }

  @Test
  void foldersThatAreNoDataSetsAreNamed() throws IOException {
    assertTrue(folderError(folder).contains("there are no folders in it"));
    assertTrue(folderError(folder.resolve("missing")).contains("is not a folder"));
    Files.createDirectories(folder.resolve("set/cat"));
    assertEquals(
        folder.resolve("set/cat") + ": there are no images in it; add some, or delete the folder",
        folderError(folder.resolve("set")));
    Path notes = Bytes.write(folder.resolve("set/cat/notes.txt"), new byte[] {'a', 'b', 'c'});
    assertTrue(
        folderError(folder.resolve("set")).startsWith(notes + ": is not an image"),
        folderError(folder.resolve("set")));
  }

  private static String folderError(Path root) {
    return assertThrows(
            DataException.class, () -> ImageFolder.read(root, 8, 8, 1, Interpolation.AREA))
        .getMessage();
  }
}
