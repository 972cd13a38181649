package shinso.train.data.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Changes that move pixels, one after another. Each says where in the picture before it a pixel of
 * the picture after it comes from; so the last one is asked first.
 */
record Warp(List<Change> changes) implements Augmentation {
  /** A random move of pixels. */
  @FunctionalInterface
  interface Change {
    /** Draws a move for pictures of a size. */
    Move draw(int height, int width, RandomGenerator random);
  }

  /** From a place to the place where what is there comes from. */
  @FunctionalInterface
  interface Move {
    /** Replaces x and y, in pixels from the middle of the picture to the right and down. */
    void trace(double[] xy);
  }

  static Warp of(Change change) {
    return new Warp(List.of(change));
  }

  @Override
  public Augmentation then(Augmentation next) {
    return next instanceof Warp warp
        ? new Warp(Stream.concat(changes.stream(), warp.changes.stream()).toList())
        : Augmentation.super.then(next);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    int h = image.height();
    int w = image.width();
    List<Move> moves =
        changes.stream().map(change -> change.draw(h, w, random)).toList().reversed();
    double middleX = (w - 1) / 2.0;
    double middleY = (h - 1) / 2.0;
    int channels = image.channels();
    float[] values = new float[h * w * channels];
    double[] xy = new double[2];
    int i = 0;
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        xy[0] = x - middleX;
        xy[1] = y - middleY;
        for (Move move : moves) {
          move.trace(xy);
        }
        read(image, xy[0] + middleX, xy[1] + middleY, values, i);
        i += channels;
      }
    }
    return new Image(h, w, channels, values);
  }

  /** Reads between four pixels. */
  private static void read(Image image, double x, double y, float[] values, int i) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    double fx = x - left;
    double fy = y - top;
    for (int c = 0; c < image.channels(); c++) {
      double above = (1 - fx) * image.at(top, left, c) + fx * image.at(top, left + 1, c);
      double below = (1 - fx) * image.at(top + 1, left, c) + fx * image.at(top + 1, left + 1, c);
      values[i + c] = (float) ((1 - fy) * above + fy * below);
    }
  }
}
