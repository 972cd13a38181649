package shinso.train.data.augment;

import java.util.random.RandomGenerator;

/** The moves of pixels that {@link Augmentation} offers. */
final class Warps {
  /** Standard deviations after which a Gaussian is cut off. */
  private static final double REACH = 3;

  private Warps() {}

  static Warp shift(double pixels) {
    requireNotNegative("shift", pixels);
    return Warp.of((h, w, random) -> {
      double dx = Draws.between(random, -pixels, pixels);
      double dy = Draws.between(random, -pixels, pixels);
      return moved(dx, dy);
    });
  }

  static Warp paddedCrop(int border) {
    requireNotNegative("paddedCrop", border);
    return Warp.of((h, w, random) -> {
      int dx = Draws.below(random, 2 * border + 1) - border;
      int dy = Draws.below(random, 2 * border + 1) - border;
      return moved(dx, dy);
    });
  }

  static Warp.Move moved(double dx, double dy) {
    return xy -> {
      xy[0] -= dx;
      xy[1] -= dy;
    };
  }

  static Warp rotation(double degrees) {
    requireNotNegative("rotation", degrees);
    return Warp.of((h, w, random) -> {
      double angle = StrictMath.toRadians(Draws.between(random, -degrees, degrees));
      return turned(angle);
    });
  }

  static Warp.Move turned(double angle) {
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    return linear(cos, sin, -sin, cos);
  }

  static Warp scaling(double least, double most) {
    if (!(least > 0 && least <= most && most < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "scaling: from one positive factor to a larger one, not %s to %s".formatted(least, most));
    }
    return Warp.of((h, w, random) -> {
      double back = 1 / Draws.between(random, least, most);
      return linear(back, 0, 0, back);
    });
  }

  static Warp resizedCrop(double least) {
    if (!(least > 0 && least <= 1)) {
      throw new IllegalArgumentException(
          "resizedCrop: the smallest share is above 0 and at most 1, not " + least);
    }
    return Warp.of((h, w, random) -> {
      double side = Math.sqrt(Draws.between(random, least, 1));
      double dx = (1 - side) * (w - 1) * (Draws.uniform(random) - 0.5);
      double dy = (1 - side) * (h - 1) * (Draws.uniform(random) - 0.5);
      return xy -> {
        xy[0] = side * xy[0] + dx;
        xy[1] = side * xy[1] + dy;
      };
    });
  }

  static Warp shear(double slope) {
    requireNotNegative("shear", slope);
    return Warp.of((h, w, random) -> linear(1, Draws.between(random, -slope, slope), 0, 1));
  }

  static Warp flip(double probability, boolean sideways) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("flip: the probability is in [0, 1], not " + probability);
    }
    return Warp.of((h, w, random) -> {
      int sign = Draws.uniform(random) < probability ? -1 : 1;
      return sideways ? linear(sign, 0, 0, 1) : linear(1, 0, 0, sign);
    });
  }

  /** (x, y) ← (a x + b y, c x + d y). */
  private static Warp.Move linear(double a, double b, double c, double d) {
    return xy -> {
      double x = xy[0];
      double y = xy[1];
      xy[0] = a * x + b * y;
      xy[1] = c * x + d * y;
    };
  }

  static Warp elastic(double alpha, double sigma) {
    requireNotNegative("elastic", alpha);
    if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("elastic: σ is positive, not " + sigma);
    }
    double[] kernel = gaussian(sigma);
    return Warp.of((h, w, random) -> {
      double[] dx = field(h, w, alpha, kernel, random);
      double[] dy = field(h, w, alpha, kernel, random);
      return xy -> {
        double x = xy[0] + (w - 1) / 2.0;
        double y = xy[1] + (h - 1) / 2.0;
        xy[0] += between(dx, h, w, x, y);
        xy[1] += between(dy, h, w, x, y);
      };
    });
  }

  /** Weights that add up to 1, the middle one first. */
  private static double[] gaussian(double sigma) {
    double[] kernel = new double[(int) Math.ceil(REACH * sigma) + 1];
    double sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = StrictMath.exp(-i * i / (2 * sigma * sigma));
      sum += i == 0 ? kernel[i] : 2 * kernel[i];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  /** α times smoothed uniform numbers in (−1, 1); the noise goes on beyond the edges. */
  static double[] field(int h, int w, double alpha, double[] kernel, RandomGenerator random) {
    int reach = kernel.length - 1;
    int wide = w + 2 * reach;
    int high = h + 2 * reach;
    double[] noise = new double[high * wide];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = Draws.between(random, -1, 1);
    }
    double[] rows = new double[high * w];
    for (int y = 0; y < high; y++) {
      for (int x = 0; x < w; x++) {
        int middle = y * wide + x + reach;
        double sum = kernel[0] * noise[middle];
        for (int k = 1; k <= reach; k++) {
          sum += kernel[k] * (noise[middle - k] + noise[middle + k]);
        }
        rows[y * w + x] = alpha * sum;
      }
    }
    double[] field = new double[h * w];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int middle = (y + reach) * w + x;
        double sum = kernel[0] * rows[middle];
        for (int k = 1; k <= reach; k++) {
          sum += kernel[k] * (rows[middle - k * w] + rows[middle + k * w]);
        }
        field[y * w + x] = sum;
      }
    }
    return field;
  }

  /** The field between its pixels; beyond the edges as on them. */
  private static double between(double[] field, int h, int w, double x, double y) {
    double insideX = Math.clamp(x, 0, w - 1);
    double insideY = Math.clamp(y, 0, h - 1);
    int left = Math.min((int) insideX, Math.max(0, w - 2));
    int top = Math.min((int) insideY, Math.max(0, h - 2));
    int right = Math.min(left + 1, w - 1);
    int bottom = Math.min(top + 1, h - 1);
    double fx = insideX - left;
    double fy = insideY - top;
    double above = (1 - fx) * field[top * w + left] + fx * field[top * w + right];
    double below = (1 - fx) * field[bottom * w + left] + fx * field[bottom * w + right];
    return (1 - fy) * above + fy * below;
  }

  private static void requireNotNegative(String what, double limit) {
    if (!(limit >= 0 && limit < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          what + ": the limit is not negative and finite, but " + limit);
    }
  }
}
