package shinso.train.figure;

import java.awt.Font;
import java.awt.font.FontRenderContext;

/** The letters of pictures; a bare server may have no fonts, and Java then throws. */
final class Fonts {
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
  private static final boolean PRESENT = find();

  private Fonts() {}

  /** Returns whether text can be drawn. */
  static boolean arePresent() {
    return PRESENT;
  }

  static Font of(Letters letters) {
    return new Font(Font.SANS_SERIF, letters.bold() ? Font.BOLD : Font.PLAIN, letters.size());
  }

  /** Returns how wide a text is. */
  static double width(String text, Letters letters) {
    return text.isEmpty() || !PRESENT
        ? letters.estimate(text)
        : of(letters).getStringBounds(text, CONTEXT).getWidth();
  }

  private static boolean find() {
    try {
      return of(Letters.TICK).getStringBounds("x", CONTEXT).getWidth() > 0;
    } catch (RuntimeException | InternalError | LinkageError e) {
      return false;
    }
  }
}
