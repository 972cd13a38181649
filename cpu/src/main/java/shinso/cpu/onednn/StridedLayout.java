package shinso.cpu.onednn;

import java.util.ArrayList;
import java.util.List;

/**
 * How a tensor lies in memory: its element type and, for each dimension from the outermost to the
 * innermost as written, the distance in elements between neighbours. A stride of zero repeats one
 * element along the dimension.
 */
public record StridedLayout(DataType type, List<Long> strides) {

  /**
   * Checks and copies the strides.
   *
   * @throws IllegalArgumentException if a stride is negative
   */
  public StridedLayout {
    strides = List.copyOf(strides);
    for (long stride : strides) {
      if (stride < 0) {
        throw new IllegalArgumentException(
            "oneDNN takes no negative strides, but got " + strides + "; copy the tensor first");
      }
    }
  }

  /** Layout with the given strides. */
  public static StridedLayout of(DataType type, long... strides) {
    return new StridedLayout(type, boxed(strides));
  }

  /** Row-major layout of a tensor of the given shape, without gaps. */
  public static StridedLayout dense(DataType type, long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return new StridedLayout(type, boxed(strides));
  }

  private static List<Long> boxed(long[] values) {
    List<Long> list = new ArrayList<>(values.length);
    for (long value : values) {
      list.add(value);
    }
    return list;
  }
}
