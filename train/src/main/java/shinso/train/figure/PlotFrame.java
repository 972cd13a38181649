package shinso.train.figure;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import shinso.train.figure.Canvas.Anchor;

/**
 * What plots have in common: title, legend, axes and notes around a rectangle. From top to bottom
 * it is known at once, from left to right when what stands at the vertical axis is known.
 */
final class PlotFrame {
  private static final int MARGIN = 14;
  private static final int ROW = 21;
  private static final int SIGN = 24;
  private static final int TICK = 6;
  private static final int SLANT = 35;

  /** How a thing is drawn, for the legend. */
  enum Sign {
    LINE,
    DASHES,
    DOT,
    BOX,
    PATH
  }

  /** A line of the legend. */
  record Key(String name, Sign sign, int index) {
    Ink ink() {
      return Ink.series(index);
    }
  }

  /** Something written at an axis. */
  record Tick(double at, String label) {}

  private final Canvas canvas;
  private final Size size;
  private final String xName;
  private final String yName;
  private final List<String> notes;
  private final double top;
  private final double bottom;
  private final boolean slanted;
  private double left;
  private double right;

  /**
   * Writes title and legend and finds out how much room there is below.
   *
   * @param title empty for none
   * @param notes what is said below the plot
   * @param slant the widest of the names that stand aslant below the plot, or 0
   */
  PlotFrame(
      Canvas canvas,
      Size size,
      String title,
      List<Key> keys,
      String xName,
      String yName,
      List<String> notes,
      double slant) {
    this.canvas = canvas;
    this.size = size;
    this.xName = xName;
    this.yName = yName;
    this.notes = notes;
    double y = MARGIN;
    if (!title.isEmpty()) {
      y += Letters.TITLE.size();
      String fitting = fit(canvas, title, Letters.TITLE, size.width() - 2 * MARGIN);
      canvas.text(fitting, MARGIN, y, Anchor.START, Letters.TITLE, Ink.TEXT);
      y += 8;
    }
    y = legend(keys, y);
    top = y + 6;
    bottom =
        size.height()
            - 8
            - (notes.isEmpty() ? 0 : 18)
            - (xName.isEmpty() ? 0 : 21)
            - (Letters.TICK.size() + 2)
            - slant * Math.sin(Math.toRadians(SLANT))
            - TICK;
    slanted = slant > 0;
    left = MARGIN;
    right = size.width() - MARGIN;
  }

  /** Returns a text, shortened if it is too long. */
  static String fit(Canvas canvas, String text, Letters letters, double width) {
    if (canvas.width(text, letters) <= width) {
      return text;
    }
    String s = text;
    while (s.length() > 1 && canvas.width(s + "…", letters) > width) {
      s = s.substring(0, s.length() - 1);
    }
    return s + "…";
  }

  private double legend(List<Key> keys, double from) {
    if (keys.isEmpty()) {
      return from;
    }
    double x = MARGIN;
    double y = from + ROW / 2.0 + 4;
    for (Key key : keys) {
      double sign = wide(key.sign());
      double width = sign + 7 + canvas.width(key.name(), Letters.TICK) + 18;
      if (x > MARGIN && x + width - 18 > size.width() - MARGIN) {
        x = MARGIN;
        y += ROW;
      }
      sign(key, x, y - 4.5);
      canvas.text(key.name(), x + sign + 7, y, Anchor.START, Letters.TICK, Ink.TEXT);
      x += width;
    }
    return y + ROW / 2.0 - 4;
  }

  private static double wide(Sign sign) {
    return switch (sign) {
      case DOT, BOX -> 13;
      case LINE, DASHES -> SIGN;
      case PATH -> SIGN + 10;
    };
  }

  private void sign(Key key, double x, double y) {
    switch (key.sign()) {
      case LINE, DASHES ->
          canvas.draw(
              new Line2D.Double(x, y, x + SIGN, y),
              key.ink(),
              2.2,
              dashes(key.sign(), key.index()));
      case DOT -> Marker.of(key.index()).fill(canvas, x + 6, y, 5, key.ink());
      case BOX -> canvas.fill(new Rectangle2D.Double(x, y - 6, 13, 12), key.ink());
      case PATH -> {
        canvas.line(x + 5, y, x + SIGN + 4, y, key.ink(), 2.2);
        Marker.start(canvas, x + 5, y, key.ink(), Ink.PAPER);
        Marker.end(canvas, x + SIGN + 4, y, key.ink(), Ink.PAPER);
      }
    }
  }

