package shinso.core.reference;

import java.util.List;
import shinso.core.op.RandomOp;
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
        long child = Threefry.child(key0, key1, op.index());
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
          y[i] = Threefry.gamma(key0, key1, i, in.get(1)[i]);
        }
      }
    }
    return y;
  }
}
