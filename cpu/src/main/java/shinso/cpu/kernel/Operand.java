package shinso.cpu.kernel;

import shinso.core.tensor.DType;
import shinso.cpu.layout.Layout;
import shinso.cpu.run.Frame;

/**
 * A value and how a kernel looks at it.
 *
 * @param value its number
 * @param layout where the elements lie in its memory
 * @param half whether the value is an F32 one that has been rounded to bfloat16 and lies in memory
 *     as that
 */
public record Operand(int value, Layout layout, DType dtype, boolean half) {
  /** A value in the representation of its type. */
  public Operand(int value, Layout layout, DType dtype) {
    this(value, layout, dtype, false);
  }

  /** Returns the address of the first element. */
  public long address(Frame frame) {
    return frame.address(value) + (long) bytes() * layout.offset();
  }

  /** Returns the bytes of an element. */
  public int bytes() {
    return half ? 2 : dtype.bytes();
  }

  /** Returns the number of elements. */
  public int size() {
    return layout.size();
  }
}
