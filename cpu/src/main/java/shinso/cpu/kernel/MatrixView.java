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

  /** Whether the rows of all matrices follow each other as those of one. */
  boolean isTall() {
    return batchStride == rows * rowStride;
  }

  /** All rows as one matrix. */
  MatrixView tall() {
    return new MatrixView(1, 0, batch * rows, columns, rowStride, columnStride);
  }

  /** The one matrix that is repeated. */
  MatrixView single() {
    return new MatrixView(1, 0, rows, columns, rowStride, columnStride);
  }

  /** The first matrix, transposed. */
  MatrixView turned() {
    return new MatrixView(1, 0, columns, rows, columnStride, rowStride);
  }

  /** The position of an element. */
  long offset(int matrix, int row, int column) {
    return (long) matrix * batchStride + (long) row * rowStride + (long) column * columnStride;
  }
}
