package shinso.train.figure;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An SVG element that takes its colours from a style sheet. */
final class Svg implements Canvas {
  private final Size size;
  private final String name;
  private final StringBuilder s = new StringBuilder();
  private final StringBuilder points = new StringBuilder();
  private @Nullable HoverCells cells;
  private int clips;
  private boolean clipped;

  /**
   * Begins an empty one.
   *
   * @param name what it is called by what can't see, and what the names in it begin with
   */
  Svg(Size size, String name) {
    this.size = size;
    this.name = name;
  }

  /** Returns the element. */
  String finish() {
    clip(null);
    StringBuilder e = new StringBuilder();
    e.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" style=\"max-width:%dpx\" role=\"img\" aria-label=\"%s\"",
            size.width(),
            size.height(),
            Math.round(1.25 * size.width()),
            Html.escape(name)));
    if (!points.isEmpty()) {
      e.append(" data-points='[").append(points).append("]'");
    }
    HoverCells c = cells;
    if (c != null) {
      e.append(" data-cells='").append(c.json()).append('\'');
    }
    return e.append('>').append(s).append("</svg>").toString();
  }

  /** Returns a length with a tenth of a pixel. */
  static String number(double v) {
    long tenths = Math.round(10 * v);
    return tenths % 10 == 0
        ? Long.toString(tenths / 10)
        : (tenths < 0 ? "-" : "") + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10;
  }

  private void element(Shape shape, String style) {
    switch (shape) {
      case Line2D l -> {
        s.append("<line x1=\"").append(number(l.getX1())).append("\" y1=\"");
        s.append(number(l.getY1())).append("\" x2=\"").append(number(l.getX2()));
        s.append("\" y2=\"").append(number(l.getY2())).append('"');
      }
      case Ellipse2D o when o.getWidth() == o.getHeight() -> {
        s.append("<circle cx=\"").append(number(o.getCenterX())).append("\" cy=\"");
        s.append(number(o.getCenterY())).append("\" r=\"").append(number(o.getWidth() / 2));
        s.append('"');
      }
      case Rectangle2D r -> {
        s.append("<rect x=\"").append(number(r.getX())).append("\" y=\"");
        s.append(number(r.getY())).append("\" width=\"").append(number(r.getWidth()));
        s.append("\" height=\"").append(number(r.getHeight())).append('"');
      }
      default -> {
        s.append("<path d=\"");
        path(shape);
        s.append('"');
      }
    }
    s.append(style).append("/>");
  }

  private void path(Shape shape) {
    double[] p = new double[6];
    for (PathIterator i = shape.getPathIterator(null); !i.isDone(); i.next()) {
      int kind = i.currentSegment(p);
      int numbers =
          switch (kind) {
            case PathIterator.SEG_MOVETO, PathIterator.SEG_LINETO -> 2;
            case PathIterator.SEG_QUADTO -> 4;
            case PathIterator.SEG_CUBICTO -> 6;
            default -> 0;
          };
      s.append("MLQCZ".charAt(kind));
      for (int k = 0; k < numbers; k++) {
        s.append(k == 0 ? "" : " ").append(number(p[k]));
      }
    }
  }

  private static String paint(String property, Ink ink) {
    String colour =
        ink.name().isEmpty()
            ? String.format(Locale.ROOT, "#%06x", ink.light())
            : "var(--f-" + ink.name() + ")";
    String opacity =
        ink.opacity() < 1
            ? String.format(Locale.ROOT, ";%s-opacity:%.2f", property, ink.opacity())
            : "";
    return property + ":" + colour + opacity;
  }

  @Override
  public void draw(Shape shape, Ink ink, double width, float... dashes) {
    StringBuilder style = new StringBuilder(" style=\"fill:none;").append(paint("stroke", ink));
    style.append(";stroke-width:").append(number(width));
    if (dashes.length > 0) {
      style.append(";stroke-dasharray:");
      for (float d : dashes) {
        style.append(number(d)).append(' ');
      }
      style.append(";stroke-linecap:butt");
    }
    element(shape, style.append('"').toString());
  }

  @Override
  public void fill(Shape shape, Ink ink) {
    element(shape, " style=\"stroke:none;" + paint("fill", ink) + "\"");
  }

  @Override
  public void fill(List<Shape> shapes, Ink ink) {
    s.append("<g style=\"stroke:none;").append(paint("fill", ink)).append("\">");
    shapes.forEach(shape -> element(shape, ""));
    s.append("</g>");
  }

  @Override
  public void text(
      String text, double x, double y, Anchor anchor, Letters letters, Ink ink, int degrees) {
    text(text, x, y, anchor, letters, paint("fill", ink), degrees);
  }

  private void text(
      String text, double x, double y, Anchor anchor, Letters letters, String style, int degrees) {
    if (text.isEmpty()) {
      return;
    }
    s.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y));
    if (degrees != 0) {
      s.append("\" transform=\"rotate(").append(-degrees).append(' ');
      s.append(number(x)).append(' ').append(number(y)).append(')');
    }
    s.append("\" style=\"").append(style).append(";font-size:").append(letters.size());
    s.append("px").append(letters.bold() ? ";font-weight:600" : "");
    if (anchor != Anchor.START) {
      s.append(";text-anchor:").append(anchor == Anchor.END ? "end" : "middle");
    }
    s.append("\">").append(Html.escape(text)).append("</text>");
  }

  @Override
  public void haloed(
      String text, double x, double y, Anchor anchor, Letters letters, Ink ink, Ink halo) {
    String edge = ";paint-order:stroke;stroke-width:4;" + paint("stroke", halo);
    text(text, x, y, anchor, letters, paint("fill", ink) + edge, 0);
  }

  @Override
  public void image(BufferedImage image, Rectangle2D place, boolean smooth) {
    s.append("<image x=\"").append(number(place.getX())).append("\" y=\"");
    s.append(number(place.getY())).append("\" width=\"").append(number(place.getWidth()));
    s.append("\" height=\"").append(number(place.getHeight()));
    s.append("\" preserveAspectRatio=\"none\"");
    s.append(smooth ? "" : " style=\"image-rendering:pixelated\"");
    BufferedImage drawn = smooth ? image : enlarged(image, place);
    s.append(" href=\"").append(Html.dataUri(Drawing.png(drawn))).append("\"/>");
  }

  /** Returns an image of larger pixels, since some browsers smooth what they are told not to. */
  private static BufferedImage enlarged(BufferedImage image, Rectangle2D place) {
    int across = (int) Math.clamp(Math.ceil(2 * place.getWidth() / image.getWidth()), 1, 64);
    int down = (int) Math.clamp(Math.ceil(2 * place.getHeight() / image.getHeight()), 1, 64);
    int w = image.getWidth() == 1 ? 1 : across * image.getWidth();
    BufferedImage large = new BufferedImage(w, down * image.getHeight(), image.getType());
    for (int y = 0; y < large.getHeight(); y++) {
      for (int x = 0; x < w; x++) {
        large.setRGB(x, y, image.getRGB(w == 1 ? 0 : x / across, y / down));
      }
    }
    return large;
  }

  @Override
  public void clip(@Nullable Rectangle2D part) {
    if (clipped) {
      s.append("</g>");
      clipped = false;
    }
    if (part != null) {
      // Two figures of one page may have the same name only if they are drawn alike.
      String id =
          String.format(Locale.ROOT, "clip-%x-%x-%d", name.hashCode(), part.hashCode(), clips++);
      s.append("<clipPath id=\"").append(id).append("\">");
      element(part, "");
      s.append("</clipPath><g clip-path=\"url(#").append(id).append(")\">");
      clipped = true;
    }
  }

  @Override
  public void hover(double x, double y, String text) {
    points.append(points.isEmpty() ? "" : ",").append('[').append(number(x)).append(',');
    points.append(number(y)).append(',').append(Html.json(text)).append(']');
  }

  @Override
  public void hover(HoverCells all) {
    cells = all;
  }

  @Override
  public double width(String text, Letters letters) {
    return letters.estimate(text);
  }
}