  /** Returns how a line is interrupted: things that share a colour differ in this. */
  static float[] dashes(Sign sign, int index) {
    if (sign == Sign.DASHES) {
      return new float[] {6, 4};
    }
    return switch (index / Ink.SERIES % 3) {
      case 1 -> new float[] {9, 3};
      case 2 -> new float[] {2, 3};
      default -> new float[0];
    };
  }

  double top() {
    return top;
  }

  double bottom() {
    return bottom;
  }

  double left() {
    return left;
  }

  double right() {
    return right;
  }

  /** Returns how many numbers a vertical axis has room for. */
  int yTicks() {
    return (int) Math.clamp((bottom - top) / 52, 3, 8);
  }

  /** Returns how many numbers a horizontal axis has room for. */
  int xTicks() {
    return (int) Math.clamp((right - left) / 80, 3, 10);
  }

  /** Makes room for what stands at the vertical axis, and at the right of the plot. */
  void sides(List<Tick> ys, double rightRoom) {
    double widest =
        ys.stream().mapToDouble(t -> canvas.width(t.label(), Letters.TICK)).max().orElse(0);
    left = MARGIN - 4 + (yName.isEmpty() ? 0 : 21) + widest + TICK + 3;
    right = size.width() - MARGIN - 8 - rightRoom;
  }

  /** Makes room for a name that ends below a point of the plot and begins outside of it. */
  void leftAtLeast(double x) {
    left = Math.max(left, Math.min(x, size.width() / 3.0));
  }

  /** Returns how far a name that stands aslant reaches to the left. */
  static double reach(double width) {
    return width * Math.cos(Math.toRadians(SLANT));
  }

  /** Returns the rectangle of the plot, a little larger by a margin. */
  Rectangle2D plot(double margin) {
    return new Rectangle2D.Double(
        left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin);
  }

  /** Makes the plot smaller. */
  void narrow(double newRight) {
    right = newRight;
  }

  static List<Tick> ticks(Axis axis) {
    List<Tick> ticks = new ArrayList<>();
    for (double t : axis.ticks()) {
      ticks.add(new Tick(axis.at(t), axis.label(t)));
    }
    return ticks;
  }

  /** Draws lines through the plot. */
  void grid(List<Tick> xs, List<Tick> ys) {
    xs.forEach(t -> canvas.line(t.at(), top, t.at(), bottom, Ink.GRID, 1));
    ys.forEach(t -> canvas.line(left, t.at(), right, t.at(), Ink.GRID, 1));
  }

  /** Draws the edges with their numbers and names, and the notes. */
  void edges(List<Tick> xs, List<Tick> ys) {
    canvas.draw(plot(0), Ink.EDGE, 1);
    for (Tick t : xs) {
      canvas.line(t.at(), bottom, t.at(), bottom + TICK - 2, Ink.EDGE, 1);
      double low = bottom + TICK + Letters.TICK.size() - 1;
      if (slanted) {
        canvas.text(t.label(), t.at() + 5, low - 2, Anchor.END, Letters.TICK, Ink.SOFT, SLANT);
        continue;
      }
      double half = canvas.width(t.label(), Letters.TICK) / 2;
      double x = Math.min(t.at(), size.width() - 3 - half);
      canvas.text(t.label(), x, low, Anchor.MIDDLE, Letters.TICK, Ink.SOFT);
    }
    for (Tick t : ys) {
      canvas.line(left - TICK + 2, t.at(), left, t.at(), Ink.EDGE, 1);
      canvas.text(t.label(), left - TICK - 2, t.at() + 4.5, Anchor.END, Letters.TICK, Ink.SOFT);
    }
    names();
  }

  /** Writes the names of the axes, and the notes. */
  void names() {
    double low = size.height() - 8;
    if (!notes.isEmpty()) {
      canvas.text(String.join("; ", notes), MARGIN, low, Anchor.START, Letters.NOTE, Ink.SOFT);
      low -= 18;
    }
    canvas.text(xName, (left + right) / 2, low - 3, Anchor.MIDDLE, Letters.NAME, Ink.SOFT);
    double x = MARGIN - 4 + Letters.NAME.size() - 2;
    canvas.text(yName, x, (top + bottom) / 2, Anchor.MIDDLE, Letters.NAME, Ink.SOFT, 90);
  }
}
