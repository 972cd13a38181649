package shinso.train.figure;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Turns figures into pictures and SVG. */
final class Drawing {
  private Drawing() {}

  /** Returns a figure's picture as a file of its own. */
  static byte[] png(Figure figure) {
    return png(
        switch (figure) {
          case Pictures p -> p.image();
          case Animation a -> titled(a.frames().getLast(), Raster.SCALE);
          case Panels p -> p.image();
          default -> titled(figure, Raster.SCALE);
        });
  }

  /** Returns the size in pixels of a usual screen. */
  static Size size(Figure figure) {
    return switch (figure) {
      case Lines l -> l.size();
      case Scatter s -> s.size();
      case HeatMap h -> h.size();
      case Contours c -> c.size();
      case Surface s -> s.size();
      case Histogram h -> h.size();
      case Bars b -> b.size();
      case ParallelCoordinates p -> p.size();
      case Pictures p -> size(p.image(), 1);
      case Panels p -> size(p.image(), 1.0 / Raster.SCALE);
      case Animation a -> size(a.frames().getFirst());
    };
  }

  private static Size size(BufferedImage image, double scale) {
    return new Size(
        (int) Math.clamp(scale * image.getWidth(), 160, 10_000),
        (int) Math.clamp(scale * image.getHeight(), 120, 10_000));
  }

  /** Returns a picture with its title. */
  static BufferedImage titled(Figure figure, double scale) {
    return switch (figure) {
      case Pictures p -> titled(p.title(), p.image(), scale);
      case Panels p -> scaled(p.image(), scale / Raster.SCALE);
      default -> {
        Raster raster = new Raster(size(figure), scale);
        draw(figure, raster, true);
        yield raster.finish();
      }
    };
  }

  private static BufferedImage titled(String title, BufferedImage image, double scale) {
    BufferedImage body = scaled(image, scale);
    int head = title.isEmpty() ? 0 : (int) (34 * scale);
    int margin = (int) (14 * scale);
    BufferedImage all =
        new BufferedImage(
            body.getWidth() + 2 * margin,
            body.getHeight() + head + margin,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = all.createGraphics();
    g.setColor(Ink.PAPER.color());
    g.fillRect(0, 0, all.getWidth(), all.getHeight());
    if (head > 0) {
      g.drawImage(line(title, (int) (all.getWidth() / scale), 34, scale), 0, 0, null);
    }
    g.drawImage(body, margin, Math.max(head, margin / 2), null);
    g.dispose();
    return all;
  }

  private static BufferedImage scaled(BufferedImage image, double scale) {
    if (scale == 1) {
      return image;
    }
    BufferedImage result =
        new BufferedImage(
            (int) Math.ceil(scale * image.getWidth()),
            (int) Math.ceil(scale * image.getHeight()),
            BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = result.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION,
        scale == Math.rint(scale)
            ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
            : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.scale(scale, scale);
    g.drawImage(image, 0, 0, null);
    g.dispose();
    return result;
  }

  /** Returns a title on white. */
  static BufferedImage line(String title, int width, int height, double scale) {
    Raster raster = new Raster(new Size(Math.max(160, width), 120), scale);
    raster.text(
        title, 14, 14 + Letters.TITLE.size() - 4, Canvas.Anchor.START, Letters.TITLE, Ink.TEXT);
    BufferedImage image = raster.finish();
    return image.getSubimage(
        0, 0, Math.min(image.getWidth(), (int) Math.max(1, scale * width)), (int) (scale * height));
  }

  /** Returns what is in the HTML element, without the title. */
  static String body(Figure figure) {
    return switch (figure) {
      case Pictures p -> p.element();
      case Surface s -> s.element();
      case Panels p -> p.grid();
      case Animation a -> a.player();
      default -> {
        Svg svg = new Svg(size(figure), Page.name(figure));
        draw(figure, svg, false);
        yield svg.finish();
      }
    };
  }

  private static void draw(Figure figure, Canvas canvas, boolean titled) {
    switch (figure) {
      case Lines l -> l.draw(canvas, titled);
      case Scatter s -> s.draw(canvas, titled);
      case HeatMap h -> h.draw(canvas, titled);
      case Contours c -> c.draw(canvas, titled);
      case Surface s -> s.draw(canvas, titled);
      case Histogram h -> h.draw(canvas, titled);
      case Bars b -> b.draw(canvas, titled);
      case ParallelCoordinates p -> p.draw(canvas, titled);
      case Pictures _, Panels _, Animation _ ->
          throw new IllegalStateException(figure.title() + " is composed of pictures");
    }
  }

  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // Of itself ImageIO takes a file in the temporary folder, which may be missing or full.
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IllegalStateException("every Java platform writes PNG");
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory takes everything", e);
    }
    return out.toByteArray();
  }
}
