package shinso.cpu.kernel;

import org.jspecify.annotations.Nullable;
import shinso.core.op.BinaryOp;
import shinso.cpu.run.Frame;
import shinso.cpu.simd.element.BiasKernel;
import shinso.cpu.simd.element.BinaryKernels;

/**
 * What a contraction does with its sums while they are still in cache.
 *
 * @param bias a vector that is added to the last axis of the result, or null
 * @param relu whether the maximum with 0 is taken then
 * @param adds whether a product of matrices, without the two, is added to what the result holds
 */
public record Epilogue(@Nullable Operand bias, boolean relu, boolean adds) {
  /** Nothing: the sums are the result. */
  public static final Epilogue NONE = new Epilogue(null, false, false);

  /** Whether the sums are the result. */
  boolean isNone() {
    return bias == null && !relu && !adds;
  }

  /** Returns the same without the bias, which the kernel itself adds. */
  Epilogue withoutBias() {
    return new Epilogue(null, relu, adds);
  }

  /** Returns the address of an element of the bias, or 0 where there is none. */
  long bias(Frame f, int element) {
    return bias == null ? 0 : bias.address(f) + 4L * element;
  }

  /** Adds the bias to each row and takes the maximum with 0, as far as asked for. */
  void finish(Frame f, long address, int count, int columns) {
    if (bias != null) {
      BiasKernel.add(address, bias.address(f), relu, count / columns, columns);
    } else {
      rectify(address, 1, count, count);
    }
  }

  /**
   * Takes the maximum with 0 if that is asked for; oneDNN's own rectifier would turn NaN into 0 and
   * hide what went wrong.
   */
  void rectify(long address, int rows, int columns, int pitch) {
    if (!relu) {
      return;
    }
    if (columns == pitch) {
      BinaryKernels.applyRight(BinaryOp.Kind.MAXIMUM, address, address, 0, rows * columns);
      return;
    }
    for (int i = 0; i < rows; i++) {
      long row = address + 4L * i * pitch;
      BinaryKernels.applyRight(BinaryOp.Kind.MAXIMUM, row, row, 0, columns);
    }
  }
}
