package shinso.train.figure;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a figure is drawn on; lengths are pixels, counted from the top left. */
sealed interface Canvas permits Raster, Svg {
  /** Where a text lies to the point that it is written at. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** Draws the edge of a shape. */
  void draw(Shape shape, Ink ink, double width, float... dashes);

  /** Fills a shape. */
  void fill(Shape shape, Ink ink);

  /** Fills shapes of the same colour. */
  void fill(List<Shape> shapes, Ink ink);

  /** Writes a text on a base line, turned by some degrees against the clock. */
  void text(String text, double x, double y, Anchor anchor, Letters letters, Ink ink, int degrees);

  /** Writes a text on ground that may be busy. */
  void haloed(String text, double x, double y, Anchor anchor, Letters letters, Ink ink, Ink halo);

  /** Puts an image into a rectangle, its pixels being squares, or smooth if it is to be. */
  void image(BufferedImage image, Rectangle2D place, boolean smooth);

  /** Draws only what lies in a rectangle from now on, null for everything. */
  void clip(@Nullable Rectangle2D part);

  /** Says something when the mouse is near a point. */
  void hover(double x, double y, String text);

  /** Says something of the cell under the mouse. */
  void hover(HoverCells cells);

  /** Returns how wide a text is. */
  double width(String text, Letters letters);

  /** Writes a level text. */
  default void text(String text, double x, double y, Anchor anchor, Letters letters, Ink ink) {
    text(text, x, y, anchor, letters, ink, 0);
  }

  /** Draws a line. */
  default void line(double x1, double y1, double x2, double y2, Ink ink, double width) {
    draw(new Line2D.Double(x1, y1, x2, y2), ink, width);
  }

  /** Fills a circle. */
  default void dot(double x, double y, double radius, Ink ink) {
    fill(circle(x, y, radius), ink);
  }

  /** Returns a circle. */
  static Shape circle(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }
}
