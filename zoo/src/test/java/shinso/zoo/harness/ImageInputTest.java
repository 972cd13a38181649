package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;

final class ImageInputTest {
  private static final double TOLERANCE = 1e-6;

  @TempDir Path folder;

  @Test
  void anImageOfTheRightSizeIsLeftAlone() throws IOException {
    Path file = picture("png", 28, 28, Color.BLACK, Color.WHITE, 3, 4, 5, 6);
    ImageInput.Read read = ImageInput.DIGIT.read(file);
    assertEquals(List.of(), read.changes());
    float[] x = read.image().toFloatArray();
    for (int i = 0; i < x.length; i++) {
      int row = i / 28;
      int column = i % 28;
      boolean ink = column >= 3 && column < 8 && row >= 4 && row < 10;
      assertEquals(ink ? 1 : 0, x[i], "row " + row + ", column " + column);
    }
  }

  @Test
  void darkOnLightIsInverted() throws IOException {
    Path light = picture("png", 28, 28, Color.BLACK, Color.WHITE, 3, 4, 5, 6);
    Path dark = picture("png", 28, 28, Color.WHITE, Color.BLACK, 3, 4, 5, 6);
    ImageInput.Read inverted = ImageInput.DIGIT.read(dark);
    assertEquals(List.of("inverted, since it is dark on light"), inverted.changes());
    assertArrayEquals(
        ImageInput.DIGIT.read(light).image().toFloatArray(), inverted.image().toFloatArray());
  }

  @Test
  void aLargeDigitIsPlacedAsInMnist() throws IOException {
    // A bar of 100 x 200 pixels in a corner: 10 x 20 of 28 pixels around the middle.
    Path file = picture("png", 640, 480, Color.WHITE, Color.BLACK, 500, 30, 100, 200);
    ImageInput.Read read = ImageInput.DIGIT.read(file);
    assertEquals(
        List.of("inverted, since it is dark on light", "cropped and scaled from 640 x 480"),
        read.changes());
    assertBox(read.image(), 4, 24, 9, 19);
  }

  @Test
  void aSmallDigitIsEnlarged() throws IOException {
    Path file = picture("png", 14, 10, Color.BLACK, Color.WHITE, 2, 2, 4, 5);
    assertBox(ImageInput.DIGIT.read(file).image(), 4, 24, 6, 22);
  }

  @Test
  void clothesFillTheImage() throws IOException {
    Path file = picture("png", 300, 300, Color.WHITE, Color.BLACK, 10, 20, 280, 140);
    assertBox(ImageInput.FILLING.read(file).image(), 7, 21, 0, 28);
  }

  @Test
  void theCentreOfMassComesToTheMiddle() throws IOException {
    BufferedImage image = blank(200, 200, Color.BLACK);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(60, 20, 20, 100); // an L: its box has its centre elsewhere
    g.fillRect(60, 100, 80, 20);
    g.dispose();
    float[] x = ImageInput.DIGIT.read(write(image, "png")).image().toFloatArray();
    double mass = 0;
    double my = 0;
    double mx = 0;
    for (int i = 0; i < x.length; i++) {
      int row = i / 28;
      int column = i % 28;
      mass += x[i];
      my += x[i] * (row + 0.5);
      mx += x[i] * (column + 0.5);
    }
    assertEquals(14, my / mass, 1e-3);
    assertEquals(14, mx / mass, 1e-3);
  }

  @Test
  void coloursAndJpegAreRead() throws IOException {
    Path file =
        picture("jpg", 100, 100, new Color(250, 240, 200), new Color(20, 20, 120), 40, 20, 20, 60);
    float[] x = ImageInput.DIGIT.read(file).image().toFloatArray();
    assertTrue(x[14 * 28 + 14] > 0.9, "the middle is ink: " + x[14 * 28 + 14]);
    assertTrue(x[0] < 0.1, "the corner is background: " + x[0]);
  }

  @ParameterizedTest
  @CsvSource({"28, 28", "50, 60", "1, 1", "28, 27", "3, 200", "56, 56"})
  void anEvenPictureIsAnError(int width, int height) throws IOException {
    for (Color paper : List.of(Color.WHITE, Color.BLACK, Color.LIGHT_GRAY, Color.GRAY)) {
      isNothing(write(blank(width, height, paper), "png"));
    }
    BufferedImage noisy = blank(width, height, Color.WHITE);
    noisy.setRGB(width / 2, height / 2, 0xF0F0F0);
    isNothing(write(noisy, "png"));
  }

  private static void isNothing(Path file) {
    DataException e = assertThrows(DataException.class, () -> ImageInput.DIGIT.read(file));
    assertEquals(
        file + ": shows nothing that stands out from its background; take another picture",
        e.getMessage());
  }

  @Test
  void aPictureThatWasTakenSidewaysIsUpright() throws IOException {
    // A bar that lies in the file, and stands in the picture by its note (6: a quarter right).
    BufferedImage lying = blank(90, 60, Color.WHITE);
    Graphics2D g = lying.createGraphics();
    g.setColor(Color.BLACK);
    g.fillRect(10, 10, 60, 12);
    g.dispose();
    byte[] jpeg = Files.readAllBytes(write(lying, "jpg"));
    byte[] note = {
      -1, -31, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0,
      0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0
    };
    ByteBuffer noted = ByteBuffer.allocate(jpeg.length + note.length);
    noted.put(jpeg, 0, 2).put(note).put(jpeg, 2, jpeg.length - 2);
    Path file = Files.write(folder.resolve("phone.jpg"), noted.array());
    ImageInput.Read read = ImageInput.DIGIT.read(file);
    assertTrue(read.changes().contains("cropped and scaled from 60 x 90"), read.changes() + "");
    float[] x = read.image().toFloatArray();
    assertTrue(x[6 * 28 + 14] > 0.9 && x[22 * 28 + 14] > 0.9, "the bar stands");
    assertTrue(x[14 * 28 + 6] < 0.1 && x[14 * 28 + 22] < 0.1, "nothing lies");
  }

  @Test
  void filesThatAreNoImagesAreErrorsThatNameThem() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.png"));
    Path text = Files.writeString(folder.resolve("text.png"), "not an image");
    Path missing = folder.resolve("missing.png");
    for (Path file : List.of(empty, text, missing, folder)) {
      DataException e = assertThrows(DataException.class, () -> ImageInput.DIGIT.read(file));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.startsWith(file.toString()), message);
    }
  }

  private static void assertBox(Tensor image, int top, int bottom, int left, int right) {
    float[] x = image.toFloatArray();
    for (int i = 0; i < x.length; i++) {
      int row = i / 28;
      int column = i % 28;
      boolean ink = row >= top && row < bottom && column >= left && column < right;
      assertEquals(ink ? 1 : 0, x[i], TOLERANCE, "row " + row + ", column " + column);
    }
  }

  private Path picture(
      String format, int w, int h, Color paper, Color ink, int left, int top, int width, int height)
      throws IOException {
    BufferedImage image = blank(w, h, paper);
    Graphics2D g = image.createGraphics();
    g.setColor(ink);
    g.fillRect(left, top, width, height);
    g.dispose();
    return write(image, format);
  }

  private static BufferedImage blank(int w, int h, Color paper) {
    BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(paper);
    g.fillRect(0, 0, w, h);
    g.dispose();
    return image;
  }

  private Path write(BufferedImage image, String format) throws IOException {
    Path file = Files.createTempFile(folder, "picture", "." + format);
    ImageIO.write(image, format, file.toFile());
    return file;
  }
}
