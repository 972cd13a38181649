package shinso.train.figure;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Turns figures into pictures and SVG. */
final class Drawing {
  private Drawing() {}

  static byte[] png(Figure figure) {
    return png(image(figure));
  }

  /** Returns the picture with its title. */
  static BufferedImage image(Figure figure) {
    return switch (figure) {
      case Pictures p -> p.image();
      case Lines l -> raster(l, l.size());
      case HeatMap h -> raster(h, h.size());
      case Contours c -> raster(c, c.size());
    };
  }

  private static BufferedImage raster(Figure figure, Size size) {
    Raster raster = new Raster(size);
    draw(figure, raster, true);
    return raster.finish();
  }

  /** Returns what is in the HTML element, without the title. */
  static String body(Figure figure) {
    return switch (figure) {
      case Pictures p -> p.html(Page.name(p));
      case Lines l -> svg(l, l.size());
      case HeatMap h -> svg(h, h.size());
      case Contours c -> svg(c, c.size());
    };
  }

  private static String svg(Figure figure, Size size) {
    Svg svg = new Svg(size, Page.name(figure));
    draw(figure, svg, false);
    return svg.finish();
  }

  private static void draw(Figure figure, Canvas canvas, boolean titled) {
    switch (figure) {
      case Lines l -> l.draw(canvas, titled);
      case HeatMap h -> h.draw(canvas, titled);
      case Contours c -> c.draw(canvas, titled);
      case Pictures p -> throw new IllegalStateException(p.title() + " is drawn pixel by pixel");
    }
  }

  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("every Java platform writes PNG");
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory takes everything", e);
    }
    return out.toByteArray();
  }
}
