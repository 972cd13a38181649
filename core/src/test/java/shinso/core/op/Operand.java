package shinso.core.op;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import shinso.core.backend.Buffer;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * How an operand of a row is drawn.
 *
 * @param integer whether it is I32; otherwise it has the type that a test asks for
 */
public record Operand(Shape shape, boolean integer, Source source) {
  /** Gives an operand's numbers. */
  @FunctionalInterface
  public interface Source {
    /**
     * Returns numbers in row-major order; those of floating-point operands are rounded to floats.
     */
    double[] draw(int count, RandomGenerator random);
  }

  /** Floating-point numbers, uniform in an interval. */
  public static Operand floats(double low, double high, int... dims) {
    return each(r -> r.nextDouble(low, high), dims);
  }

  /** Numbers of either sign, at least {@code least} away from 0. */
  public static Operand awayFromZero(double least, double most, int... dims) {
    return each(r -> (r.nextBoolean() ? 1 : -1) * r.nextDouble(least, most), dims);
  }

  /**
   * Numbers near k + phase for small integers k: operands of different phases are never close to
   * each other.
   */
  public static Operand lattice(double phase, int... dims) {
    return each(r -> r.nextInt(-3, 4) + phase + r.nextDouble(-0.1, 0.1), dims);
  }

  /** Numbers between −3 and 3, all of them clearly different, in random order. */
  public static Operand distinct(int... dims) {
    return new Operand(
        Shape.of(dims),
        false,
        (count, r) -> {
          double[] v = new double[count];
          for (int i = 0; i < count; i++) {
            int j = r.nextInt(i + 1);
            v[i] = v[j];
            v[j] = 6 * (i + 0.5 + r.nextDouble(-0.3, 0.3)) / count - 3;
          }
          return v;
        });
  }

  /** Few different whole numbers, so that many are equal. */
  public static Operand ties(int... dims) {
    return each(r -> r.nextInt(-2, 3), dims);
  }

  /** I32 numbers from an inclusive interval. */
  public static Operand ints(int low, int high, int... dims) {
    return new Operand(
        Shape.of(dims),
        true,
        (count, r) ->
            r.ints(count, low, (long) high + 1 > Integer.MAX_VALUE ? high : high + 1)
                .asDoubleStream()
                .toArray());
  }

  /** I32 positions on an axis of some length. */
  public static Operand indices(int length, int... dims) {
    return ints(0, length - 1, dims);
  }

  /** A random key. */
  public static Operand key() {
    return ints(Integer.MIN_VALUE, Integer.MAX_VALUE, 2);
  }

  private static Operand each(
      java.util.function.ToDoubleFunction<RandomGenerator> one, int... dims) {
    return new Operand(
        Shape.of(dims),
        false,
        (count, r) -> {
          double[] v = new double[count];
          Arrays.setAll(v, i -> one.applyAsDouble(r));
          return v;
        });
  }

  /** Returns values for this operand; floating-point ones are floats even in F64. */
  public Tensor draw(DType floating, RandomGenerator random) {
    double[] values = source.draw(shape.size(), random);
    return tensor(values, shape, integer ? DType.I32 : floating);
  }

  /** Returns a leaf with these values, rounded to float. */
  static Tensor tensor(double[] values, Shape shape, DType dtype) {
    Buffer buffer = Buffer.allocate(dtype, values.length, "test operand");
    for (int i = 0; i < values.length; i++) {
      buffer.set(i, dtype.isFloating() ? (float) values[i] : values[i]);
    }
    return TensorAccess.ofBuffer(shape, buffer);
  }
}
