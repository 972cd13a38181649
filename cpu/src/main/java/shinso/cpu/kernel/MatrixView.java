package shinso.cpu.kernel;

import org.jspecify.annotations.Nullable;
import shinso.cpu.layout.Layout;

/**
 * A batch of matrices in memory. The strides of axes of length 1, which say nothing, are what they
 * would be without gaps.
 *
 * @param batch number of matrices
 * @param batchStride distance between them in elements; 0 repeats one
 * @param rows rows as multiplied, after a transposition
 */
record MatrixView(
    int batch, int batchStride, int rows, int columns, int rowStride, int columnStride) {
  MatrixView {
    columnStride = columns == 1 ? 1 : columnStride;
    rowStride = rows > 1 ? rowStride : columnStride == 1 ? columns : 1;
  }

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

  /**
   * Whether kernels can read a layout: the rows or the columns of its matrices lie together, and
   * the axes before them are one batch.
   */
  static boolean isReadable(Layout l) {
    int stride = -1;
    int batch = 1;
    for (int i = l.rank() - 3; i >= 0; i--) {
      if (l.dim(i) == 1) {
        continue;
      }
      if (stride < 0) {
        stride = l.stride(i);
        if (stride < 0) {
          return false;
        }
      } else if (l.stride(i) != stride * batch) {
        return false;
      }
      batch *= l.dim(i);
    }
    return of(l, false).hasLines();
  }

  /** Whether rows or columns lie together, one behind the other. */
  private boolean hasLines() {
    return (columnStride == 1 && rowStride >= columns) || (rowStride == 1 && columnStride >= rows);
  }

  /** Whether there are gaps between rows whose elements lie together. */
  boolean hasGaps() {
    return columnStride == 1 && rowStride > columns;
  }

  /** All rows as those of one matrix, or null if they don't follow each other. */
  @Nullable MatrixView tall() {
    int step = rows == 1 ? batchStride : rowStride;
    MatrixView all = new MatrixView(1, 0, batch * rows, columns, step, columnStride);
    return batch > 1 && batchStride == rows * step && all.hasLines() ? all : null;
  }

  /** The one matrix that is repeated. */
  MatrixView single() {
    return new MatrixView(1, 0, rows, columns, rowStride, columnStride);
  }

  /** The first matrix, transposed. */
  MatrixView turned() {
    return new MatrixView(1, 0, columns, rows, columnStride, rowStride);
  }

  /**
   * Whether each axis steps over all that the axes with smaller steps cover, as oneDNN wants it of
   * a tensor. Every second row of each matrix, the last one included, has the next matrix begin
   * before the row after the last one would.
   */
  boolean isStack() {
    int[][] axes = {{batchStride, batch}, {rowStride, rows}, {columnStride, columns}};
    // The smallest step first, and of equal ones the shorter axis.
    for (int i = 1; i < axes.length; i++) {
      for (int j = i; j > 0 && isBefore(axes[j], axes[j - 1]); j--) {
        int[] a = axes[j];
        axes[j] = axes[j - 1];
        axes[j - 1] = a;
      }
    }
    long covered = 1;
    for (int[] a : axes) {
      // A matrix that is repeated is one, and counts as one.
      if (a[0] == 0) {
        continue;
      }
      if (a[0] < covered) {
        return false;
      }
      covered = (long) a[0] * a[1];
    }
    return true;
  }

  private static boolean isBefore(int[] a, int[] b) {
    return a[0] < b[0] || (a[0] == b[0] && a[1] < b[1]);
  }

  /** The position of an element. */
  long offset(int matrix, int row, int column) {
    return (long) matrix * batchStride + (long) row * rowStride + (long) column * columnStride;
  }
}
