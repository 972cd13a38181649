package shinso.core.tensor;

import java.util.Locale;

/** Element type of a tensor. */
public enum DType {
  /**
   * 32-bit floating point, the default. A backend may give zero for a result below the smallest
   * normal number, 1.2e-38; as operands, such subnormal numbers count as what they are.
   */
  F32(4),
  /** 64-bit floating point; only the reference interpreter computes with it. */
  F64(8),
  /** 32-bit signed integer, for indices and labels; what overflows wraps around. */
  I32(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether values of this type have gradients. */
  public boolean isFloating() {
    return this != I32;
  }

  /** Returns the type with this name in any case, as in files. */
  public static DType parse(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
