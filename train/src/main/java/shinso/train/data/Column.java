package shinso.train.data;

import java.util.Locale;
import java.util.Objects;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** One field of all examples of a data set in memory. */
public sealed interface Column {
  /** Returns the name, shape and type of the field. */
  Dataset.Field field();

  /** Returns the number of examples. */
  int size();

  /**
   * Returns the values of some examples, {@code [indices.length, ..field shape]}.
   *
   * @throws IndexOutOfBoundsException if an index is not in 0 to {@code size() - 1}
   */
  Tensor gather(int[] indices);

  /**
   * Returns a column that keeps unsigned bytes and gives them as F32 in 0 to 1: a quarter of the
   * memory. The array is not copied.
   *
   * @throws IllegalArgumentException if the values are no whole number of examples
   */
  static Column bytes(String name, Shape shape, byte[] values) {
    return new Bytes(new Dataset.Field(name, shape, DType.F32), values);
  }

  /**
   * Returns a column of F32 numbers. The array is not copied.
   *
   * @throws IllegalArgumentException if the values are no whole number of examples
   * @throws DataException if a value is NaN or infinite
   */
  static Column floats(String name, Shape shape, float[] values) {
    return new Floats(new Dataset.Field(name, shape, DType.F32), values);
  }

  /**
   * Returns a column of I32 class labels. The array is not copied.
   *
   * @throws DataException if a label is not in 0 to {@code classes - 1}
   */
  static Column labels(String name, int[] values, int classes) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= classes) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: the label %d of example %d is not in 0 to %d; are these the right classes?",
                name,
                values[i],
                i,
                classes - 1));
      }
    }
    return new Integers(new Dataset.Field(name, Shape.SCALAR, DType.I32), values);
  }

  /**
   * Returns a column of I32 numbers, such as the words of texts. The array is not copied.
   *
   * @throws IllegalArgumentException if the values are no whole number of examples
   */
  static Column integers(String name, Shape shape, int[] values) {
    return new Integers(new Dataset.Field(name, shape, DType.I32), values);
  }

  private static int examples(Dataset.Field field, int values) {
    int width = field.shape().size();
    if (width == 0 || values % width != 0) {
      throw new IllegalArgumentException(
          "%s: %d values are no whole number of examples of shape %s"
              .formatted(field.name(), values, field.shape()));
    }
    return values / width;
  }

  private static Shape batchShape(Dataset.Field field, int count) {
    return Shape.of(count).concat(field.shape());
  }

  /** Unsigned bytes. */
  final class Bytes implements Column {
    private static final float[] SCALED = scaled();

    private final Dataset.Field field;
    private final byte[] values;
    private final int size;

    private Bytes(Dataset.Field field, byte[] values) {
      this.field = field;
      this.values = values;
      this.size = examples(field, values.length);
    }

    @Override
    public Dataset.Field field() {
      return field;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Tensor gather(int[] indices) {
      int width = field.shape().size();
      float[] out = new float[indices.length * width];
      int o = 0;
      for (int index : indices) {
        int from = Objects.checkIndex(index, size) * width;
        for (int i = from; i < from + width; i++) {
          out[o++] = SCALED[values[i] & 0xFF];
        }
      }
      return Tensor.owning(out, batchShape(field, indices.length));
    }

    private static float[] scaled() {
      float[] table = new float[256];
      for (int i = 0; i < table.length; i++) {
        table[i] = i / 255f;
      }
      return table;
    }
  }

  /** 32-bit floating point numbers. */
  final class Floats implements Column {
    private final Dataset.Field field;
    private final float[] values;
    private final int size;

    private Floats(Dataset.Field field, float[] values) {
      this.field = field;
      this.values = values;
      this.size = examples(field, values.length);
      int width = field.shape().size();
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite(values[i])) {
          throw new DataException(
              String.format(
                  Locale.ROOT,
                  "%s: element %d of example %d is %s; remove the example or fill the value in",
                  field.name(),
                  i % width,
                  i / width,
                  values[i]));
        }
      }
    }

    @Override
    public Dataset.Field field() {
      return field;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Tensor gather(int[] indices) {
      int width = field.shape().size();
      float[] out = new float[indices.length * width];
      for (int i = 0; i < indices.length; i++) {
        int from = Objects.checkIndex(indices[i], size) * width;
        System.arraycopy(values, from, out, i * width, width);
      }
      return Tensor.owning(out, batchShape(field, indices.length));
    }
  }

  /** 32-bit integers. */
  final class Integers implements Column {
    private final Dataset.Field field;
    private final int[] values;
    private final int size;

    private Integers(Dataset.Field field, int[] values) {
      this.field = field;
      this.values = values;
      this.size = examples(field, values.length);
    }

    @Override
    public Dataset.Field field() {
      return field;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Tensor gather(int[] indices) {
      int width = field.shape().size();
      int[] out = new int[indices.length * width];
      for (int i = 0; i < indices.length; i++) {
        int from = Objects.checkIndex(indices[i], size) * width;
        System.arraycopy(values, from, out, i * width, width);
      }
      return Tensor.owning(out, batchShape(field, indices.length));
    }

    int[] values() {
      return values.clone();
    }
  }
}
