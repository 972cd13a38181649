package shinso.train.figure;

import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** The shape of a point. */
enum Marker {
  CIRCLE,
  SQUARE,
  TRIANGLE,
  DIAMOND;

  /** Returns the shape for the thing of a number: things that share a colour differ in it. */
  static Marker of(int index) {
    return values()[index / Ink.SERIES % values().length];
  }

  /** Draws the shape. */
  void fill(Canvas canvas, double x, double y, double radius, Ink ink) {
    canvas.fill(shape(x, y, radius), ink);
  }

  Shape shape(double x, double y, double r) {
    return switch (this) {
      case CIRCLE -> Canvas.circle(x, y, r);
      case SQUARE -> new Rectangle2D.Double(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
      case TRIANGLE -> polygon(x, y, 1.2 * r, 3, -90);
      case DIAMOND -> polygon(x, y, 1.25 * r, 4, 0);
    };
  }

  private static Path2D polygon(double x, double y, double r, int corners, double degrees) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < corners; i++) {
      double a = Math.toRadians(degrees + 360.0 * i / corners);
      double px = x + r * Math.cos(a);
      double py = y + r * Math.sin(a);
      if (i == 0) {
        path.moveTo(px, py);
      } else {
        path.lineTo(px, py);
      }
    }
    path.closePath();
    return path;
  }

  /** Marks where a path begins: a ring. */
  static void start(Canvas canvas, double x, double y, Ink ink, Ink halo) {
    canvas.dot(x, y, 5.5, halo);
    canvas.draw(Canvas.circle(x, y, 4), ink, 2);
  }

  /** Marks where a path ends: a diamond. */
  static void end(Canvas canvas, double x, double y, Ink ink, Ink halo) {
    Shape shape = DIAMOND.shape(x, y, 5);
    canvas.draw(shape, halo, 3);
    canvas.fill(shape, ink);
  }
}
