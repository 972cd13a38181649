package shinso.train.data.glyphs;

import java.util.List;
import shinso.train.data.glyphs.Pen.Point;

/** A grey image, black paper and white ink as in MNIST, on which strokes are drawn. */
final class Paper {
  /** Height and width in pixels. */
  static final int SIDE = 28;

  private double[] ink = new double[SIDE * SIDE];

  /**
   * Inks a stroke. Width and pressure change evenly along it.
   *
   * @param radius half the width in pixels at the beginning
   * @param endRadius half the width at the end
   * @param pressure how much ink there is at the beginning, 0 to 1
   * @param endPressure how much ink there is at the end
   */
  void stroke(
      List<Point> points, double radius, double endRadius, double pressure, double endPressure) {
    int pieces = points.size() - 1;
    for (int i = 0; i < pieces; i++) {
      double t = (i + 0.5) / pieces;
      piece(
          points.get(i),
          points.get(i + 1),
          radius + t * (endRadius - radius),
          pressure + t * (endPressure - pressure));
    }
  }

  private void piece(Point a, Point b, double radius, double pressure) {
    double reach = radius + 0.5;
    int x0 = Math.max(0, (int) (Math.min(a.x(), b.x()) - reach));
    int x1 = Math.min(SIDE - 1, (int) (Math.max(a.x(), b.x()) + reach));
    int y0 = Math.max(0, (int) (Math.min(a.y(), b.y()) - reach));
    int y1 = Math.min(SIDE - 1, (int) (Math.max(a.y(), b.y()) + reach));
    double dx = b.x() - a.x();
    double dy = b.y() - a.y();
    double square = dx * dx + dy * dy;
    for (int y = y0; y <= y1; y++) {
      for (int x = x0; x <= x1; x++) {
        double px = x + 0.5 - a.x();
        double py = y + 0.5 - a.y();
        double t = square == 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / square));
        double ex = px - t * dx;
        double ey = py - t * dy;
        // The part of the pixel that the stroke covers, as if its edge were straight there.
        double cover = reach - Math.sqrt(ex * ex + ey * ey);
        int i = y * SIDE + x;
        ink[i] = Math.max(ink[i], Math.max(0, Math.min(1, cover)) * pressure);
      }
    }
  }

  /**
   * Blurs with a kernel of three pixels a side.
   *
   * @param share the weight of both neighbours together, 0 to 2/3
   */
  void blur(double share) {
    double[] across = new double[ink.length];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double neighbours = at(ink, x - 1, y) + at(ink, x + 1, y);
        across[y * SIDE + x] = (1 - share) * ink[y * SIDE + x] + share / 2 * neighbours;
      }
    }
    double[] down = new double[ink.length];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double neighbours = at(across, x, y - 1) + at(across, x, y + 1);
        down[y * SIDE + x] = (1 - share) * across[y * SIDE + x] + share / 2 * neighbours;
      }
    }
    ink = down;
  }

  private static double at(double[] image, int x, int y) {
    return x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : image[y * SIDE + x];
  }

  /**
   * Writes the image as bytes, with contrast and noise.
   *
   * @param paper the grey of the paper
   * @param full the grey of full ink
   * @param grain the largest deviation of a pixel by noise
   */
  void develop(double paper, double full, double grain, ExactDraws d, byte[] to, int offset) {
    long bits = 0;
    for (int i = 0; i < ink.length; i++) {
      if (i % 4 == 0) {
        bits = d.bits();
      }
      // The sum of two bytes of noise: a triangle around 0.
      double noise = ((bits & 0xFF) + (bits >>> 8 & 0xFF)) / 255.0 - 1;
      bits >>>= 16;
      double grey = paper + (full - paper) * ink[i] + grain * noise;
      to[offset + i] = (byte) (int) (Math.max(0, Math.min(1, grey)) * 255 + 0.5);
    }
  }
}
