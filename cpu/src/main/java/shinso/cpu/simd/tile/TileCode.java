package shinso.cpu.simd.tile;

/** A compiled {@link TileProgram}. */
@FunctionalInterface
public interface TileCode {
  /**
   * Computes the elements of some rows of whole vectors. Operands and results may share memory
   * where they begin at the same address and have the same pitch: an element is read before it is
   * written.
   *
   * @param at addresses of the operands, then of the results
   * @param pitches bytes from a row to the next, of the operands, then of the results; 0 repeats
   *     one
   * @param scalars their values
   * @param rows number of rows
   * @param n elements of a row, a multiple of the vector length
   */
  void run(long[] at, long[] pitches, float[] scalars, int rows, int n);
}
