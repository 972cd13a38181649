package shinso.train.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.tensor.Tensor;

class PicturesTest {
  private static final int TRANSPARENT = 0;

  @TempDir private Path folder;

  private static int grey(int brightness) {
    return 0xFF << 24 | brightness << 16 | brightness << 8 | brightness;
  }

  /** Three images of one row and two columns. */
  private static Pictures three(float... values) {
    return Figure.pictures("three", Tensor.of(values, 3, 1, 2, 1)).scale(1);
  }

  @Test
  void imagesLieRowByRow() throws IOException {
    Pictures grid = three(0, 1, 0.5f, 2, -1, Float.NaN);
    BufferedImage image = grid.image();
    // Two columns of width 2 with a gap, two rows of height 1 with a gap.
    assertEquals(5, image.getWidth());
    assertEquals(3, image.getHeight());
    int[][] expected = {
      {grey(0), grey(255), TRANSPARENT, grey(128), grey(255)},
      {TRANSPARENT, TRANSPARENT, TRANSPARENT, TRANSPARENT, TRANSPARENT},
      {grey(0), grey(128), TRANSPARENT, TRANSPARENT, TRANSPARENT}
    };
    Path file = folder.resolve("grid.png");
    grid.write(file);
    BufferedImage read = ImageIO.read(file.toFile());
    assertNotNull(read);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 5; x++) {
        assertEquals(expected[y][x], image.getRGB(x, y), x + ", " + y);
        assertEquals(expected[y][x], read.getRGB(x, y), x + ", " + y);
      }
    }
  }

  @Test
  void columnsAndScale() {
    BufferedImage image = three(0, 1, 0, 1, 0, 1).columns(5).scale(4).image();
    assertEquals(3 * 8 + 2, image.getWidth());
    assertEquals(4, image.getHeight());
    assertEquals(grey(0), image.getRGB(3, 3));
    assertEquals(grey(255), image.getRGB(4, 0));
    assertEquals(TRANSPARENT, image.getRGB(8, 2));
    assertEquals(grey(0), image.getRGB(9, 2));
  }

  @Test
  void colours() {
    BufferedImage image =
        Figure.pictures("c", Tensor.of(new float[] {1, 0.2f, 0, 0, 0, 1}, 1, 2, 1, 3))
            .scale(1)
            .image();
    assertEquals(0xFFFF3300, image.getRGB(0, 0));
    assertEquals(0xFF0000FF, image.getRGB(0, 1));
  }

  @Test
  void ranges() {
    Pictures grid = three(-2, 6, 3, 3, 1, 0.5f).columns(1);
    BufferedImage stretched = grid.stretched().image();
    assertEquals(grey(0), stretched.getRGB(0, 0));
    assertEquals(grey(255), stretched.getRGB(1, 0));
    assertEquals(grey(128), stretched.getRGB(0, 2));
    BufferedImage around = grid.aroundZero().image();
    assertEquals(grey(85), around.getRGB(0, 0));
    assertEquals(grey(255), around.getRGB(1, 0));
    assertEquals(grey(191), around.getRGB(1, 4));
  }

  @Test
  void captionsTakeRoomBelowEachImage() {
    Pictures grid = Figure.pictures("p", Tensor.zeros(3, 8, 8, 1)).scale(3);
    BufferedImage plain = grid.image();
    BufferedImage image = grid.captions(List.of("a", "a very long caption indeed", "")).image();
    if (Fonts.arePresent()) {
      assertEquals(2 * (24 + 17) + 1 + 4, image.getHeight());
      boolean ink = false;
      for (int x = 0; x < 24; x++) {
        for (int y = 24; y < 41; y++) {
          ink |= image.getRGB(x, y) != TRANSPARENT;
        }
      }
      assertEquals(true, ink);
    } else {
      assertEquals(plain.getHeight(), image.getHeight());
    }
  }

  @Test
  void whatIsNoPicture() {
    assertThrows(IllegalArgumentException.class, () -> Figure.pictures("p", Tensor.zeros(2, 3, 4)));
    assertThrows(
        IllegalArgumentException.class, () -> Figure.pictures("p", Tensor.zeros(2, 3, 4, 2)));
    assertThrows(
        IllegalArgumentException.class, () -> Figure.pictures("p", Tensor.zeros(0, 3, 4, 1)));
    assertThrows(IllegalArgumentException.class, () -> three(0, 0, 0, 0, 0, 0).columns(0));
    assertThrows(IllegalArgumentException.class, () -> three(0, 0, 0, 0, 0, 0).scale(0));
    assertThrows(
        IllegalArgumentException.class, () -> three(0, 0, 0, 0, 0, 0).captions(List.of("one")));
  }

  @Test
  void eachImageSaysItsNumbers() {
    String html = three(0, 1, 0.5f, 2, -1, Float.NaN).html();
    assertTrue(
        html.contains(
            "\"values\":[\"1 of 3: 0 to 1\",\"2 of 3: 0.5 to 2\",\"3 of 3: -1 to -1\",\"\"]"),
        html);
    // Two columns of 2 pixels with a gap of 1 behind each; so are the rows of 1 pixel.
    assertTrue(html.contains("{\"x\":0,\"y\":0,\"w\":6,\"h\":4,\"columns\":[\"\",\"\"]"), html);
    assertTrue(
        three(0, 1, 0, 1, 0, 1)
            .captions(List.of("a", "<b>", "c"))
            .html()
            .contains("\"a: 0 to 1\""));
  }
}
