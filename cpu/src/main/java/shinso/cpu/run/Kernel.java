package shinso.cpu.run;

import java.util.List;
import shinso.cpu.onednn.Primitive;

/** One pass over memory. */
public interface Kernel {
  /**
   * Computes its results from its operands.
   *
   * @throws IndexOutOfBoundsException if an index in the data lies outside the axis that it indexes
   */
  void run(Frame frame);

  /** Returns the bytes of scratch memory that each worker needs. */
  default long scratchBytes() {
    return 0;
  }

  /** Returns the code that the kernel calls and other kernels may call as well. */
  default List<Primitive> primitives() {
    return List.of();
  }

  /** Returns a short name for profiles, such as {@code matmul 128x784x512}. */
  String label();

  /**
   * Returns the multiplications and additions of a product or convolution; 0 for passes that memory
   * bounds.
   */
  default double flops() {
    return 0;
  }
}
