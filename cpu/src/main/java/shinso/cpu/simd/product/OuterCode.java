package shinso.cpu.simd.product;

/** A tile of a sum of outer products, of a number of rows and vectors that the code is made for. */
@FunctionalInterface
interface OuterCode {
  /**
   * Computes {@code c[i, j]}, the sum of {@code a[p, i] b[p, j]} over p below {@code k}, by fused
   * multiply-add in order of p from zero on. Pitches are in bytes.
   *
   * @param a address of the first row's factor; those of the other rows follow it
   * @param b a packed panel, a whole number of vectors for each p
   * @param last bytes from the start of a row of {@code c} to where its last vector goes, which may
   *     overlap the one before
   */
  void run(long c, long cPitch, long a, long aPitch, long b, long last, int k);
}
