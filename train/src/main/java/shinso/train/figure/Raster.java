package shinso.train.figure;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A picture on white. */
final class Raster implements Canvas {
  /** Screens of today have more pixels than their units say. */
  static final int SCALE = 2;

  private final BufferedImage image;
  private final Graphics2D g;

  /**
   * Begins a picture.
   *
   * @param scale how many of its pixels are one of the drawing across
   */
  Raster(Size size, double scale) {
    image =
        new BufferedImage(
            (int) Math.round(scale * size.width()),
            (int) Math.round(scale * size.height()),
            BufferedImage.TYPE_INT_RGB);
    g = image.createGraphics();
    g.setColor(Ink.PAPER.color());
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    g.scale(scale, scale);
  }

  /** Returns the picture; nothing can be drawn afterwards. */
  BufferedImage finish() {
    g.dispose();
    return image;
  }

  @Override
  public void draw(Shape shape, Ink ink, double width, float... dashes) {
    g.setColor(ink.color());
    int cap = dashes.length == 0 ? BasicStroke.CAP_ROUND : BasicStroke.CAP_BUTT;
    g.setStroke(
        new BasicStroke(
            (float) width, cap, BasicStroke.JOIN_ROUND, 1, dashes.length == 0 ? null : dashes, 0));
    g.draw(shape);
  }

  @Override
  public void fill(Shape shape, Ink ink) {
    g.setColor(ink.color());
    g.fill(shape);
  }

  @Override
  public void fill(List<Shape> shapes, Ink ink) {
    shapes.forEach(s -> fill(s, ink));
  }

  @Override
  public void text(
      String text, double x, double y, Anchor anchor, Letters letters, Ink ink, int degrees) {
    if (text.isEmpty() || !Fonts.arePresent()) {
      return;
    }
    AffineTransform before = g.getTransform();
    g.setFont(Fonts.of(letters));
    g.setColor(ink.color());
    g.translate(x, y);
    g.rotate(-Math.toRadians(degrees));
    g.drawString(text, (float) -before(text, anchor, letters), 0);
    g.setTransform(before);
  }

  private static double before(String text, Anchor anchor, Letters letters) {
    double width = Fonts.width(text, letters);
    return anchor == Anchor.START ? 0 : anchor == Anchor.END ? width : width / 2;
  }

  @Override
  public void haloed(
      String text, double x, double y, Anchor anchor, Letters letters, Ink ink, Ink halo) {
    if (text.isEmpty() || !Fonts.arePresent()) {
      return;
    }
    TextLayout layout = new TextLayout(text, Fonts.of(letters), g.getFontRenderContext());
    AffineTransform shift =
        AffineTransform.getTranslateInstance(x - before(text, anchor, letters), y);
    draw(layout.getOutline(shift), halo, 4);
    text(text, x, y, anchor, letters, ink, 0);
  }

  @Override
  public void image(BufferedImage picture, Rectangle2D place, boolean smooth) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION,
        smooth
            ? RenderingHints.VALUE_INTERPOLATION_BILINEAR
            : RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    AffineTransform fit = AffineTransform.getTranslateInstance(place.getX(), place.getY());
    fit.scale(place.getWidth() / picture.getWidth(), place.getHeight() / picture.getHeight());
    g.drawImage(picture, fit, null);
  }

  @Override
  public void clip(@Nullable Rectangle2D part) {
    g.setClip(part);
  }

  @Override
  public void hover(double x, double y, String text) {
    // A picture is silent.
  }

  @Override
  public void hover(HoverCells cells) {
    // A picture is silent.
  }

  @Override
  public double width(String text, Letters letters) {
    return Fonts.width(text, letters);
  }
}
