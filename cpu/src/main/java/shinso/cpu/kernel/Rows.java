package shinso.cpu.kernel;

import org.jspecify.annotations.Nullable;
import shinso.cpu.run.Frame;
import shinso.cpu.simd.Binary;
import shinso.cpu.simd.BinaryKernels;

/** What portable contractions do with finished rows of their result. */
final class Rows {
  private Rows() {}

  /** Adds a bias to each row and takes the maximum with 0, as far as asked for. */
  static void finish(Frame f, @Nullable Operand bias, boolean relu, long address, int count) {
    if (bias != null) {
      int columns = bias.size();
      for (long row = 0; row < count; row += columns) {
        long at = address + 4L * row;
        BinaryKernels.apply(Binary.ADD, at, at, bias.address(f), columns);
      }
    }
    if (relu) {
      BinaryKernels.applyRight(Binary.MAXIMUM, address, address, 0, count);
    }
  }
}
