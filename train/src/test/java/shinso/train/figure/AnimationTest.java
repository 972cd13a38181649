package shinso.train.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.train.figure.LinesTest.assertMessage;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import shinso.core.tensor.Tensor;

/** Figures that consist of figures. */
class AnimationTest {
  private static final Tensor FRAMES = Tensor.of(new float[] {0, 0, 0, 0, 1, 1, 1, 1}, 2, 2, 2, 1);

  @Test
  void aFileHasAllFrames() throws IOException {
    Animation a = Figure.animation("a", FRAMES).milliseconds(50);
    assertEquals(List.of("1 of 2", "2 of 2"), a.frames().stream().map(Figure::title).toList());
    byte[] file = a.file();
    assertTrue(new String(file, StandardCharsets.ISO_8859_1).contains("NETSCAPE2.0"));
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in);
      assertEquals(2, reader.getNumImages(true));
      BufferedImage dark = reader.read(0);
      BufferedImage light = reader.read(1);
      int x = dark.getWidth() / 2;
      int y = dark.getHeight() - 40;
      assertEquals(0, dark.getRGB(x, y) & 0xFF);
      assertEquals(0xFF, light.getRGB(x, y) & 0xFF);
    } finally {
      reader.dispose();
    }
  }

  @Test
  void theReportHasAPlayer() {
    Animation a = Figure.animation("a", List.of(Figure.lines("first"), Figure.lines("second")));
    List<Element> frames =
        FigureTest.elements(a, "div").stream()
            .filter(e -> e.getAttribute("class").equals("shinso-frame"))
            .toList();
    assertEquals(
        List.of("first", "second"), frames.stream().map(e -> e.getAttribute("data-name")).toList());
    assertEquals(List.of(false, true), frames.stream().map(e -> e.hasAttribute("hidden")).toList());
    assertEquals(1, FigureTest.elements(a, "button").size());
    assertEquals("1", FigureTest.elements(a, "input").getFirst().getAttribute("max"));
  }

  @Test
  void severalPicturesAtATime() {
    Animation a = Figure.animation("a", FRAMES.reshape(1, 2, 2, 2, 1));
    assertEquals(2, ((Pictures) a.frames().getFirst()).count());
  }

  @Test
  void panelsLieRowByRow() {
    Lines wide = Figure.lines("w").size(400, 200);
    Lines high = Figure.lines("h").size(200, 400);
    Panels p = Figure.panels("", List.of(wide, high, wide), 2);
    BufferedImage image = FigureTest.read(p);
    assertEquals(2 * (400 + 10 + 200), image.getWidth());
    assertEquals(2 * (400 + 10 + 200), image.getHeight());
    assertEquals(3, FigureTest.elements(p, "svg").size());
    assertEquals(List.of(wide, high, wide), p.figures());
    assertEquals(1, FigureTest.elements(p, "script").size());
  }

  @Test
  void whatIsRefused() {
    Animation a = Figure.animation("a", FRAMES);
    assertMessage(
        "animation 'a': there are no frames; give one at least",
        () -> Figure.animation("a", List.of()));
    assertMessage("animation 'b': 'a' moves by itself", () -> Figure.animation("b", List.of(a)));
    assertMessage(
        "animation 'a': a frame is seen for 10 to 60000 milliseconds, not 0",
        () -> a.milliseconds(0));
    assertMessage(
        "animation 'a': frames are [t, height, width, 1 or 3] or [t, n, height, width, 1 or 3], not"
            + " [3]",
        () -> Figure.animation("a", Tensor.zeros(3)));
    assertMessage(
        "panels 'p': there are no figures; give one at least",
        () -> Figure.panels("p", List.of(), 2));
    assertMessage(
        "panels 'p': there is at least 1 column, not 0",
        () -> Figure.panels("p", List.of(Figure.lines("l")), 0));
    assertMessage(
        "panels 'p': 'a' moves, and a sheet doesn't; show it by itself",
        () -> Figure.panels("p", List.of(a), 2));
  }
}
