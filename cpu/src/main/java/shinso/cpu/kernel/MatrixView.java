package shinso.cpu.kernel;

import shinso.cpu.layout.Layout;

/**
 * A batch of matrices in memory.
 *
 * @param batch number of matrices
 * @param batchStride distance between them in elements; 0 repeats one
 * @param rows rows as multiplied, after a transposition
 */
record MatrixView(
    int batch, int batchStride, int rows, int columns, int rowStride, int columnStride) {
  static MatrixView of(Layout l, boolean transposed) {
    int r = l.rank();
    int batch = 1;
    int stride = 0;
    for (int i = r - 3; i >= 0; i--) {
      if (l.dim(i) != 1) {
        stride = batch == 1 ? l.stride(i) : stride;
        batch *= l.dim(i);
      }
    }
    int a = transposed ? r - 1 : r - 2;
    int b = transposed ? r - 2 : r - 1;
    return new MatrixView(batch, stride, l.dim(a), l.dim(b), l.stride(a), l.stride(b));
  }
}
