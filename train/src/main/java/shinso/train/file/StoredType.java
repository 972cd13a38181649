package shinso.train.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * An element type of the file format, and what becomes of it: the halves widen to F32, which holds
 * them exactly, and integers of any size become I32 if their values fit.
 */
enum StoredType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U64(8),
  U32(4),
  U16(2),
  U8(1),
  BOOL(1);

  private static final int CHUNK = 1 << 18;

  private final int bytes;

  StoredType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns how a tensor is stored, which is exactly. */
  static StoredType of(DType dtype) {
    return switch (dtype) {
      case F32 -> F32;
      case F64 -> F64;
      case I32 -> I32;
    };
  }

  /** Returns the type with this name, or null if it can't be read. */
  static @Nullable StoredType parse(String name) {
    for (StoredType t : values()) {
      if (t.name().equals(name)) {
        return t;
      }
    }
    return null;
  }

  /** Returns the bytes of an element. */
  int bytes() {
    return bytes;
  }

  /**
   * Reads the elements of a tensor from a channel.
   *
   * @throws FileException if an integer doesn't fit into 32 bits
   * @throws IOException if reading fails or there is too little
   */
  Tensor read(ReadableByteChannel in, Shape shape, String what) throws IOException {
    int n = shape.size();
    return switch (this) {
      case F32 -> {
        float[] v = new float[n];
        each(in, n, (b, from, count) -> b.asFloatBuffer().get(v, from, count));
        yield Tensor.owning(v, shape);
      }
      case F16 -> halves(in, shape, Float::float16ToFloat);
      case BF16 -> halves(in, shape, bits -> Float.intBitsToFloat(bits << 16));
      case F64 -> {
        double[] v = new double[n];
        each(in, n, (b, from, count) -> b.asDoubleBuffer().get(v, from, count));
        yield TensorAccess.ofBuffer(shape, Buffer.ofHeap(v));
      }
      case I32 -> {
        int[] v = new int[n];
        each(in, n, (b, from, count) -> b.asIntBuffer().get(v, from, count));
        yield Tensor.owning(v, shape);
      }
      case I64, I16, I8, U64, U32, U16, U8, BOOL -> integers(in, shape, what);
    };
  }

  private interface Half {
    float toFloat(short bits);
  }

  private Tensor halves(ReadableByteChannel in, Shape shape, Half half) throws IOException {
    float[] v = new float[shape.size()];
    each(
        in,
        v.length,
        (b, from, count) -> {
          for (int i = 0; i < count; i++) {
            v[from + i] = half.toFloat(b.getShort());
          }
        });
    return Tensor.owning(v, shape);
  }

  private Tensor integers(ReadableByteChannel in, Shape shape, String what) throws IOException {
    int[] v = new int[shape.size()];
    each(
        in,
        v.length,
        (b, from, count) -> {
          for (int i = 0; i < count; i++) {
            long x = next(b);
            boolean negative = this != U64 && x < 0;
            if ((int) x != x || (x < 0 && !negative)) {
              throw new FileException(
                  what
                      + ": element "
                      + (from + i)
                      + " is "
                      + (negative ? Long.toString(x) : Long.toUnsignedString(x))
                      + ", too large for an I32");
            }
            v[from + i] = (int) x;
          }
        });
    return Tensor.owning(v, shape);
  }

  private long next(ByteBuffer b) {
    return switch (this) {
      case I64, U64 -> b.getLong();
      case U32 -> Integer.toUnsignedLong(b.getInt());
      case I16 -> b.getShort();
      case U16 -> Short.toUnsignedInt(b.getShort());
      case I8 -> b.get();
      case U8, BOOL -> Byte.toUnsignedInt(b.get());
      case F64, F32, F16, BF16, I32 -> throw new IllegalStateException("read as they are: " + this);
    };
  }

  private interface Chunk {
    void take(ByteBuffer bytes, int from, int count);
  }

  private void each(ReadableByteChannel in, int n, Chunk chunk) throws IOException {
    int most = CHUNK / bytes;
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(n, most) * bytes);
    for (int from = 0, count; from < n; from += count) {
      count = Math.min(most, n - from);
      buffer.order(ByteOrder.LITTLE_ENDIAN).clear().limit(count * bytes);
      SafetensorsHeader.fill(in, buffer);
      chunk.take(buffer.flip(), from, count);
    }
  }
}
