package shinso.cpu.simd;

/**
 * Rows chosen by int indices: gathering, and scattering with addition.
 *
 * <p>An index that is no row is reported by its position, before anything else of that position is
 * done; positions before it have been done.
 */
public final class IndexKernels {
  private IndexKernels() {}

  /**
   * {@code dst[i] = a[indices[i]]}: copies {@code n} of the {@code rows} rows of {@code a}, each of
   * {@code inner} 32-bit elements.
   *
   * @return the first position whose index is negative or not below {@code rows}, or -1
   */
  public static int gather(long dst, long a, int rows, int inner, long indices, int n) {
    for (int i = 0; i < n; i++) {
      int index = Native.getInt(indices + 4L * i);
      if (index < 0 || index >= rows) {
        return i;
      }
      if (inner == 1) {
        Native.putInt(dst + 4L * i, Native.getInt(a + 4L * index));
      } else {
        MoveKernels.copy(dst + 4L * inner * i, a + 4L * inner * index, inner);
      }
    }
    return -1;
  }

  /**
   * {@code dst[indices[i]] += a[i]} for the {@code n} float rows of {@code a} in order; {@code dst}
   * has {@code rows} rows of {@code inner} elements.
   *
   * @return the first position whose index is negative or not below {@code rows}, or -1
   */
  public static int scatterAdd(long dst, int rows, int inner, long a, long indices, int n) {
    for (int i = 0; i < n; i++) {
      int index = Native.getInt(indices + 4L * i);
      if (index < 0 || index >= rows) {
        return i;
      }
      long to = dst + 4L * inner * index;
      if (inner == 1) {
        Native.putFloat(to, Native.getFloat(to) + Native.getFloat(a + 4L * i));
      } else {
        BinaryKernels.apply(Binary.ADD, to, to, a + 4L * inner * i, inner);
      }
    }
    return -1;
  }
}
