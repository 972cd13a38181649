package shinso.train.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** Text in pictures. */
final class Captions {
  /** The height of a line in pixels. */
  static final int HEIGHT = 16;

  private static final int SIZE = 12;

  /** Mid-grey can be read on light and on dark ground. */
  private static final Color INK = new Color(0x7A, 0x82, 0x8C);

  private Captions() {}

  /** Returns whether text can be drawn; a bare server may have no fonts, and Java then throws. */
  static boolean arePossible() {
    return Fonts.PRESENT;
  }

  /** Writes a text into the line below an image, narrowed if it is too long. */
  static void draw(BufferedImage image, String text, int left, int top, int width) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(INK);
    g.setFont(Fonts.font());
    Rectangle2D box = g.getFont().getStringBounds(text, g.getFontRenderContext());
    double scale = Math.min(1, width / box.getWidth());
    g.translate(left + (width - scale * box.getWidth()) / 2, top + HEIGHT - 3);
    g.scale(scale, 1);
    g.drawString(text, 0, 0);
    g.dispose();
  }

  private static final class Fonts {
    static final boolean PRESENT = find();

    static Font font() {
      return new Font(Font.SANS_SERIF, Font.BOLD, SIZE);
    }

    private static boolean find() {
      try {
        FontRenderContext context = new FontRenderContext(null, true, true);
        return font().getStringBounds("x", context).getWidth() > 0;
      } catch (RuntimeException | InternalError | LinkageError e) {
        return false;
      }
    }
  }
}
