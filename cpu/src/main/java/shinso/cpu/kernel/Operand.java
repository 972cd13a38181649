package shinso.cpu.kernel;

import shinso.core.tensor.DType;
import shinso.cpu.layout.Layout;
import shinso.cpu.run.Frame;

/**
 * A value and how a kernel looks at it.
 *
 * @param value its number
 * @param layout where the elements lie in its memory
 */
public record Operand(int value, Layout layout, DType dtype) {
  /** Returns the address of the first element. */
  public long address(Frame frame) {
    return frame.address(value) + 4L * layout.offset();
  }

  /** Returns the number of elements. */
  public int size() {
    return layout.size();
  }
}
