package shinso.cpu.kernel;

import org.jspecify.annotations.Nullable;
import shinso.cpu.run.Frame;
import shinso.cpu.simd.BiasKernel;
import shinso.cpu.simd.BinaryFunction;
import shinso.cpu.simd.BinaryKernels;

/** What contractions do with finished rows of their result while these are still in cache. */
final class Rows {
  private Rows() {}

  /** Adds a bias to each row and takes the maximum with 0, as far as asked for. */
  static void finish(
      Frame f, @Nullable Operand bias, boolean relu, long address, int count, int columns) {
    if (bias != null) {
      BiasKernel.add(address, bias.address(f), relu, count / columns, columns);
    } else if (relu) {
      rectify(address, 1, count, count);
    }
  }

  /**
   * Takes the maximum with 0; oneDNN's own rectifier would turn NaN into 0 and hide what went
   * wrong.
   */
  static void rectify(long address, int rows, int columns, int pitch) {
    if (columns == pitch) {
      BinaryKernels.applyRight(BinaryFunction.MAXIMUM, address, address, 0, rows * columns);
      return;
    }
    for (int i = 0; i < rows; i++) {
      long row = address + 4L * i * pitch;
      BinaryKernels.applyRight(BinaryFunction.MAXIMUM, row, row, 0, columns);
    }
  }
}
