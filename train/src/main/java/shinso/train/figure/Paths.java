package shinso.train.figure;

import java.awt.geom.Path2D;
import java.util.List;
import shinso.train.figure.PointSeries.Point;

/** Draws ways through a plane. */
final class Paths {
  /** So many points can be told apart. */
  private static final int FEW = 100;

  private Paths() {}

  /** The colour of a way, and of its edge. */
  record Pen(Ink ink, Ink halo) {
    /** Returns colours for the ground of the page, or for a map that is always light. */
    static Pen of(Ink ink, boolean onMap) {
      return onMap ? new Pen(ink.onLight(), Ink.PAPER.onLight()) : new Pen(ink, Ink.PAPER);
    }
  }

  /** Draws a way; what is not finite is left out. */
  static void line(Canvas canvas, PointSeries path, PlotFrame.Key key, Pen pen, Axis x, Axis y) {
    List<Point> points = path.finite();
    if (points.isEmpty()) {
      return;
    }
    Path2D line = new Path2D.Double();
    Point first = points.getFirst();
    line.moveTo(x.at(first.x()), y.at(first.y()));
    points.forEach(p -> line.lineTo(x.at(p.x()), y.at(p.y())));
    canvas.draw(line, pen.halo().faint(0.85), 4.2);
    canvas.draw(line, pen.ink(), 2.2, PlotFrame.dashes(PlotFrame.Sign.PATH, key.index()));
    if (points.size() <= FEW) {
      points.forEach(p -> canvas.dot(x.at(p.x()), y.at(p.y()), 2.4, pen.ink()));
    }
    int every = Math.max(1, points.size() / 400);
    for (int i = 0; i < points.size(); i += every) {
      Point p = points.get(i);
      String at = " %d: (%s, %s)".formatted(i, Numbers.text(p.x()), Numbers.text(p.y()));
      canvas.hover(x.at(p.x()), y.at(p.y()), path.name() + at);
    }
  }

  /** Marks where a way begins and where it ends. */
  static void ends(Canvas canvas, PointSeries path, Pen pen, Axis x, Axis y) {
    List<Point> points = path.finite();
    if (!points.isEmpty()) {
      Point first = points.getFirst();
      Point last = points.getLast();
      Marker.start(canvas, x.at(first.x()), y.at(first.y()), pen.ink(), pen.halo());
      Marker.end(canvas, x.at(last.x()), y.at(last.y()), pen.ink(), pen.halo());
    }
  }
}
