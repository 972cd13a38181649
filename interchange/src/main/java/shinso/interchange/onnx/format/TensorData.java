package shinso.interchange.onnx.format;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Numbers in a file: {@code TensorProto}.
 *
 * @param dims the shape
 * @param bytes the elements in row-major order, little-endian
 */
public record TensorData(ElementType type, List<Long> dims, ByteString bytes) {
  /** Keeps a copy. */
  public TensorData {
    dims = List.copyOf(dims);
  }

  /** Returns the numbers of a tensor, which is computed if need be. */
  public static TensorData of(Tensor tensor) {
    ElementType type =
        switch (tensor.dtype()) {
          case F32 -> ElementType.FLOAT;
          case F64 -> ElementType.DOUBLE;
          case I32 -> ElementType.INT32;
        };
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(tensor.shape().size(), type.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor.dtype()) {
      case F32 -> bytes.asFloatBuffer().put(tensor.toFloatArray());
      case F64 -> bytes.asDoubleBuffer().put(tensor.toDoubleArray());
      case I32 -> bytes.asIntBuffer().put(tensor.toIntArray());
    }
    List<Long> dims = Arrays.stream(tensor.shape().dims()).mapToObj(d -> (long) d).toList();
    return new TensorData(type, dims, ByteString.copyFrom(bytes.array()));
  }

  /** Returns a vector of 64-bit integers. */
  public static TensorData integers(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return new TensorData(
        ElementType.INT64, List.of((long) values.length), ByteString.copyFrom(bytes.array()));
  }

  /** Returns a single 64-bit integer without a shape. */
  public static TensorData integer(long value) {
    return new TensorData(ElementType.INT64, List.of(), integers(value).bytes);
  }

  /** Returns the number of elements. */
  public int size() {
    return bytes.size() / type.bytes();
  }

  private ByteBuffer buffer() {
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns the elements as 64-bit integers.
   *
   * @throws IllegalStateException if they are floats
   */
  public long[] toLongs() {
    ByteBuffer in = buffer();
    long[] values = new long[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case INT64 -> in.getLong();
            case INT32 -> in.getInt();
            case UINT32 -> Integer.toUnsignedLong(in.getInt());
            case INT16 -> in.getShort();
            case UINT16 -> Short.toUnsignedInt(in.getShort());
            case INT8 -> in.get();
            case UINT8, BOOL -> Byte.toUnsignedInt(in.get());
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 ->
                throw new IllegalStateException("floats are not integers");
          };
    }
    return values;
  }

  /**
   * Returns a tensor with the elements: 64-bit floats as F64, all other floats as F32, integers as
   * I32.
   *
   * @throws ArithmeticException if an integer doesn't fit
   */
  public Tensor toTensor() {
    Shape shape = Shape.of(dims.stream().map(Math::toIntExact).toList());
    ByteBuffer in = buffer();
    if (type == ElementType.DOUBLE) {
      double[] values = new double[size()];
      in.asDoubleBuffer().get(values);
      return Tensor.of(values, values.length).reshape(shape);
    }
    if (type.isFloating()) {
      float[] values = new float[size()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (type) {
              case FLOAT16 -> Float.float16ToFloat(in.getShort());
              case BFLOAT16 -> Float.intBitsToFloat(in.getShort() << 16);
              default -> in.getFloat();
            };
      }
      return Tensor.of(values, values.length).reshape(shape);
    }
    int[] values = Arrays.stream(toLongs()).mapToInt(Math::toIntExact).toArray();
    return Tensor.of(values, values.length).reshape(shape);
  }

  /** Returns the element type that {@link #toTensor} gives. */
  public DType dtype() {
    return type == ElementType.DOUBLE ? DType.F64 : type.isFloating() ? DType.F32 : DType.I32;
  }
}
