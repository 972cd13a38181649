package shinso.interchange.onnx.format;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The types of elements that are read, by their numbers in {@code TensorProto.DataType}. */
public enum ElementType {
  /** 32-bit floats. */
  FLOAT(1, 4),
  /** Unsigned bytes. */
  UINT8(2, 1),
  /** Signed bytes. */
  INT8(3, 1),
  /** Unsigned 16-bit integers. */
  UINT16(4, 2),
  /** 16-bit integers. */
  INT16(5, 2),
  /** 32-bit integers. */
  INT32(6, 4),
  /** 64-bit integers. */
  INT64(7, 8),
  /** Bytes that are 0 or 1. */
  BOOL(9, 1),
  /** 16-bit floats. */
  FLOAT16(10, 2),
  /** 64-bit floats. */
  DOUBLE(11, 8),
  /** Unsigned 32-bit integers. */
  UINT32(12, 4),
  /** The upper halves of 32-bit floats. */
  BFLOAT16(16, 2);

  private final int number;
  private final int bytes;

  ElementType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** Returns the number that stands in files. */
  public int number() {
    return number;
  }

  /** Returns the size of an element. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether elements are floats. */
  public boolean isFloating() {
    return this == FLOAT || this == DOUBLE || this == FLOAT16 || this == BFLOAT16;
  }

  /** Returns the type with a number, null if it is not read. */
  public static @Nullable ElementType of(long number) {
    for (ElementType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return null;
  }

  /** Returns the name that ONNX's texts have, such as {@code float}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
