package shinso.interchange.onnx.read;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import shinso.core.tensor.Shape;

/** Computes with integers that are known: vectors and single ones, as shapes are. */
final class HostIntegers {
  /** More than this are no shape: nothing is computed with them one by one. */
  private static final int MOST = 1 << 20;

  private HostIntegers() {}

  static Operand binary(Call c, Operand.Integers a, Operand.Integers b, LongBinaryOperator f) {
    Shape shape = longest(a, b);
    return made(c, shape, i -> f.applyAsLong(at(a, i), at(b, i)));
  }

  static Operand where(Call c, Operand.Integers condition, Operand.Integers a, Operand.Integers b) {
    Shape shape = longest(condition, a, b);
    return made(c, shape, i -> at(condition, i) != 0 ? at(a, i) : at(b, i));
  }

  static Operand made(Call c, Shape shape, LongUnaryOperator element) {
    if (shape.size() > MOST) {
      throw c.bad("computes with %d integers as if they were a shape".formatted(shape.size()));
    }
    long[] values = new long[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = element.applyAsLong(i);
    }
    return new Operand.Integers(values, shape);
  }

  private static long at(Operand.Integers a, long i) {
    return a.values()[a.values().length == 1 ? 0 : (int) i];
  }

  /** Returns whether operands have one shape or are single numbers; others are left to tensors. */
  static boolean fit(Operand... all) {
    Shape shape = longest(all);
    for (Operand o : all) {
      if (!(o instanceof Operand.Integers) || (o.shape().size() != 1 && !o.shape().equals(shape))) {
        return false;
      }
    }
    return true;
  }

  private static Shape longest(Operand... all) {
    Shape shape = all[0].shape();
    for (Operand o : all) {
      if (o.shape().size() > shape.size() || o.shape().rank() > shape.rank()) {
        shape = o.shape();
      }
    }
    return shape;
  }
}
