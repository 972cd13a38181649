package shinso.train.figure;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import shinso.train.figure.Canvas.Anchor;

/**
 * Which number has which colour, and the bar that says so.
 *
 * @param pale how much white is added, for what is ground to other things
 */
record Scale(double low, double high, boolean logarithmic, ColourMap map, double pale) {
  private static final int WIDTH = 15;
  private static final int GAP = 18;

  int rgb(double value) {
    double part =
        low == high
            ? value == low ? 0.5 : value < low ? 0 : 1
            : logarithmic
                ? Math.log(value / low) / Math.log(high / low)
                : (value - low) / (high - low);
    int rgb = map.rgb(Double.isNaN(value) || Double.isNaN(low) ? Double.NaN : part);
    return ColourMap.mix(rgb, 0xFFFFFF, pale);
  }

  private Axis axis(double first, double last) {
    int most = (int) Math.clamp(Math.abs(last - first) / 45, 2, 8);
    if (Double.isNaN(low) || low == high) {
      return Axis.linear(List.of(Double.isNaN(low) ? 0 : low), first, last, false, most);
    }
    return Axis.of(List.of(), logarithmic, new Range(low, high), first, last, false, most);
  }

  /** Returns how much room the bar takes at the right of a plot. */
  double room(Canvas canvas, double length) {
    double widest =
        PlotFrame.ticks(axis(0, length)).stream()
            .mapToDouble(t -> canvas.width(t.label(), Letters.TICK))
            .max()
            .orElse(0);
    return GAP + WIDTH + 8 + widest;
  }

  /** Draws the bar at the right of a plot. */
  void bar(Canvas canvas, PlotFrame frame) {
    int n = 256;
    Axis axis = axis(frame.bottom(), frame.top());
    BufferedImage image = new BufferedImage(1, n, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < n; i++) {
      double length = frame.bottom() - frame.top();
      image.setRGB(0, i, rgb(axis.value(frame.top() + (i + 0.5) * length / n)));
    }
    bar(canvas, frame, image, PlotFrame.ticks(axis));
  }

  /** Draws a bar with these colours. */
  static void bar(Canvas canvas, PlotFrame frame, BufferedImage image, List<PlotFrame.Tick> ticks) {
    double x = frame.right() + GAP;
    Rectangle2D place = new Rectangle2D.Double(x, frame.top(), WIDTH, frame.bottom() - frame.top());
    canvas.image(image, place, false);
    canvas.draw(place, Ink.EDGE, 1);
    for (PlotFrame.Tick t : ticks) {
      canvas.line(x + WIDTH, t.at(), x + WIDTH + 4, t.at(), Ink.EDGE, 1);
      canvas.text(t.label(), x + WIDTH + 8, t.at() + 4.5, Anchor.START, Letters.TICK, Ink.SOFT);
    }
  }
}
