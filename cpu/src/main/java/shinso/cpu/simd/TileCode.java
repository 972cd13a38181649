package shinso.cpu.simd;

/** A compiled {@link TileProgram}. */
@FunctionalInterface
public interface TileCode {
  /**
   * Computes the elements of some whole vectors. Operands and results may share memory where they
   * begin at the same address: an element is read before it is written.
   *
   * @param at addresses of the operands, then of the results
   * @param scalars their values
   * @param n elements, a multiple of the vector length
   */
  void run(long[] at, float[] scalars, int n);
}
