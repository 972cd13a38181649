package shinso.core.reference;

import java.util.List;
import shinso.core.op.RandomOp;
import shinso.core.random.Rng;
import shinso.core.random.Threefry;
import shinso.core.tensor.Shape;

/** Random draws. */
final class Draws {
  private Draws() {}

  static double[] draw(RandomOp random, Shape shape, List<double[]> in) {
    int key0 = (int) in.getFirst()[0];
    int key1 = (int) in.getFirst()[1];
    double[] y = new double[shape.size()];
    switch (random) {
      case RandomOp.Split op -> {
        long child = Rng.splitBlock(key0, key1, op.index());
        y[0] = (int) child;
        y[1] = (int) (child >>> 32);
      }
      case RandomOp.Draw op -> {
        for (int i = 0; i < y.length; i++) {
          y[i] =
              switch (op.kind()) {
                case UNIFORM -> Threefry.uniform(key0, key1, i);
                case NORMAL -> Threefry.normal(key0, key1, i);
              };
        }
      }
      case RandomOp.Gamma op -> {
        for (int i = 0; i < y.length; i++) {
          long child = Rng.splitBlock(key0, key1, i);
          y[i] = gamma((int) child, (int) (child >>> 32), in.get(1)[i]);
        }
      }
    }
    return y;
  }

  /** One draw, as {@link RandomOp.Gamma} says. */
  private static double gamma(int key0, int key1, double alpha) {
    if (!(alpha > 0)) {
      return Double.NaN;
    }
    if (alpha == Double.POSITIVE_INFINITY) {
      return alpha;
    }
    if (alpha < 1) {
      return gamma(key0, key1, alpha + 1) * Math.pow(Threefry.uniform(key0, key1, 2), 1 / alpha);
    }
    double d = alpha - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    for (long attempt = 0; ; attempt++) {
      double x = Threefry.normal(key0, key1, Threefry.GROUP * attempt);
      double u = Threefry.uniform(key0, key1, Threefry.GROUP * attempt + 1);
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) {
        return d * v;
      }
    }
  }
}
