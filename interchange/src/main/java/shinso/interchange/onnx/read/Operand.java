package shinso.interchange.onnx.read;

import java.util.Arrays;
import java.util.stream.LongStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** A value while a graph is computed. */
public sealed interface Operand {
  /** Returns the shape that it has in the file. */
  Shape shape();

  /**
   * Returns the value as a tensor.
   *
   * @throws ArithmeticException if an integer is none of 32 bits
   */
  Tensor tensor();

  /**
   * A tensor.
   *
   * @param stored the numbers
   * @param isImage whether they are {@code [n, h, w, c]} of what the file has as {@code [n, c, h,
   *     w]}
   */
  record Numbers(Tensor stored, boolean isImage) implements Operand {
    @Override
    public Shape shape() {
      Shape s = stored.shape();
      return isImage ? Shape.of(s.dim(0), s.dim(3), s.dim(1), s.dim(2)) : s;
    }

    @Override
    public Tensor tensor() {
      return isImage ? stored.permute(0, 3, 1, 2) : stored;
    }
  }

  /** Integers that are known: shapes, and what is computed of these. */
  record Integers(long[] values, Shape shape) implements Operand {
    @Override
    public Tensor tensor() {
      int[] all = Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
      return Tensor.of(all, all.length).reshape(shape);
    }
  }

  /** Returns a tensor as it lies in the file. */
  static Operand of(Tensor t) {
    return new Numbers(t, false);
  }

  /** Returns images with channels last. */
  static Operand images(Tensor t) {
    return new Numbers(t, true);
  }

  /** Returns a vector of integers. */
  static Operand of(long... values) {
    return new Integers(values, Shape.of(values.length));
  }

  /** Returns a shape as a value. */
  static Operand of(Shape shape) {
    return of(Arrays.stream(shape.dims()).asLongStream().toArray());
  }

  /** Returns this as images with channels last. */
  default Tensor images() {
    return this instanceof Numbers n && n.isImage ? n.stored : tensor().permute(0, 2, 3, 1);
  }

  /** Returns integers as a stream. */
  static LongStream stream(Integers i) {
    return Arrays.stream(i.values);
  }
}
