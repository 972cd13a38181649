package shinso.app.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.loop.Screen;

/** Pictures as text, to the last character. */
final class TextPictureTest {
  private static final String END = "\u001b[0m";

  private static Tensor grey(int h, int w, double... values) {
    return Tensor.of(values, h, w);
  }

  @Test
  void charactersGetDarkerTwoToAPixel() {
    Tensor t = grey(2, 5, 0, 0.3, 0.5, 0.7, 1, 1, 0, 0, 0, 0);
    assertEquals("  ░░▒▒▓▓██\n██", TextPicture.of(t, 80, TextPicture.Style.SHADES));
    assertEquals("  --++##@@\n@@", TextPicture.of(t, 80, TextPicture.Style.ASCII));
  }

  @Test
  void twoRowsAreOneOfHalfBlocks() {
    Tensor t = grey(3, 1, 0, 1, 0.2);
    assertEquals(
        "\u001b[38;2;0;0;0;48;2;255;255;255m▀" + END + "\n\u001b[38;2;51;51;51m▀" + END,
        TextPicture.of(t, 80, TextPicture.Style.TRUE_COLOURS));
  }

  @Test
  void equalNeighboursShareTheirColour() {
    assertEquals(
        "\u001b[38;5;231;48;5;16m▀▀▀" + END,
        TextPicture.of(grey(2, 3, 1, 1, 1, 0, 0, 0), 80, TextPicture.Style.COLOURS_256));
  }

  /** Black and white are corners of the cube, all between them are of the 24 greys. */
  @ParameterizedTest
  @CsvSource({"0, 16", "0.01, 16", "0.04, 232", "0.5, 244", "0.96, 255", "1, 231"})
  void greysOfThePalette(double value, int number) {
    assertEquals(
        "\u001b[38;5;" + number + "m▀" + END,
        TextPicture.of(grey(1, 1, value), 80, TextPicture.Style.COLOURS_256));
  }

  @Test
  void coloursAreThoseOfThePixel() {
    Tensor red = Tensor.of(new double[] {1, 0.2, 0}, 1, 1, 3);
    assertEquals(
        "\u001b[38;2;255;51;0m▀" + END, TextPicture.of(red, 80, TextPicture.Style.TRUE_COLOURS));
    assertEquals(
        "\u001b[38;5;" + (16 + 36 * 5 + 6) + "m▀" + END,
        TextPicture.of(red, 80, TextPicture.Style.COLOURS_256));
  }

  @Test
  void otherNumbersAreStretched() {
    assertEquals("  ▒▒██", TextPicture.of(grey(1, 3, -2, 0, 2), 80, TextPicture.Style.SHADES));
    assertEquals(
        "??  ██", TextPicture.of(grey(1, 3, Double.NaN, -7, 9), 80, TextPicture.Style.SHADES));
    assertEquals("  ██", TextPicture.of(grey(1, 2, 3, 4), 80, TextPicture.Style.SHADES));
  }

  @Test
  void severalStandSideBySideAsFarAsThereIsRoom() {
    Tensor three = Tensor.ones(3, 1, 2, 1);
    assertEquals("████ ████ ████", TextPicture.of(three, 14, TextPicture.Style.SHADES));
    assertEquals("████ ████\n\n████", TextPicture.of(three, 13, TextPicture.Style.SHADES));
  }

  @Test
  void whatIsTooWideIsMadeSmaller() {
    Tensor wide = Tensor.iota(40).reshape(1, 40).greaterEqual(20);
    String small = TextPicture.of(wide.reshape(1, 40), 20, TextPicture.Style.SHADES);
    assertEquals(" ".repeat(10) + "█".repeat(10), small);
    // An odd rest is the mean of fewer pixels.
    assertEquals(
        "██".repeat(2),
        TextPicture.of(Tensor.ones(3, 3), 4, TextPicture.Style.SHADES)
            .lines()
            .findFirst()
            .orElseThrow());
  }

  @Test
  void otherShapesAreRefused() {
    for (Tensor t :
        new Tensor[] {
          Tensor.ones(3), Tensor.ones(2, 3, 2), Tensor.ones(1, 2, 2, 2), Tensor.ones(0, 4)
        }) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> TextPicture.of(t, 80, TextPicture.Style.SHADES));
      assertTrue(String.valueOf(e.getMessage()).contains(t.shape().toString()), e.toString());
    }
  }

  @Test
  void aBatchIsDrawnAndItsLaterPicturesAreCounted() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Screen screen = Screen.lines(new PrintStream(out, true, StandardCharsets.UTF_8));
    Show.on(screen, true);
    try {
      String two = String.valueOf(Show.value(Tensor.ones(2, 8, 8, 1)));
      assertTrue(two.startsWith("F32[2, 8, 8, 1] from 1.0 to 1.0\n█"), two);
      String many = String.valueOf(Show.value(Tensor.zeros(500, 8, 8, 1)));
      assertTrue(many.startsWith("F32[500, 8, 8, 1] from 0.0 to 0.0, the first 32 of 500\n"), many);
    } finally {
      Show.on(System.out);
    }
  }

  @Test
  void whatIsAPicture() {
    assertTrue(Show.isPicture(Tensor.normal(Rng.of(1), 5, 4, 1)));
    assertTrue(Show.isPicture(Tensor.normal(Rng.of(1), 5, 4, 3)));
    assertTrue(Show.isPicture(Tensor.uniform(Rng.of(1), 16, 20)));
    assertFalse(Show.isPicture(Tensor.uniform(Rng.of(1), 15, 20)), "as small as a table");
    assertFalse(Show.isPicture(Tensor.normal(Rng.of(1), 16, 20)), "weights");
    assertFalse(Show.isPicture(Tensor.normal(Rng.of(1), 5, 4, 2)));
    assertFalse(Show.isPicture(Tensor.iota(784).reshape(28, 28, 1)), "whole numbers");
    assertFalse(Show.isPicture(Tensor.ones(2, 5, 4, 1)), "filters");
    assertTrue(Show.isPicture(Tensor.ones(2, 8, 8, 1)), "a batch");
    assertTrue(Show.isPicture(Tensor.ones(2, 8, 9, 3)));
    assertFalse(Show.isPicture(Tensor.ones(2, 8, 8, 2)));
    assertFalse(Show.isPicture(Tensor.ones(0, 8, 8, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, UTF-8, truecolor, xterm, TRUE_COLOURS",
    "true, true, UTF-8, 24bit, xterm, TRUE_COLOURS",
    "true, true, UTF-8, null, screen-256color, COLOURS_256",
    "true, true, UTF-8, null, xterm, SHADES",
    "true, false, UTF-8, truecolor, xterm-256color, SHADES",
    "false, true, UTF-8, truecolor, xterm-256color, SHADES",
    "true, true, ISO-8859-1, truecolor, xterm, ASCII",
  })
  void aTerminalGetsWhatItCanShow(
      boolean terminal,
      boolean coloured,
      String charset,
      String colours,
      String term,
      TextPicture.Style style) {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, Charset.forName(charset));
    assertEquals(StandardCharsets.UTF_8.name().equals(charset), style != TextPicture.Style.ASCII);
    assertEquals(style, Show.style(new Screen(out, terminal, coloured, () -> 80), colours, term));
  }
}
